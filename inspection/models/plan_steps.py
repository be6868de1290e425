"""The table of steps of a filing: its states, and which verb leads from where to where, by whom. The law of the desk.

No line leads to 准予备案 by the clock: what nobody decided in time becomes 逾期未审, goes to the Office's head, or counts as
告知备案 and says so (rule value ``lapse.effect``).
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.steps import Step

from .. import clocks, rules


class InspectionPlanStatus(models.TextChoices):
    """Where a filing stands."""

    DRAFT = "DRAFT", _("起草中")
    SUBMITTED = "SUBMITTED", _("待负责人批准")
    SENT_BACK = "SENT_BACK", _("退回修改")
    ENDORSED = "ENDORSED", _("备案审查中")
    RECEIVED = "RECEIVED", _("已受理，审核中")
    REVIEWED = "REVIEWED", _("已审核，待签发")
    ESCALATED = "ESCALATED", _("逾期，待备案机关负责人决定")
    RETURNED = "RETURNED", _("退回补正")
    ACCEPTED = "ACCEPTED", _("准予备案")
    NOTIFIED = "NOTIFIED", _("告知备案")
    DECLINED = "DECLINED", _("不予备案")
    RECHECKING = "RECHECKING", _("复核中")
    LAPSED = "LAPSED", _("逾期未审")
    PROVISIONAL = "PROVISIONAL", _("先行实施，待补办手续")
    WITHDRAWN = "WITHDRAWN", _("已撤回")
    REVOKED = "REVOKED", _("已撤销备案")


S = InspectionPlanStatus
#: a clerk may submit these
EDITABLE = (S.DRAFT, S.SENT_BACK, S.RETURNED)
#: and revise these
REVISABLE = (*EDITABLE, S.PROVISIONAL)
#: the Office's clock runs
WITH_OFFICE = (S.ENDORSED, S.RECEIVED, S.REVIEWED, S.ESCALATED)
FILED = (S.ACCEPTED, S.NOTIFIED)
ENDED = (S.DECLINED, S.WITHDRAWN, S.REVOKED)
#: has been sent and stands before a head or the Office, or has been decided
SENT = (S.SUBMITTED, *WITH_OFFICE, *FILED, S.DECLINED, S.RECHECKING, S.LAPSED, S.REVOKED)


# --- why a moment may be wrong though the state is right ---------------------------------------
def partners_have_not_all_answered(plan: Any) -> str:
    """A joint inspection goes on when every partner has confirmed."""
    missing = [row.agency.name for row in plan.agencies.partners().filter(confirmed_at__isnull=True).select_related("agency")]
    return _now("联合检查须等配合单位确认：%(who)s 还没有确认。") % {"who": "、".join(missing)} if missing else ""


def two_persons_decide(plan: Any) -> str:
    """Where two persons decide, nothing is signed off that has not been reviewed."""
    if plan.status in (S.ENDORSED, S.RECEIVED) and plan.county.rule(clocks.PERSONS) == "2":
        return _now("本县由两人办理：请先审核，再由另一人签发。")
    return ""


def is_not_fast(plan: Any) -> str:
    """Only what is in the batch is taken out of it."""
    return "" if plan.fast else _now("这件备案不在快速备案之列，请直接办理。")


def one_person_decides(plan: Any) -> str:
    """Where one person decides, there is nothing to hand on."""
    return "" if plan.county.rule(clocks.PERSONS) == "2" else _now("本县由一人审核并作出决定，请直接办理。")


def recheck_is_over(plan: Any) -> str:
    """复核 is asked for once, within its days."""
    if plan.recheck_asked_at:
        return _now("复核只能申请一次，这件备案已经复核过。")
    last = clocks.day_after(plan.county, plan.decided_at, clocks.ASK_RECHECK)
    return "" if plan.county.today() <= last else _now("申请复核的期限（%(day)s）已经过去，可以另行备案。") % {"day": last}


def somebody_has_come(plan: Any) -> str:
    """What was done on site is not withdrawn afterwards."""
    came = plan.notices.filter(visits__isnull=False).exists()
    return _now("已经有人入企登记，不能撤回；其余企业请作废各自的通知书。") if came else ""


def nothing_to_change(plan: Any) -> str:
    """One change at a time, while somebody is still to be visited."""
    if plan.changes.open().exists():
        return _now("已有一项变更等待负责人批准，请先办理。")
    left = plan.notices.exclude(status="VOID").filter(visits__isnull=True).exists()
    return "" if left or plan.area else _now("没有还未检查的企业，不能再变更。")


def no_change_asked(kind: str) -> Any:
    """Return the question whether a change of that kind has been asked for."""

    def unless(plan: Any) -> str:
        there = plan.changes.open().filter(kind=kind).exists()
        return "" if there else _now("没有等待批准的这一项变更，可能已经办理，请刷新后查看。")

    return unless


def no_change_at_all(plan: Any) -> str:
    """There is a change to be refused."""
    return "" if plan.changes.open().exists() else _now("没有等待批准的变更，可能已经办理，请刷新后查看。")


STEPS = {
    # the unit
    "revise": Step(_("修改"), REVISABLE, None, who=rules.clerk_of_its_agency),
    "submit": Step(_("提交"), EDITABLE, S.SUBMITTED, who=rules.clerk_of_its_agency),
    "complete": Step(_("补办手续"), (S.PROVISIONAL,), S.SUBMITTED, who=rules.clerk_of_its_agency),
    "refile": Step(_("重新报送"), (S.LAPSED,), S.SUBMITTED, who=rules.clerk_of_its_agency),
    "confirm": Step(_("确认参加联合检查"), (S.SUBMITTED,), None, who=rules.head_of_a_partner),
    "refuse_joining": Step(_("不参加联合检查"), (S.SUBMITTED,), S.SENT_BACK, who=rules.head_of_a_partner, needs_note=True),
    "endorse": Step(_("负责人批准"), (S.SUBMITTED,), S.ENDORSED, who=rules.another_head_for_review, unless=partners_have_not_all_answered),
    "notify": Step(
        _("负责人批准并告知"),
        (S.SUBMITTED,),
        S.NOTIFIED,
        who=rules.another_head_for_notice,
        grave=True,
        unless=partners_have_not_all_answered,
    ),
    "send_back": Step(_("退回修改"), (S.SUBMITTED,), S.SENT_BACK, who=rules.another_head, needs_note=True),
    "withdraw": Step(
        _("撤回"),
        (*EDITABLE, S.SUBMITTED, *WITH_OFFICE, *FILED, S.LAPSED, S.PROVISIONAL),
        S.WITHDRAWN,
        who=rules.clerk_or_head,
        needs_note=True,
        grave=True,
        unless=somebody_has_come,
    ),
    # the Office
    "receive": Step(_("受理"), (S.ENDORSED,), S.RECEIVED, who=rules.intake),
    "review": Step(
        _("审核，提请签发"),
        (S.ENDORSED, S.RECEIVED),
        S.REVIEWED,
        who=rules.another_pair_of_eyes,
        needs_note=True,
        unless=one_person_decides,
    ),
    "set_aside": Step(_("转逐件审查"), (S.ENDORSED, S.RECEIVED, S.REVIEWED), None, who=rules.who_decides, unless=is_not_fast),
    "accept": Step(_("准予备案"), WITH_OFFICE, S.ACCEPTED, who=rules.who_decides, grave=True, unless=two_persons_decide),
    "return_": Step(_("退回补正"), WITH_OFFICE, S.RETURNED, who=rules.who_decides, needs_note=True),
    "decline": Step(_("不予备案"), WITH_OFFICE, S.DECLINED, who=rules.who_decides, needs_note=True, grave=True, unless=two_persons_decide),
    "revoke": Step(_("撤销备案"), (S.ACCEPTED,), S.REVOKED, who=rules.another_pair_of_eyes, needs_note=True, grave=True),
    "remark": Step(_("备注意见"), (S.NOTIFIED,), None, who=rules.another_pair_of_eyes, needs_note=True),
    "report": Step(_("报告上级"), (S.NOTIFIED,), None, who=rules.another_pair_of_eyes, needs_note=True, grave=True),
    # 复核, once
    "ask_recheck": Step(_("申请复核"), (S.DECLINED,), S.RECHECKING, who=rules.clerk_or_head, needs_note=True, unless=recheck_is_over),
    "uphold": Step(_("复核：维持不予备案"), (S.RECHECKING,), S.DECLINED, who=rules.a_third_pair_of_eyes, needs_note=True, grave=True),
    "recheck": Step(_("复核：准予备案"), (S.RECHECKING,), S.ACCEPTED, who=rules.a_third_pair_of_eyes, needs_note=True, grave=True),
    # the clock
    "pass_up": Step(_("逾期，报备案机关负责人"), (S.ENDORSED, S.RECEIVED, S.REVIEWED), S.ESCALATED, who=rules.clock_of_the_county),
    "lapse": Step(_("逾期未审"), WITH_OFFICE, S.LAPSED, who=rules.clock_of_the_county),
    "count_as_notice": Step(_("逾期，按告知备案"), (S.ENDORSED, S.RECEIVED, S.REVIEWED), S.NOTIFIED, who=rules.clock_of_the_county),
    # after the filing
    "name": Step(_("登门点名"), FILED, None, who=rules.officer_on_the_plan),
    "ask_change": Step(_("申请变更、延期"), FILED, None, who=rules.clerk_of_its_agency, needs_note=True, unless=nothing_to_change),
    "amend": Step(_("批准变更"), FILED, None, who=rules.another_head_than_asked, grave=True, unless=no_change_asked("AMEND")),
    "postpone": Step(_("批准延期"), FILED, None, who=rules.another_head_than_asked, grave=True, unless=no_change_asked("POSTPONE")),
    "refuse_change": Step(_("不同意变更"), FILED, None, who=rules.another_head_than_asked, needs_note=True, unless=no_change_at_all),
}

#: what a verb is told beside who acts, for pages and API alike; every other takes a note
TAKES: dict[str, tuple[str, ...]] = {
    "submit": (),
    "complete": (),
    "decline": ("ground", "note"),
    "review": ("proposal", "note"),
    "return_": ("marked", "note"),
    "confirm": ("instead_of", "note"),
}
#: verbs with a door of their own, or none but the clock's
BY_THEMSELVES = ("revise", "name", "set_aside", "ask_change", "pass_up", "lapse", "count_as_notice")
