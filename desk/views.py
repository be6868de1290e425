"""The pages of one thing, each showing several rooms: a filing, a notice, a visit, an enterprise."""

import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accounts.models import Contact, Duty, Enterprise
from fees.models import Charge
from inspection import rules
from inspection.models import FilingNotice, InspectionPlan, Visit
from oversight.trail import trail


@require_safe
def plan(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A filing: facts, what is open to this person now, notices, and its trail."""
    found = get_object_or_404(
        InspectionPlan.objects.visible_to(request.user).select_related(
            "agency", "county", "drafted_by", "submitted_by", "endorsed_by", "decided_by", "programme_line__programme"
        ),
        uid=uid,
    )
    steps = found.steps_open_to(request.user)
    return render(
        request,
        "desk/plan.html",
        {
            "plan": found,
            "steps": {verb: step for verb, step in steps.items() if verb != "revise"},
            "may_revise": "revise" in steps,
            "faults": found.faults() if "submit" in steps else [],
            "targets": found.targets.standing().select_related("enterprise"),
            "items": found.items.standing(),
            "officers": found.officers.standing(),
            "assistants": found.assistants.standing(),
            "papers": found.papers.standing(),
            "notices": found.notices.select_related("enterprise").order_by("pk"),
            "trail": trail(found, reader=request.user),
        },
    )


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
            "may_void": "void" in found.steps_open_to(request.user),
            "may_arrive": found.status == found.Status.ISSUED
            and found.covers(found.county.today())
            and not found.visits.filter(status=Visit.Status.OPEN).exists()
            and rules.officer_named_on(request.user, found),
            "may_hand_out": found.status == found.Status.ISSUED
            and not (found.unannounced and not found.visits.exists() and found.county.today() <= found.ends_on)
            and request.user.holding(Duty.CODE_HAND_OUT, county=found.county),
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
            "may_leave": "leave" in found.steps_open_to(request.user),
            "may_charge": request.user.holding(Duty.CHARGE_REGISTER, agency=found.agency),
        },
    )


@require_safe
def enterprise(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """An enterprise: what it is, and of its visits and charges what this person may see. No receipts."""
    found = get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("county"), uid=uid)
    in_office = found.county_id in request.user.office_counties()
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
            "charges": Charge.objects.visible_to(request.user).filter(enterprise=found).select_related("agency").order_by("-pk")[:20],
            "contact": Contact.of(found) if in_office else None,
            "may_change_contact": request.user.holding(Duty.CODE_HAND_OUT, county=found.county),
        },
    )


@login_not_required
@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the language of the pages and go back."""
    back = request.GET.get("next", "/")
    response = redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else "/")
    if code in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 86400, samesite="Lax", httponly=True)
    return response
