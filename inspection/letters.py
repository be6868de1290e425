"""Letters to the people whom a step concerns: in the inbox of those at the desk, and to the enterprise what it had been told otherwise.

Each step tells its people once, in the transaction of the step. Of an unannounced filing nothing goes to anybody outside the units
on it and the Office, and nothing to the enterprise, before somebody has come.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Duty, Post
from delivery.models import Letter


def holders(duty: str, county: Any, agency: Any = None) -> list[int]:
    """Return the keys of the people who carry ``duty`` today: for an agency, or in the county's Office."""
    posts = Post.objects.held_on(county.today()).filter(county=county, agency=agency, user__is_active=True).select_related("role")
    return sorted({post.user_id for post in posts if duty in post.role.duties})


def _clerk(plan: Any) -> list[int]:
    return [plan.submitted_by_id or plan.drafted_by_id]


def _heads(plan: Any) -> list[int]:
    return [key for key in holders(Duty.PLAN_ENDORSE, plan.county, plan.agency) if key != plan.submitted_by_id]


def _clerk_and_head(plan: Any) -> list[int]:
    return [*_clerk(plan), *([plan.endorsed_by_id] if plan.endorsed_by_id else [])]


def _partners(plan: Any) -> list[int]:
    rows = plan.agencies.partners().select_related("agency")
    return [key for row in rows for key in holders(Duty.PLAN_ENDORSE, plan.county, row.agency)]


def officers_of(plan: Any) -> list[int]:
    """Return the keys of the people named on it who can sign in, of the lead and of who joins it."""
    return list(plan.officers.standing().filter(officer__user__is_active=True).values_list("officer__user", flat=True))


def _officers_expecting(plan: Any) -> list[int]:
    """Those named, of a filing that stood until now: they were told that they would go, or have begun."""
    return officers_of(plan) if plan.status in ("ACCEPTED", "NOTIFIED") or plan.notices.exists() else []


def _signing(plan: Any) -> list[int]:
    return [key for key in holders(Duty.PLAN_ISSUE, plan.county) if key != plan.reviewed_by_id]


def _decider(plan: Any) -> list[int]:
    return [key for key in (plan.received_by_id, plan.reviewed_by_id, plan.decided_by_id) if key]


def _others_of_the_office(plan: Any) -> list[int]:
    return [key for key in holders(Duty.PLAN_REVIEW, plan.county) if key not in (plan.decided_by_id, plan.reviewed_by_id)]


def _heads_and_office(plan: Any) -> list[int]:
    return [*holders(Duty.PLAN_ENDORSE, plan.county, plan.agency), *holders(Duty.PLAN_REVIEW, plan.county)]


def _everybody(plan: Any) -> list[int]:
    return [*_clerk_and_head(plan), *_partners(plan), *_signing(plan)]


#: verb -> (what is said, whom it concerns)
CONCERNS: dict[str, tuple[Any, tuple[Callable[[Any], list[int]], ...]]] = {
    "submit": (_("等待您批准"), (_heads, _partners)),
    "refile": (_("逾期未审后重新报送，等待您批准"), (_heads, _partners)),
    "complete": (_("已补办手续，等待您批准"), (_heads,)),
    "confirm": (_("配合单位已确认参加联合检查"), (_clerk, _heads)),
    "refuse_joining": (_("配合单位不参加联合检查"), (_clerk,)),
    "endorse": (_("负责人已批准，进入备案审查"), (_clerk,)),
    "notify": (_("负责人已批准，已告知备案机关"), (_clerk, _partners, officers_of)),
    "send_back": (_("负责人退回修改"), (_clerk,)),
    "review": (_("已审核，等待您签发"), (_signing,)),
    "accept": (_("准予备案"), (_clerk_and_head, _partners, officers_of)),
    "return_": (_("备案机关退回补正"), (_clerk_and_head,)),
    "decline": (_("不予备案"), (_clerk_and_head, _partners, _officers_expecting)),
    "ask_recheck": (_("单位申请复核，等待另一人复核"), (_others_of_the_office,)),
    "uphold": (_("复核：维持不予备案"), (_clerk_and_head,)),
    "recheck": (_("复核：准予备案"), (_clerk_and_head, _partners, officers_of)),
    "pass_up": (_("检查期间开始仍未审查，等待您决定"), (_signing, _clerk)),
    "lapse": (_("逾期未审：备案机关没有在检查期间开始以前作出决定，可以一键重新报送"), (_everybody,)),
    "count_as_notice": (_("备案机关逾期未审，按告知备案，通知书已写明"), (_everybody, officers_of)),
    "withdraw": (_("单位已撤回"), (_clerk_and_head, _partners, _decider, _officers_expecting)),
    "revoke": (_("备案机关已撤销备案，通知书作废"), (_clerk_and_head, _partners, officers_of)),
    "remark": (_("备案机关有备注意见"), (_clerk_and_head,)),
    "report": (_("备案机关已报告上级"), (_clerk_and_head,)),
    "ask_change": (_("申请变更或者延期，等待您批准"), (_heads,)),
    "amend": (_("已变更，通知书已更换"), (_clerk, _partners, _decider, officers_of)),
    "postpone": (_("已延期，通知书已更换"), (_clerk, _partners, _decider, officers_of)),
    "refuse_change": (_("负责人不同意变更"), (_clerk,)),
    "begin_urgent": (_("先行实施的检查，已当场报告"), (_heads_and_office,)),
}


def tell(plan: Any, verb: str, note: str = "", *, by: Any = None) -> None:
    """Put what a step means into the inboxes of the people it concerns, inside the running act. Who acted is not told."""
    if verb not in CONCERNS:
        return
    what, audience = CONCERNS[verb]
    readers = {key for find in audience for key in find(plan)} - {getattr(by, "pk", None)}
    write(readers, county=plan.county, about=plan, subject=f"{plan}：{what}", body="\n".join(filter(None, [_whom(plan), note.strip()])))


