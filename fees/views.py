"""The register and its catalogue."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Duty
from accounts.paging import page_of
from audit.forms import NoteForm
from audit.models import NotYours

from .forms import ChargeForm
from .models import Charge, FeeItem


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The fee list: what is in force today, and what no longer is."""
    items, words = FeeItem.objects.visible_to(request.user), request.GET.get("words", "").strip()
    if words:
        items = items.filter(name__icontains=words)
    return render(
        request,
        "fees/catalogue.html",
        {
            "items": items.order_by("code"),
            "in_force": set(items.in_force(timezone.localdate()).values_list("pk", flat=True)),
            "words": words,
        },
    )


@require_safe
def charge_list(request: HttpRequest) -> HttpResponse:
    """The charges this person may see, newest first."""
    charges = Charge.objects.visible_to(request.user).select_related("agency", "enterprise")
    kind, words = request.GET.get("kind", ""), request.GET.get("words", "").strip()
    if kind in Charge.Kind.values:
        charges = charges.filter(kind=kind)
    if words:
        charges = charges.filter(enterprise__name__icontains=words)
    return render(
        request,
        "fees/charge_list.html",
        {
            "page": page_of(charges, request),
            "kinds": Charge.Kind.choices,
            "kind": kind,
            "words": words,
            "may_register": request.user.holding(Duty.CHARGE_REGISTER),
        },
    )


def charge_new(request: HttpRequest) -> HttpResponse:
    """Register a charge."""
    post = request.user.holding(Duty.CHARGE_REGISTER)
    if not post:
        raise NotYours(_("只有收费登记员可以登记收费、罚没。"))
    agency = post.agency
    initial = {"uid": uuid.uuid4(), "charged_on": agency.county.today(), "kind": Charge.Kind.FEE}
    form = ChargeForm(request.POST or None, agency=agency, initial={**initial, **request.GET.dict()})
    if request.method == "POST" and form.carry_out(
        request,
        lambda said: Charge.register(by=request.user, agency=agency, establishment=said.pop("target")[0], **said),
    ):
        return redirect(form.result)
    items = FeeItem.objects.filter(county=agency.county).in_force(agency.county.today())
    return render(request, "fees/charge_form.html", {"form": form, "agency": agency, "items": items}, status=form.http_status)


@require_safe
def charge(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One charge with its history."""
    found = get_object_or_404(
        Charge.objects.visible_to(request.user).select_related(
            "agency", "enterprise", "establishment", "visit__agency", "visit__enterprise", "item"
        ),
        uid=uid,
    )
    return render(
        request,
        "fees/charge.html",
        {"charge": found, "steps": found.steps_open_to(request.user), "history": found.history.order_by("history_id")},
    )


@require_POST
def charge_void(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """作废 a charge, with its reason."""
    found = get_object_or_404(Charge.objects.visible_to(request.user), uid=uid)
    form = NoteForm(request.POST)
    if form.carry_out(request, lambda said: found.void(by=request.user, note=said["note"])):
        return redirect(found)
    context = {"row": found, "form": form, "step": Charge.STEPS["void"], "back": found.get_absolute_url()}
    return render(request, "inspection/act.html", context, status=form.http_status)
