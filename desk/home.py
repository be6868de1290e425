"""首页: 待办 / 已办 / 我发起的."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Duty
from delivery.models import Letter
from fees.models import Charge
from inspection import clocks
from inspection.models import (
    Draw,
    DrawnLine,
    FilingNotice,
    InspectionPlan,
    InspectionProgramme,
    PlanAgency,
    PlanChange,
    Visit,
)
from oversight.models import ReportedDemand
from oversight.overdue import overdue_in
from oversight.retaliation import calls_again
from receipts.models import Complaint

FEW = 12


@dataclass(frozen=True)
class Pile:
    """One pile of work: what it is, the rows on top, and whether there are more."""

    title: str
    rows: list[Any]
    more: bool
    address: str


@dataclass(frozen=True)
class Line:
    """One line of a pile whose thing must not be shown by its content: its number, where it opens, until when it is due."""

    words: str
    address: str
    due_on: datetime.date | None = None

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        """Return where it opens."""
        return self.address


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person, what they did, what they began."""
    return render(
        request,
        "desk/home.html",
        {
            "piles": [p for p in waiting_for(request.user) if p.rows],
            "done": done_by(request.user),
            "begun": begun_by(request.user),
            "may_file": request.user.holding(Duty.PLAN_FILE),
        },
    )


def waiting_for(user: Any) -> list[Pile]:
    """Return the piles that wait for this person, oldest first."""
    plans = InspectionPlan.objects.select_related("agency", "county").prefetch_related("targets")
    clerk = plans.filter(agency__in=user.agencies_carrying(Duty.PLAN_FILE)).awaiting_clerk()
    head = plans.filter(agency__in=user.agencies_carrying(Duty.PLAN_ENDORSE)).awaiting_head().exclude(submitted_by=user)
    asked = PlanAgency.objects.partners().filter(agency__in=user.agencies_carrying(Duty.PLAN_ENDORSE), confirmed_at=None)
    joining = plans.filter(status=InspectionPlan.Status.SUBMITTED, pk__in=asked.values("plan"))
    changes = plans.filter(
        agency__in=user.agencies_carrying(Duty.PLAN_ENDORSE),
        status__in=InspectionPlan.FILED,
        pk__in=PlanChange.objects.open().exclude(asked_by=user).values("plan"),
    )
    begun = InspectionPlan.Status.PROVISIONAL
    today = [p.county.today() for p in user.posts_now[:1]]
    notices = FilingNotice.objects.none()
    if today and user.carries([Duty.VISIT_LOG]):
        notices = (
            FilingNotice.objects.issued()
            .for_the_day(today[0])
            .filter(plan__officers__officer__user=user, plan__officers__dropped=False, visits__isnull=True)
            .select_related("enterprise", "plan__agency")
        )
    on_site = Visit.objects.filter(status=Visit.Status.OPEN, people__officer__user=user).select_related("enterprise", "agency")
    return [
        _pile(_("在企业现场，待离企登记"), on_site, "/visits/"),
        _pile(_("今天可以入企"), notices, "/notices/?today"),
        _pile(_("制发受阻"), FilingNotice.objects.filter(county__in=user.office_counties()).held_up().order_by("pk"), "/notices/?held_up"),
        _pile(
            _("待审查") if user.carries([Duty.PLAN_REVIEW]) else _("待受理"),
            plans.awaiting_decision_of(user).order_by("endorsed_at"),
            "/review/",
        ),
        _pile(_("待复核"), plans.awaiting_recheck_by(user).order_by("recheck_asked_at"), "/plans/?status=RECHECKING"),
        _pile(_("待批准"), head.order_by("submitted_at"), "/plans/?status=SUBMITTED"),
        _pile(_("变更、延期待批准"), changes.order_by("pk"), "/plans/"),
        _pile(_("请我单位参加的联合检查"), joining.order_by("submitted_at"), "/plans/?status=SUBMITTED"),
        _pile(_("先行实施，待补办手续"), clerk.filter(status=begun).order_by("began_at"), "/plans/?status=PROVISIONAL"),
        _pile(_("待提交、待修改"), clerk.exclude(status=begun).order_by("pk"), "/plans/"),
        *_money_waiting_for(user),
        *_voices_waiting_for(user),
        *_letters_waiting_for(user),
        *_draws_waiting_for(user),
        *_programmes_waiting_for(user),
    ]


def _money_waiting_for(user: Any) -> list[Pile]:
    """Return what of money waits for this person: voids to decide, objections to answer, charges to gather, refunds to check."""
    mine = user.agencies_carrying(Duty.CHARGE_REGISTER) | user.agencies_carrying(Duty.PLAN_ENDORSE)
    charges, window = Charge.objects.order_by("pk"), user.counties_carrying(Duty.MONEY_COLLECT)
    voiding = charges.filter(agency__in=mine, status=Charge.Status.VOIDING).exclude(void_asked_by=user)
    disputed = charges.filter(agency__in=mine, disputes__status="OPEN")
    return [
        _pile(_("登记作废待复核"), voiding, "/charges/"),
        _pile(_("企业的异议待答复"), disputed, "/charges/"),
        _pile(_("待归集的款项"), charges.filter(county__in=window).ungathered(), "/payment-notices/"),
        _pile(_("退付待核对"), charges.filter(county__in=window, refunds__status="ASKED"), "/refunds/"),
    ]


