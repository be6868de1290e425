"""The questions of the receipt: data with versions. An old receipt keeps the questions it was asked by."""

import datetime
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import County, Duty
from audit.ledger.canonical import canonical
from audit.models import Audited, AuditedQuerySet, NotYours, Refused, signed

#: what every version asks, since statistics stand on it
CORE = ("notice_shown", "overall")
#: the newest version that comes with the code
BUILT_IN = 2
_DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class Question:
    """One question: its words in two languages, its kind, and what opens it."""

    code: str
    kind: str
    zh: str
    en: str = ""
    rule: str = ""
    options: list[list[Any]] = field(default_factory=list)
    asked: bool = False
    screen: int = 1
    most: int = 0
    by: str = ""
    on: list[str] = field(default_factory=list)

    KINDS = ("ONE", "MANY", "NUMBER", "YUAN", "TIME", "DATE", "TEXT", "LONG", "TICK")

    @property
    def label(self) -> str:
        """Return its words in the language of the page."""
        return self.en if self.en and get_language() == "en" else self.zh

    @property
    def choices(self) -> list[tuple[Any, str]]:
        """Return its answers in the language of the page."""
        place = 2 if get_language() == "en" else 1
        return [(option[0], option[place] or option[1]) for option in self.options]

    def shown(self, value: Any) -> str:
        """Return an answer as a page says it."""
        words = {option[0]: label for option, (_value, label) in zip(self.options, self.choices, strict=True)}
        if self.kind == "MANY":
            return "、".join(str(words.get(one, one)) for one in value)
        if self.kind == "TICK":
            return _now("是")
        return f"{value / 100:.2f}" if self.kind == "YUAN" else str(words.get(value, value))

    def read(self, value: Any) -> Any:
        """Return an answer in its own type, or None for none; refuse what is no answer to this question."""
        if value in (None, "", [], False):
            return None
        allowed = [option[0] for option in self.options]
        good = {
            "ONE": lambda: value in allowed,
            "MANY": lambda: isinstance(value, list) and all(one in allowed for one in value),
            "NUMBER": lambda: type(value) is int and 0 <= value <= self.most,
            "YUAN": lambda: type(value) is int and 0 <= value < 10**12,
            "TICK": lambda: value is True,
            "TIME": lambda: _parses(datetime.time.fromisoformat, value),
            "DATE": lambda: _parses(datetime.date.fromisoformat, value),
        }.get(self.kind, lambda: isinstance(value, str) and len(value) <= (1000 if self.kind == "LONG" else 100))
        if not good():
            raise Refused(_now("“%(question)s”的回答不对，请重新选择或者填写。") % {"question": self.label}, field=self.code)
        return value.strip() or None if isinstance(value, str) else value


def _parses(parse: Any, value: Any) -> bool:
    try:
        parse(value)
    except (TypeError, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Questions:
    """All questions of one version, in order."""

    version: int
    rows: tuple[Question, ...]

    def __iter__(self) -> Any:
        return iter(self.rows)

    def opened_by(self, code: str) -> list[Question]:
        """Return the questions that an answer to ``code`` may open."""
        return [q for q in self.rows if q.by == code]

    def read(self, answers: dict[str, Any]) -> dict[str, Any]:
        """Return the answers that were really given: each in its type, none to a question that was not opened.

        Raises Refused when one of the two that are asked of everybody is missing, or an answer is none.
        """
        given: dict[str, Any] = {}
        for q in self.rows:
            value = q.read(answers.get(q.code))
            if value is None and q.asked:
                what = _now("请选择来人有没有出示备案通知书。") if q.code == "notice_shown" else _now("请选择总体评价。")
                raise Refused(what, field=q.code)
            if value is not None and (not q.by or given.get(q.by) in q.on):
                given[q.code] = value
        return given


def _rows(text: str) -> tuple[Question, ...]:
    return tuple(Question(**line) for line in json.loads(text))


@lru_cache
def _built_in(version: int) -> Questions:
    return Questions(version, _rows((_DATA / f"questions-{version}.json").read_text(encoding="utf-8")))


class QuestionSet(Audited):
    """A version of the questions that the Office has put in force. Versions up to ``BUILT_IN`` come with the code."""

    version = models.PositiveSmallIntegerField(_("版本"), unique=True)
    starts = models.DateField(_("施行"))
    source = models.CharField(_("依据"), max_length=300)
    text = models.TextField(_("问题"))

    objects = AuditedQuerySet.as_manager()
    VERBS = {"publish": _("公布新版问题")}

    class Meta:
        verbose_name = _("回执问题")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.version}"

    @classmethod
    def in_force(cls, on: datetime.date) -> Questions:
        """Return the questions that are asked on a day."""
        row = cls.objects.filter(starts__lte=on).order_by("-version").first()
        return Questions(row.version, _rows(row.text)) if row else _built_in(BUILT_IN)

    @classmethod
    def of_version(cls, version: int) -> Questions:
        """Return the questions of one version: those an old receipt was asked by."""
        if version <= BUILT_IN:
            return _built_in(version)
        return Questions(version, _rows(cls.objects.get(version=version).text))

    @classmethod
    def publish(cls, *, by: Any, starts: datetime.date, source: str, lines: list[dict[str, Any]]) -> "QuestionSet":
        """Put a new version in force from a day on: by the keeper of lists. Receipts given before keep theirs.

        There is one set of questions for all counties of an installation: where there is more than one, only the system's account
        may change it, by the hand of whoever runs the installation, since no county decides for another.

        Raises Refused when the lines are no questions, or leave out one on which statistics stand.
        """
        system = by.holding(Duty.SYSTEM)
        post = system or by.holding(Duty.LIST_KEEP)
        if not post:
            raise NotYours(_now("只有维护清单的岗位可以改动回执的问题。"))
        if not system and County.objects.exclude(pk=post.county_id).exists():
            raise NotYours(_now("几个县共用一套回执问题，任何一县不能单独改动，由本系统的运行维护单位统一改动。"))
        if starts < post.county.today():
            raise Refused(_now("施行日期不能早于今天。"), field="starts")
        if not source.strip():
            raise Refused(_now("请写明依据。"), field="source")
        try:
            rows = tuple(Question(**line) for line in lines)
        except TypeError:
            raise Refused(_now("问题的格式不对，请以现行版本为样子修改。"), field="lines") from None
        codes = [q.code for q in rows]
        faulty = [q.code for q in rows if q.kind not in Question.KINDS or not q.zh or (q.by and q.by not in codes)]
        if faulty or len(set(codes)) != len(codes):
            raise Refused(_now("这些问题的格式不对或者重复：%(codes)s") % {"codes": "、".join(faulty or codes)}, field="lines")
        if missing := [code for code in CORE if not any(q.code == code and q.asked for q in rows)]:
            raise Refused(_now("这些问题必须保留：%(codes)s") % {"codes": "、".join(missing)}, field="lines")
        last = cls.objects.order_by("-version").values_list("version", flat=True).first() or BUILT_IN
        with signed(by=by, verb="publish", post=post):
            return cls.objects.create(version=last + 1, starts=starts, source=source.strip()[:300], text=canonical(lines).decode())
