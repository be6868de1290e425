"""The pages of one thing, each showing several rooms: a filing, a notice, a visit, an enterprise."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accounts.models import Contact, Duty, Enterprise, Plate
from fees.models import Charge
from inspection import clocks, rules
from inspection.checks import Finding, key_of
from inspection.forms.plan import PlanForm
from inspection.models import (
    DeclineGround,
    FilingNotice,
    InspectionPlan,
    PlanAgency,
    PlanAssistant,
    PlanItem,
    PlanOfficer,
    PlanPaper,
    PlanTarget,
    Printout,
    Scan,
    Visit,
)
from inspection.year import Year, years_of
from oversight.trail import trail
from receipts.models import ReceiptCode

#: of how many enterprises the page of a filing shows the year
FEW_YEARS = 5
#: the parts of the form that are rows of their own
ROWS_OF_A_FORM = {
    "targets": PlanTarget, "items": PlanItem, "officers": PlanOfficer, "assistants": PlanAssistant, "papers": PlanPaper,
    "partners": PlanAgency,
}  # fmt: skip


@require_safe
def plan(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A filing: facts, what is open to this person now, notices, and its trail."""
    found = get_object_or_404(
        InspectionPlan.objects.visible_to(request.user).select_related(
            *("agency", "county", "drafted_by", "submitted_by", "endorsed_by", "decided_by"),
            *("drawn_line", "programme_line__programme", "referral"),
        ),
        uid=uid,
    )
    steps = found.steps_open_to(request.user)
    in_office = found.county_id in request.user.office_counties()
    clocks.attach([found])
    targets = list(found.targets.standing().select_related("enterprise__county"))
    return render(
        request,
        "desk/plan.html",
        {
            "plan": found,
            "steps": {verb: step for verb, step in steps.items() if verb not in found.BY_THEMSELVES},
            "may_change": "ask_change" in steps,
            "changes": found.changes.select_related("asked_by").order_by("pk"),
            "partners": found.agencies.partners().select_related("agency"),
            "markable": markable() if "return_" in steps else [],
            "may_revise": "revise" in steps,
            "grounds": DeclineGround.objects.filter(county=found.county).in_force(found.county.today()) if "decline" in steps else [],
            "faults": found.faults() if {"submit", "complete"} & set(steps) else [],
            "targets": targets,
            "years": years_of([t.enterprise for t in targets[:FEW_YEARS]], agency=None if in_office else found.agency, beside=found.pk),
            "review": review_of(found) if "accept" in steps else None,
            "reasons": found.reasons.standing(),
            "may_name": "name" in steps and found.area,
            "closer_look": in_office and found.closer_look,
            "items": found.items.standing(),
            "officers": found.officers.standing(),
            "assistants": found.assistants.standing(),
            "papers": found.papers.standing(),
            "notices": found.notices.select_related("enterprise").order_by("pk"),
            **papers_about(request.user, found, plan=found, notice=None, visit=None),
            "trail": trail(found, reader=request.user),
        },
    )


def papers_about(user: Any, about: Any, **of: Any) -> dict[str, Any]:
    """Return which papers this person may ask for here, and the last ones that were."""
    printed = Printout.objects.visible_to(user).filter(**of).select_related("asked_by").order_by("-pk")[:8]
    return {"about": about, "offered": Printout.offered(user, about), "printed": printed}


def markable() -> list[tuple[str, str]]:
    """Return the fields that the Office may mark when it returns a filing, as the form calls them."""
    fields = PlanForm.base_fields
    return [(name, str(fields[name].label)) for name in InspectionPlan.MARKABLE if name in fields]


@dataclass(frozen=True)
class Review:
    """What the checks find now, beside what was filed: ``new`` since then, ``gone`` since then."""

    findings: list[Finding]
    new: set[str]
    gone: list[str]


def review_of(plan: InspectionPlan) -> Review:
    """Return the findings as the Office sees them, and what has changed since the filing was last sent, in whichever way."""
    found = plan.findings(for_office=True, deciding=True)
    submitted = plan.checks_made.filter(step__in=("submit", "complete", "refile")).order_by("-pk").first()
    then = {key_of(facts["code"], facts["about"]): facts["message"] for facts in submitted.findings} if submitted else {}
    now = {finding.key for finding in found}
    return Review(found, now - then.keys(), [message for key, message in then.items() if key not in now])


@dataclass(frozen=True)
class Returned:
    """The last 退回补正 of a filing: what the Office asked for, and which fields have changed since."""

    at: datetime.datetime
    by: str
    note: str
    marked: list[str]
    changed: list[str]


