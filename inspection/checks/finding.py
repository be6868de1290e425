"""What a check says, and the register of the laws that say it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import RuleDefinition, define_rule

if TYPE_CHECKING:
    from .filing import Filing


class Level(models.TextChoices):
    """How much a finding weighs: a county's rule value may raise, lower or switch off each."""

    BLOCKS = "BLOCKS", _("必须改正")
    REASON = "REASON", _("须说明理由")
    NOTE = "NOTE", _("提示")
    OFF = "OFF", _("停用")


WEIGHT = {level: weight for weight, level in enumerate(Level.values)}


def key_of(code: str, about: str) -> str:
    """Return the name of a finding: the same for the same law on the same enterprise or officer."""
    return f"{code}:{about}" if about else code


@dataclass(frozen=True)
class Said:
    """What one law says of a filing: the form field, what is wrong and how to mend it, the article behind it.

    ``about``: of which enterprise or officer (their uid), so that one reason answers one finding.
    """

    field: str
    message: str
    article: str = ""
    about: str = ""


@dataclass(frozen=True)
class Finding:
    """One finding on a filing: which law, how much it weighs, what it says, and the reason the clerk gave."""

    code: str
    level: str
    field: str
    message: str
    article: str = ""
    about: str = ""
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.message}（{self.article}）" if self.article else self.message

    @property
    def key(self) -> str:
        """Return the name of the finding, under which its reason is given."""
        return key_of(self.code, self.about)

    @property
    def stops(self) -> bool:
        """Tell whether the filing can't go as it stands."""
        return self.level == Level.BLOCKS or (self.level == Level.REASON and not self.reason)

    @property
    def level_label(self) -> str:
        """Return the level in words."""
        return str(Level(self.level).label)

    def as_facts(self) -> dict[str, str]:
        """Return the finding in plain values, as it is kept with the step it was made at."""
        return {
            "code": self.code, "about": self.about, "level": self.level, "message": self.message,
            "article": self.article, "reason": self.reason,
        }  # fmt: skip


@dataclass(frozen=True)
class Law:
    """One law among the checks. ``essential``: without it the paper means nothing; it stops also a 告知备案."""

    code: str
    level: str
    essential: bool
    says: "Callable[[Filing], Iterable[Said]]"

    @property
    def rule(self) -> str:
        """Return the code of the rule value that sets its level."""
        return f"check.{self.code}"


#: every law, in the order in which a form is read
LAWS: list[Law] = []


def law(code: str, level: str, label: Any, source: str, *, essential: bool = False) -> Callable[[Any], Any]:
    """Register a function of a filing as a law; its level becomes a rule value ``check.<code>`` with its source."""

    def register(says: "Callable[[Filing], Iterable[Said]]") -> "Callable[[Filing], Iterable[Said]]":
        found = Law(code, level, essential, says)
        define_rule(found.rule, RuleDefinition(label, str(level), "", source, choices=tuple(Level.choices)))
        LAWS.append(found)
        return says

    return register


def findings(filing: "Filing") -> list[Finding]:
    """Return what the laws find on a filing: what blocks first, then what needs a reason, then what is good to know.

    For a 告知备案 nothing blocks but what makes the paper meaningless; the rest are remarks.
    """
    found = []
    for each in LAWS:
        level = filing.rules[each.rule]
        if level not in WEIGHT:
            level = each.level
        if level == Level.OFF:
            continue
        if filing.informs_only and not each.essential:
            level = Level.NOTE
        for said in each.says(filing):
            finding = Finding(each.code, level, said.field, str(said.message), str(said.article), said.about)
            if level == Level.REASON and (reason := filing.reasons.get(finding.key, "").strip()):
                finding = Finding(**{**vars(finding), "reason": reason})
            found.append(finding)
    return sorted(found, key=lambda finding: WEIGHT[finding.level])