def tell_void(notice: Any, note: str, *, by: Any) -> None:
    """Tell the unit, and who would have gone with it, that a notice counts no more."""
    plan, what = notice.plan, _now("备案通知书已作废")
    readers = {*_clerk_and_head(plan), *officers_of(plan)} - {getattr(by, "pk", None)}
    write(readers, county=notice.county, about=plan, subject=f"{notice}：{what}", body=f"{notice.target.name}\n{note.strip()}")


def tell_left_out(plan: Any, before: set[int], *, by: Any) -> None:
    """Tell those who would have gone, until a change named others."""
    gone = before - {*officers_of(plan), getattr(by, "pk", None)}
    write(gone, county=plan.county, about=plan, subject=f"{plan}：{_now('已变更，不再由您前往')}", body=_whom(plan))


def _whom(plan: Any) -> str:
    names = [row.name for row in plan.targets.standing().order_by("pk")[:3]]
    return "、".join(names)


def write(readers: Iterable[int], *, county: Any, subject: str, body: str, about: Any = None, link: str = "", once: str = "") -> int:
    """Put a letter into each inbox; ``once`` names it, so that a clock that asks again writes nothing. Returns how many readers."""
    address = link or (about.get_absolute_url() if isinstance(about, Model) else "")
    readers = sorted(readers)
    for reader in readers:
        Letter.write(
            county=county.code,
            about=str(about or subject)[:100],
            subject=subject[:200],
            body=body,
            channel="inbox",
            reader=reader,
            link=address,
            once=f"{once}:{reader}" if once else "",
        )
    return len(readers)


def unwritten(named: dict[str, int]) -> set[str]:
    """Return of these names of letters those under which none has been written yet."""
    return set(named) - set(Letter.objects.filter(once__in=list(named)).values_list("once", flat=True))


class People:
    """Who holds up a filing, and who is above them: the posts of one county, asked once for all of its filings."""

    def __init__(self, county: Any) -> None:
        posts = Post.objects.held_on(county.today()).filter(county=county, user__is_active=True).select_related("role")
        self._carrying: dict[tuple[str, int | None], set[int]] = {}
        for post in posts:
            for duty in post.role.duties:
                self._carrying.setdefault((duty, post.agency_id), set()).add(post.user_id)

    def _of(self, duty: str, agency: int | None = None) -> set[int]:
        return self._carrying.get((duty, agency), set())

    def who_holds_up(self, plan: Any) -> set[int]:
        """Return the keys of the people who may take the filing further from where it stands, as its clock says (``plan.waiting``)."""
        filed = {plan.submitted_by_id, plan.endorsed_by_id}
        match plan.status:
            case "SUBMITTED" if plan.waiting.units:
                return {key for unit in plan.waiting.units for key in self._of(Duty.PLAN_ENDORSE, unit.pk)}
            case "ACCEPTED" | "NOTIFIED":
                return self._of(Duty.PLAN_ENDORSE, plan.agency_id) - {plan.waiting.never}
            case "SUBMITTED":
                return self._of(Duty.PLAN_ENDORSE, plan.agency_id) - filed
            case "SENT_BACK" | "RETURNED" | "PROVISIONAL":
                return self._of(Duty.PLAN_FILE, plan.agency_id)
            case "REVIEWED" | "ESCALATED":
                return self._of(Duty.PLAN_ISSUE) - filed - {plan.reviewed_by_id}
            case "RECHECKING":
                return self._of(Duty.PLAN_REVIEW) - filed - {plan.decided_by_id, plan.reviewed_by_id}
            case "RECEIVED" if plan.received_by_id in self._of(Duty.PLAN_REVIEW):
                return {plan.received_by_id}
        return self._of(Duty.PLAN_REVIEW) - filed

    def above(self, plan: Any) -> set[int]:
        """Return the keys of the people to whom it is taken up: the unit's heads for its clerk, 签发 for the rest."""
        if plan.status in ("SENT_BACK", "RETURNED", "PROVISIONAL"):
            return self._of(Duty.PLAN_ENDORSE, plan.agency_id)
        if plan.status in ("SUBMITTED", "ACCEPTED", "NOTIFIED"):
            return self._of(Duty.PLAN_FILE, plan.agency_id)
        return self._of(Duty.PLAN_ISSUE)


def tell_enterprise(notice: Any, what: Any, why: str = "") -> None:
    """Write to an enterprise that its notice no longer holds, if it had been told of it: never before an unannounced visit.

    ``what`` has become of it, in a few words that a short message bears; ``why`` stands in longer letters.
    Without a contact the letter waits to be printed.
    """
    contact = getattr(notice.enterprise, "contact", None)
    told = notice.issued_at and (not notice.unannounced or notice.visits.exists())
    if not told:
        return
    with translation.override(settings.LANGUAGE_CODE):  # whatever language the person who acts reads
        facts = {
            "office": notice.county.office_name,
            "agency": notice.snapshot["agency"],
            "number": notice.label,
            "what": str(what),
            "phone": notice.county.supervision_phone,
        }
        Letter.write(
            county=notice.county.code,
            about=notice.label,
            subject=_now("%(office)s：通知书变动") % facts,
            body=_now("%(office)s通知：%(agency)s的备案通知书 %(number)s %(what)s。监督电话 %(phone)s。")
            % {**facts, "what": "：".join(filter(None, [str(what), why.strip()]))},
            address=contact.phone if contact else "",
            enterprise=notice.enterprise.uid,
            once=f"notice:{notice.uid}:{what}"[:120],
            kind="notice-ended",
            facts=facts,
        )