def last_return(plan: InspectionPlan) -> Returned | None:
    """Return what the Office last sent the filing back for, out of its history; None if it never did."""
    row = InspectionPlan.history.filter(id=plan.pk, verb="return_").order_by("-history_id").first()
    if row is None:
        return None
    labels = {**dict(markable()), "papers": str(PlanForm.base_fields["paper"].label)}
    fields = [InspectionPlan._meta.get_field(name) for name in InspectionPlan.MARKABLE if name not in ROWS_OF_A_FORM]
    changed = {field.name for field in fields if getattr(row, field.attname) != getattr(plan, field.attname)}
    changed |= {name for name, model in ROWS_OF_A_FORM.items() if _rows_changed(model, plan, row.history_date)}
    return Returned(
        row.history_date,
        row.actor_name,
        row.opinion,
        [labels.get(name, name) for name in row.marked],
        [labels[name] for name in InspectionPlan.MARKABLE if name in changed],
    )


def _rows_changed(model: Any, plan: InspectionPlan, since: datetime.datetime) -> bool:
    """Tell whether other rows of a kind stand now than stood at that time."""
    then, now = set(), set()
    for key, dropped, at in model.history.filter(plan_id=plan.pk).order_by("history_id").values_list("id", "dropped", "history_date"):
        for standing in (then, now) if at <= since else (now,):
            (standing.discard if dropped else standing.add)(key)
    return then != now


@require_safe
def notice(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A notice: its paper, visits, and what is open to this person."""
    found = get_object_or_404(
        FilingNotice.objects.visible_to(request.user).select_related("plan__agency", "county", "enterprise", "establishment"), uid=uid
    )
    return render(
        request,
        "desk/notice.html",
        {
            "notice": found,
            "facts": found.snapshot,
            "visits": found.visits.select_related("agency").order_by("pk"),
            "order": getattr(found, "order", None),
            **papers_about(request.user, found, notice=found),
            # The agency learns nothing of who looked when: what it holds in its hand is not what the enterprise does.
            "scans": Scan.of(found) if found.county_id in request.user.office_counties() else None,
            "may_void": "void" in found.steps_open_to(request.user),
            "may_arrive": found.status == found.Status.ISSUED
            and found.covers(found.county.today())
            and not found.visits.filter(status=Visit.Status.OPEN).exists()
            and rules.officer_named_on(request.user, found),
            "may_hand_out": not ReceiptCode.why_none(found) and request.user.holding(Duty.CODE_HAND_OUT, county=found.county),
            "fresh_contact": request.user.holding(Duty.CODE_HAND_OUT, county=found.county) and Contact.of(found.enterprise).is_fresh,
        },
    )


@require_safe
def visit(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A visit: who came, when, what was found, what was charged."""
    found = get_object_or_404(
        Visit.objects.visible_to(request.user).select_related("agency", "enterprise", "establishment", "notice"), uid=uid
    )
    return render(
        request,
        "desk/visit.html",
        {
            "visit": found,
            "people": found.people.order_by("pk"),
            "charges": Charge.objects.visible_to(request.user).filter(visit=found),
            **papers_about(request.user, found, visit=found),
            "may_leave": "leave" in found.steps_open_to(request.user),
            "may_charge": request.user.holding(Duty.CHARGE_REGISTER, agency=found.agency),
        },
    )


@require_safe
def enterprise(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """An enterprise: what it is, and of its visits and charges what this person may see. No receipts."""
    found = get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("county"), uid=uid)
    in_office = found.county_id in request.user.office_counties()
    plates = Plate.objects.visible_to(request.user).standing().filter(establishment__enterprise=found)
    return render(
        request,
        "desk/enterprise.html",
        {
            "enterprise": found,
            "establishments": found.establishments.order_by("pk"),
            "visits": Visit.objects.visible_to(request.user)
            .filter(enterprise=found)
            .select_related("agency", "notice")
            .order_by("-pk")[:20],
            "charges": Charge.objects.visible_to(request.user)
            .filter(enterprise=found)
            .select_related("agency", "sums")
            .order_by("-pk")[:20],
            "contact": Contact.of(found) if in_office else None,
            "year": _year(request, found, in_office),
            "plates": {plate.establishment.uid for plate in plates.select_related("establishment")},
            "may_change_contact": request.user.holding(Duty.CODE_HAND_OUT, county=found.county),
        },
    )


def _year(request: HttpRequest, found: Enterprise, in_office: bool) -> Year | None:
    """Return the year as this person may know it: the Office, or the first agency of theirs in the county."""
    agency = next((p.agency for p in request.user.posts_now if p.agency_id and p.county_id == found.county_id), None)
    return years_of([found], agency=None if in_office else agency)[0] if in_office or agency else None


@login_not_required
@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the language of the pages and go back."""
    back = request.GET.get("next", "/")
    response = redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else "/")
    if code in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response
