"""The clocks of a filing: whom it waits for, since when, until when. In working days, by rule value, derived from where it stands.

A term of N working days from an instant ends with the N-th working day after its legal day; the day after that it is late.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import RuleDefinition, Rules, WorkingDays, add_working_days, define_rule

OURS = "本系统设计"
ENDORSE = define_rule("clock.endorse", RuleDefinition(_("负责人批准期限"), 1, "工作日", OURS))
MEND = define_rule("clock.mend", RuleDefinition(_("退回后修改、补正期限"), 5, "工作日", OURS))
REVIEW = define_rule(
    "clock.review", RuleDefinition(_("备案审查期限"), 2, "工作日", "一县规定：检查前三日报备；审查须在检查以前完成", least=1)
)
ESCALATED = define_rule("clock.escalated", RuleDefinition(_("逾期后备案机关负责人决定期限"), 1, "工作日", OURS))
ASK_RECHECK = define_rule("clock.ask_recheck", RuleDefinition(_("申请复核期限"), 5, "工作日", OURS))
RECHECK = define_rule("clock.recheck", RuleDefinition(_("复核期限"), 5, "工作日", OURS))
COMPLETE = define_rule(
    "clock.complete",
    RuleDefinition(_("紧急检查补办手续期限"), 2, "工作日", "一县规定：电话报备后2个工作日内补办；湖南2010年规定为5个工作日"),
)
ESCALATE = define_rule("clock.escalate_after", RuleDefinition(_("逾期几个工作日后报上一级"), 1, "工作日", OURS))
PERSONS = define_rule(
    "review.persons",
    RuleDefinition(_("备案审查由几人办理"), "1", "人", OURS, choices=(("1", _("一人审核并决定")), ("2", _("一人审核、另一人签发")))),
)
EFFECT = define_rule(
    "lapse.effect",
    RuleDefinition(
        _("检查期间开始仍未决定的"), "LAPSED", "", "本系统设计：不得默示准予备案",
        choices=(("LAPSED", _("逾期未审，可以重新报送")), ("HEAD", _("由备案机关负责人决定")), ("NOTIFIED", _("按告知备案，通知书写明"))),
    ),
)  # fmt: skip

#: which clock runs in which state, and since which of the filing's times
RUNNING = {
    "SUBMITTED": (ENDORSE, "submitted_at", _("本单位负责人")),
    "SENT_BACK": (MEND, "here_since", _("经办人")),
    "RETURNED": (MEND, "here_since", _("经办人")),
    "ENDORSED": (REVIEW, "endorsed_at", _("备案机关")),
    "RECEIVED": (REVIEW, "endorsed_at", _("备案机关（审核）")),
    "REVIEWED": (REVIEW, "endorsed_at", _("备案机关（签发）")),
    "ESCALATED": (ESCALATED, "here_since", _("备案机关负责人")),
    "RECHECKING": (RECHECK, "here_since", _("备案机关（复核）")),
    "PROVISIONAL": (COMPLETE, "began_at", _("经办人（补办手续）")),
}
#: waits, but no clock runs
RESTING = {"DRAFT": _("经办人"), "LAPSED": _("经办人（可以重新报送）")}


@dataclass(frozen=True)
class Waiting:
    """Whom a filing waits for (``whom``), since when, and the last day of the term, if one runs.

    ``units``: the agencies whose heads it waits for, where that is not its own; ``never``: key of the person whose step it can't be.
    """

    whom: str
    since: datetime.datetime
    due_on: datetime.date | None
    late_by: int = 0
    units: tuple[Any, ...] = ()
    never: int | None = None

    @property
    def late(self) -> bool:
        """Tell whether the last day has passed."""
        return self.late_by > 0


class Clocks:
    """The clocks of one county, its rules and calendar asked once for many filings."""

    def __init__(self, county: Any, on: datetime.date | None = None) -> None:
        self.county, self.on = county, on or county.today()

    @cached_property
    def rules(self) -> Rules:
        """Return the rule values of the day."""
        return Rules(self.county, self.on)

    @cached_property
    def days(self) -> WorkingDays:
        """Return the working days, as far back as a clock may have run."""
        return WorkingDays(self.county, since=self.on - datetime.timedelta(days=400))

    def last_day(self, since: datetime.datetime, code: str) -> datetime.date:
        """Return the last day of a term of ``code`` that began at ``since``."""
        return self.days.after(self.county.day_of(since), self.rules[code])

    def of(self, plan: Any) -> Waiting | None:
        """Return whom the filing waits for; None where it waits for nobody."""
        if plan.status in RESTING:
            return Waiting(str(RESTING[plan.status]), plan.here_since, None)
        if plan.status not in RUNNING:
            change = plan.status in ("ACCEPTED", "NOTIFIED") and self.changes.get(plan.pk)
            if not change:
                return None
            last = self.last_day(change.asked_at, ENDORSE)
            return self._waiting(_("本单位负责人（变更、延期）"), change.asked_at, last, never=change.asked_by_id)
        code, field, whom = RUNNING[plan.status]
        asked = self.answers.get(plan.pk, []) if plan.status == "SUBMITTED" else []
        if missing := [row.agency for row in asked if not row.confirmed_at]:
            named = _now("配合单位负责人：%(who)s") % {"who": "、".join(str(unit) for unit in missing)}
            return self._waiting(named, plan.here_since, self.last_day(plan.submitted_at, code), units=tuple(missing))
        if asked:  # the head's own term begins when the last of the others has answered
            answered = max(row.confirmed_at for row in asked)
            return self._waiting(whom, answered, self.last_day(answered, code))
        return self._waiting(whom, plan.here_since, self.last_day(getattr(plan, field), code))

    def _waiting(self, whom: Any, since: datetime.datetime, last: datetime.date, **who: Any) -> Waiting:
        return Waiting(str(whom), since, last, self.days.between(last, self.on) if self.on > last else 0, **who)

    @cached_property
    def answers(self) -> dict[int, list[Any]]:
        """Return the units asked to join (rows of ``PlanAgency``) of each joint filing that waits for heads, by its key; asked once."""
        rows = apps.get_model("inspection", "PlanAgency").objects.partners().filter(plan__county=self.county, plan__status="SUBMITTED")
        found: dict[int, list[Any]] = defaultdict(list)
        for row in rows.select_related("agency").order_by("pk"):
            found[row.plan_id].append(row)
        return found

    @cached_property
    def changes(self) -> dict[int, Any]:
        """Return the change that waits for the head of a filing which stands, by the key of the filing; asked once."""
        rows = apps.get_model("inspection", "PlanChange").objects.open()
        return {row.plan_id: row for row in rows.filter(plan__county=self.county, plan__status__in=("ACCEPTED", "NOTIFIED"))}

    def run_on(self) -> Q:
        """Return of filings those on which a clock runs: where they stand, or for a change that was asked for."""
        return Q(status__in=RUNNING) | Q(pk__in=list(self.changes))

    def lapses_on(self, plan: Any) -> datetime.date:
        """Return the day on which an undecided filing is nobody's decision any more: when its window begins.

        One that came with less than the Office's term before its window keeps that term, but never beyond the window.
        """
        if plan.status == "ESCALATED":
            return plan.ends_on + datetime.timedelta(days=1)
        after_term = self.last_day(plan.endorsed_at, REVIEW) + datetime.timedelta(days=1)
        return min(max(plan.starts_on, after_term), plan.ends_on + datetime.timedelta(days=1))


def day_after(county: Any, since: datetime.datetime, code: str) -> datetime.date:
    """Return the last day of one term of ``code`` that began at ``since``."""
    return add_working_days(county, county.day_of(since), county.rule(code))


def attach(plans: Iterable[Any]) -> list[Any]:
    """Set ``plan.waiting`` on each of the plans (their counties fetched), asking rules and calendar once a county."""
    plans, counties = list(plans), {}
    for plan in plans:
        if plan.county_id not in counties:
            counties[plan.county_id] = Clocks(plan.county)
        plan.waiting = counties[plan.county_id].of(plan)
    return plans
