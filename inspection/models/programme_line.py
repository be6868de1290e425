"""One line of a programme: the published words as they are, what was understood, what was completed and by whom."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Enterprise, User
from audit.models import Audited, AuditedQuerySet, Refused

from ..importing.programme import Line, read_cell
from ..importing.show import name_of, said

#: what a typed line is made of: field -> (label, role, must be filled)
TYPED: dict[str, tuple[Any, str, bool]] = {
    "item": (_("检查事项"), "item", True),
    "object": (_("检查对象"), "object", True),
    "content": (_("检查内容"), "content", False),
    "months": (_("检查时间（月份）"), "months", True),
    "ratio": (_("抽查比例"), "ratio", False),
    "count": (_("检查数量"), "count", False),
    "frequency": (_("检查频次"), "frequency", False),
    "method": (_("检查方式"), "method", False),
    "lead": (_("牵头单位"), "lead", False),
    "partner": (_("配合单位"), "partner", False),
    "basis": (_("检查依据"), "basis", False),
}
#: roles that a person cannot leave empty or put in free words
_MUST = {"item", "months", "starts", "ends", "agency", "lead"}
_FREE = {"ratio", "frequency", "ratio_frequency", "count", "method", "level", "part"}


@dataclass(frozen=True)
class Done:
    """What came of a line: filings accepted, visits that have ended."""

    plans: int
    visits: int


class LineQuerySet(AuditedQuerySet):
    """Questions about lines."""

    def offered_to(self, agency: Agency) -> "LineQuerySet":
        """Return the lines of programmes in force from which a filing of this agency may come: its own of this year and last."""
        today = agency.county.today()
        from .programme import InspectionProgramme

        programmes = InspectionProgramme.objects.in_force(today).filter(agency=agency, year__gte=today.year - 1)
        return self.filter(dropped=False, programme__in=programmes)


class ProgrammeLine(Audited):
    """One line. ``words``: pairs of heading and text in the order of the columns, written once and never changed.

    ``values`` are plain, by role: what was understood or completed; ``open`` what is left to be completed.
    """

    programme = models.ForeignKey("inspection.InspectionProgramme", models.PROTECT, related_name="lines", verbose_name=_("检查计划"))
    position = models.PositiveIntegerField(_("次序"))
    sheet = models.CharField(_("工作表"), max_length=120, blank=True)
    row = models.PositiveIntegerField(_("行"), null=True)
    name = models.CharField(_("事项"), max_length=300, blank=True)
    words = models.JSONField(_("公布的文字"), default=list)
    taken = models.JSONField(_("承接自上面的行"), default=dict)
    values = models.JSONField(_("识别的内容"), default=dict)
    open = models.JSONField(_("待补充"), default=list)
    completed = models.JSONField(_("已补充"), default=list)
    dropped = models.BooleanField(_("已删去"), default=False, editable=False)
    drop_reason = models.CharField(_("删去的理由"), max_length=300, blank=True)

    objects = LineQuerySet.as_manager()
    VERBS = {"import": _("导入"), "add_line": _("添加一行"), "complete_line": _("补充一行"), "drop_line": _("删去一行")}

    class Meta:
        verbose_name = _("计划行")
        ordering = ["programme", "position"]
        constraints = [models.UniqueConstraint(fields=["programme", "position"], name="one_line_a_position")]

    def __str__(self) -> str:
        return self.name or _now("第 %(row)s 行") % {"row": self.row or self.position}

    @property
    def published(self) -> list[tuple[str, str]]:
        """Return (heading, words) for a page: an empty cell that continues another row names that row."""
        there = _now("同第 %(row)d 行")
        return [(h, text or (there % {"row": self.taken[h]} if h in self.taken else "")) for h, text in self.words]

    def enterprises_meant(self, limit: int = 8) -> list[Enterprise]:
        """Return a few enterprises that the line may mean, by words of their trade; those first that were visited longest ago or never."""
        said = " ".join(text for _heading, text in self.words)
        words = [word for word in re.split(r"[、，,；;和及（）()\s]", said) if 2 <= len(word) <= 8][:20]
        trades = Q(*[("trade__contains", word[:2]) for word in words], _connector=Q.OR) if words else Q()
        rows = Enterprise.objects.filter(trades, county=self.programme.county_id, closed_on=None).exclude(identifier="")
        return list(rows.annotate(last=Max("visits__arrived_at")).order_by(F("last").asc(nulls_first=True), "pk")[:limit])

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Return what was understood as (label, words) for a page."""
        return said(self.values)

    def say(self, point: dict[str, Any]) -> str:
        """Return an open point as a sentence that names sheet, row, column and words."""
        where = _now("工作表“%(sheet)s”") % {"sheet": self.sheet} if self.sheet and self.sheet != self.programme.file_name else ""
        return _now("%(where)s第 %(row)s 行 %(column)s 列（%(heading)s）%(text)s：%(what)s。") % {
            "where": where, "row": point["row"], "column": point["column"], "heading": point["heading"],
            "text": f"“{point['text'][:40]}”" if point["text"] else "", "what": point["what"],
        }  # fmt: skip

    @classmethod
    def of(cls, programme: Any, position: int, line: Line) -> "ProgrammeLine":
        """Return the unsaved line of a row that was read."""
        made = cls(
            programme=programme, position=position, sheet=line.sheet[:120], row=line.row, words=[*map(list, line.words.items())],
            taken=line.taken,
            values=line.values, open=[vars(point).copy() for point in line.open],
        )  # fmt: skip
        made._name()
        return made

    @classmethod
    def typed(cls, programme: Any, words: dict[str, str]) -> "ProgrammeLine":
        """Return the unsaved line of typed words by field. Refused with every field that is missing or not understood."""
        line = Line("", 0)
        faults: list[tuple[str, str]] = []
        for field, (label, role, must) in TYPED.items():
            text = words.get(field, "").strip()
            if not text:
                faults += [(field, _now("请填写%(field)s。") % {"field": label})] if must else []
                continue
            with translation.override("zh-hans"):
                line.words[str(label)] = text
            read = read_cell(role, text, year=programme.year, agency=programme.agency)
            faults += [(field, _now("%(field)s：%(what)s。") % {"field": label, "what": read.fault})] if read.fault else []
            _merge(line.values, read.values)
        if faults:
            raise Refused("\n".join(what for _field, what in faults), field=faults[0][0])
        position = programme.lines.aggregate(last=models.Max("position"))["last"] or 0
        words = [*map(list, line.words.items())]
        made = cls(programme=programme, position=position + 1, words=words, values=line.values)
        made._name()
        return made

    def complete(self, answers: dict[str, str], *, by: User) -> None:
        """Take the answers to open points, by column letter; each is read like a cell. Inside a step; the caller saves.

        ``无`` says that a cell is rightly empty, where that can be. Refused with every answer that is not understood.
        """
        left, faults = [], []
        for point in self.open:
            answer = answers.get(point["column"], "").strip()[:500]
            if not answer:
                left.append(point)
                continue
            values, fault = self._answered(point, answer)
            if fault:
                faults.append((point["column"], f"{self.say({**point, 'what': fault})}"))
                continue
            _merge(self.values, values)
            self.completed = [
                *self.completed,
                {**point, "answer": answer, "by": by.name, "at": timezone.now().isoformat(timespec="seconds")},
            ]
        if faults:
            raise Refused("\n".join(what for _column, what in faults), field=f"column-{faults[0][0]}")
        if len(left) == len(self.open):
            raise Refused(_now("没有填写任何一处，请填写后再保存。"))
        self.open = left
        self._name()

    def _answered(self, point: dict[str, Any], answer: str) -> tuple[dict[str, Any], str]:
        role = point["role"]
        if answer == "无" and role in _MUST:
            return {}, _now("这一项不能为空")
        if answer == "无":
            self._forget_strangers(point)
            return ({role: None} if role in _FREE else {}), ""
        read = read_cell(role, answer, year=self.programme.year, agency=self.programme.agency, heading=point["heading"])
        if not read.fault:
            part = self._forget_strangers(point)
            for agency in read.values.get("agencies", []):
                agency["part"] = part or agency["part"]
            return read.values, ""
        if role in _FREE:  # said by a person in words that no machine reads: kept as words
            return {role: {"text": answer}}, ""
        return {}, read.fault

    def _forget_strangers(self, point: dict[str, Any]) -> str:
        """Take out the agencies of a cell that nobody here knows; return the part they had."""
        if point["role"] not in ("agency", "lead", "partner"):
            return ""
        text = unicodedata.normalize("NFKC", point["text"])
        strangers = [a for a in self.values.get("agencies", []) if not a["code"] and a["words"] in text]
        if strangers:
            self.values["agencies"] = [a for a in self.values["agencies"] if a not in strangers]
        return next((a["part"] for a in strangers if a["part"]), "")

    def _name(self) -> None:
        self.name = name_of(self.values)


def _merge(into: dict[str, Any], values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name == "agencies":
            known = {a["code"] for a in into.get("agencies", [])}
            into["agencies"] = [*into.get("agencies", []), *(a for a in value if a["code"] not in known)]
        else:
            into[name] = value