def _voices_waiting_for(user: Any) -> list[Pile]:
    """Return what waits for 稽核: complaints by their number alone (who opens one leaves a reading), demands, what is overdue."""
    post = user.holding(Duty.OVERSEE)
    if not post:
        return []
    complaints = [
        Line(row.number, reverse("receipts:complaint", args=[row.uid]), row.due_on)
        for row in Complaint.objects.visible_to(user).waiting().order_by("pk")[: FEW + 1]
    ]
    demands = ReportedDemand.objects.visible_to(user).open().select_related("demand").order_by("pk")
    late = [
        Line(f"{row.kind} {row.what} {row.who}", row.address, row.due_on) for row in overdue_in(post.county) if not row.done and row.address
    ]
    again = len(calls_again(post.county))  # by their number alone: who opens the list leaves a reading
    signs = [Line(_("最近 %(days)d 天有 %(n)d 件") % {"days": post.county.rule("retaliation.days"), "n": again}, "/oversight/again/")]
    return [
        _pile(_("再次上门提示"), signs if again else [], "/oversight/again/"),
        _pile(_("投诉举报待受理、待办结"), complaints, "/complaints/?show=waiting"),
        _pile(_("违法要求待核实、待处理"), demands, "/oversight/demands/"),
        _pile(_("超期未办"), late, "/oversight/overdue/"),  # late complaints stand above
    ]


def _letters_waiting_for(user: Any) -> list[Pile]:
    """Return the letters that do not leave by themselves: given up, and to be printed."""
    letters = Letter.objects.visible_to(user) if user.carries([Duty.CODE_HAND_OUT]) else Letter.objects.none()
    return [
        _pile(_("未能发出的信件"), letters.failed().order_by("failed_at"), "/letters/?show=failed"),
        _pile(_("待打印的信件"), letters.to_print(), "/letters/?show=print"),
    ]


def _programmes_waiting_for(user: Any) -> list[Pile]:
    """Return what of yearly programmes waits for this person: to review, to endorse, to complete."""
    programmes = InspectionProgramme.objects.select_related("agency", "county")
    return [
        _pile(_("检查计划待审查"), _programmes_for_the_office(programmes, user), "/programmes/?status=ENDORSED"),
        _pile(
            _("检查计划待批准"),
            programmes.filter(agency__in=user.agencies_carrying(Duty.PLAN_ENDORSE)).awaiting_head().exclude(submitted_by=user),
            "/programmes/?status=SUBMITTED",
        ),
        _pile(
            _("检查计划待补充、待提交"),
            programmes.filter(agency__in=user.agencies_carrying(Duty.PLAN_FILE)).awaiting_clerk().order_by("pk"),
            "/programmes/?status=DRAFT",
        ),
    ]


def _draws_waiting_for(user: Any) -> list[Pile]:
    """Return what of random draws waits for this person: to freeze, to give a half of the seed, to file for."""
    draws = Draw.objects.visible_to(user).select_related("agency", "county", "witness_agency")
    to_freeze = draws.filter(status=Draw.Status.PREPARED, agency__in=user.agencies_carrying(Duty.PLAN_ENDORSE)).exclude(prepared_by=user)
    asked = [draw for draw in draws.awaiting_seed().prefetch_related("parts").order_by("seed_by") if draw.asks(user)]
    lines = DrawnLine.objects.awaiting_filing().filter(draw__agency__in=user.agencies_carrying(Duty.PLAN_FILE))
    return [
        _pile(_("抽查名单待冻结"), to_freeze.order_by("pk"), "/draws/?status=PREPARED"),
        _pile(_("抽查待给出种子（暗语、开奖号码）"), asked, "/draws/?status=FROZEN"),
        _pile(_("双随机抽中，待起草备案"), lines.select_related("draw").order_by("draw__ends_on", "place"), "/draws/?status=DRAWN"),
    ]


def _programmes_for_the_office(programmes: Any, user: Any) -> Any:
    mine = Q(submitted_by=user) | Q(endorsed_by=user)
    return programmes.filter(county__in=user.counties_carrying(Duty.PLAN_REVIEW)).awaiting_office().exclude(mine).order_by("endorsed_at")


def _pile(title: str, rows: Any, address: str) -> Pile:
    found = list(rows[: FEW + 1])
    if found and isinstance(found[0], InspectionPlan):
        clocks.attach(found)
    return Pile(title, found[:FEW], len(found) > FEW, address)


def done_by(user: Any) -> list[Any]:
    """Return this person's last acts, newest first, out of the signed history."""
    acts = []
    for model, shown_with in (
        (InspectionPlan, ["agency"]),
        (InspectionProgramme, ["agency"]),
        (Draw, ["agency"]),
        (Visit, ["agency", "enterprise"]),
        (Charge, []),
    ):
        labels = model.verb_labels()
        rows = (
            model.history.filter(actor_id=user.pk)
            .exclude(verb__in=("draft", "prepare", "revise", "complete_line", "add_line", "replace"))
            .order_by("-history_id")[:FEW]
        )
        rows = list(rows.values_list("history_date", "verb", "id"))
        things = model.objects.select_related(*shown_with).in_bulk([key for _at, _verb, key in rows])
        acts += [{"at": at, "act": labels.get(verb, verb), "what": things[key]} for at, verb, key in rows]
    return sorted(acts, key=lambda act: act["at"], reverse=True)[:FEW]


def begun_by(user: Any) -> list[InspectionPlan]:
    """Return the filings this person began, newest first."""
    mine = InspectionPlan.objects.filter(drafted_by=user).select_related("agency", "county").prefetch_related("targets")
    return list(mine.order_by("-pk")[:FEW])
