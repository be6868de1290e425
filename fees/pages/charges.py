"""The register and its catalogue."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Duty
from accounts.paging import page_of
from audit.models import NotYours

from .. import acts
from ..forms import ChargeForm
from ..models import Charge, FeeItem, reckon


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
            "in_force": set(items.in_force(request.user.today()).values_list("pk", flat=True)),
            "words": words,
        },
    )


@require_safe
def charge_list(request: HttpRequest) -> HttpResponse:
    """The charges this person may see, newest first."""
    charges = Charge.objects.visible_to(request.user).select_related("agency", "enterprise", "sums")
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
            "today": request.user.today(),
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
    items = FeeItem.in_force_in(agency.county, agency.county.today())
    return render(request, "fees/charge_form.html", {"form": form, "agency": agency, "items": items}, status=form.http_status)


def _charge(request: HttpRequest, uid: uuid.UUID) -> Charge:
    rows = Charge.objects.visible_to(request.user).select_related(
        *("county", "agency", "enterprise__county", "establishment", "visit__agency", "visit__enterprise", "item", "sums", "principal"),
    )
    return get_object_or_404(rows, uid=uid)


@require_safe
def charge(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One charge: facts, the reckoning, every entry, where it is asked for, what is open to this person, its history."""
    found = _charge(request, uid)
    return render(
        request,
        "fees/charge.html",
        {
            "charge": found,
            "acts": acts.open_to(request.user, found),
            "entries": found.entries.order_by("pk"),
            "lines": found.lines.select_related("notice").order_by("pk"),
            "disputes": found.disputes.order_by("pk"),
            "refunds": found.refunds.order_by("pk"),
            "stays": found.stays.order_by("first"),
            "surcharges": found.surcharges.select_related("sums").order_by("pk"),
            "history": [(row, Charge.verb_labels().get(row.verb, row.verb)) for row in found.history.order_by("history_id")],
        },
    )


def charge_act(request: HttpRequest, uid: uuid.UUID, verb: str) -> HttpResponse:
    """One act on a charge: GET shows its form with what it rests on, POST carries it out."""
    if verb not in acts.ACTS:
        raise Http404
    found, act = _charge(request, uid), acts.ACTS[verb]
    initial = {"uid": uuid.uuid4(), **dict.fromkeys(("until", "on", "taken_on", "first", "last", "decision_date"), found.county.today())}
    if verb == "refund":
        initial["amount"] = max(-found.open, 0)
    form = act.form(request.POST or None, initial=initial)
    # A form without a single field that must be filled is sent empty: what is missing is told by the verb.
    if request.method == "POST":
        form = act.form(request.POST, initial=initial)
        if form.carry_out(request, lambda said: act.call(found, request.user, said)):
            return redirect(form.result if isinstance(form.result, Charge) else found)
    reckoning = reckon(found, found.county.today()) if verb == "impose" else None
    context = {"charge": found, "act": act, "form": form, "reckoning": reckoning}
    return render(request, "fees/act.html", context, status=form.http_status)
