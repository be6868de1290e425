"""The enterprise's own page: no account, no password; a link and a code to its confirmed contact open it for a few hours.

It shows what concerns this one enterprise and nothing of any other. Of an unannounced visit nothing shows before arrival.
"""

import datetime
import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Agency, Contact, DoorKey, Enterprise, EnterpriseItself, spaced
from audit.ledger.canonical import canonical
from audit.models import Reading, Refusal
from delivery.models import Letter
from inspection.models import FilingNotice, Visit
from receipts.forms import ClaimForm, ComplaintForm, WordsForm
from receipts.models import Assurance, Claim, Complaint, Follower, Opened, Receipt, ReminderStop, Window, may_be_known
from receipts.pages.bearer import address_of, closed
from receipts.pages.receipt import answered

from .enterprise_forms import DoorForm, KeyForm
from .fee_card import FeeCard, card_of
from .own_record import record_pdf

SESSION, HOURS = "own_enterprise", 4


# --- the door -------------------------------------------------------------------------------------
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a key. The answer is the same whether a letter left or not."""
    form = DoorForm(request.POST or None)
    if request.method == "POST" and form.carry_out(request, lambda said: DoorKey.ask(said["identifier"], address=address_of(request))):
        key = KeyForm(initial={"identifier": form.cleaned_data["identifier"]})
        return render(request, "desk/own/key.html", {"form": key, "asked": True})
    return render(request, "desk/own/sign_in.html", {"form": form}, status=form.http_status)


@login_not_required
def key(request: HttpRequest) -> HttpResponse:
    """Come in by the digits of the key."""
    form = KeyForm(request.POST or None)

    def enter(said: dict[str, Any]) -> DoorKey:
        return DoorKey.enter(identifier=said["identifier"], digits=said["code"], address=address_of(request))

    if request.method == "POST" and form.carry_out(request, enter):
        return _come_in(request, form.result)
    return render(request, "desk/own/key.html", {"form": form}, status=form.http_status)


@login_not_required
def enter(request: HttpRequest, link: str) -> HttpResponse:
    """Come in by the link of the key. Looking changes nothing, since chat programs look first; a tap does."""
    if request.method != "POST":
        return render(request, "desk/own/enter.html", {"link": link})
    try:
        return _come_in(request, DoorKey.enter(link=link, address=address_of(request)))
    except Refusal as refusal:
        return closed(request, refusal)


def _come_in(request: HttpRequest, used: DoorKey) -> HttpResponse:
    request.session.cycle_key()
    known = {"uid": str(used.enterprise.uid), "at": timezone.now().timestamp()}
    request.session[SESSION] = {**known, "sent": used.made_at.isoformat(), "confirmed": used.to_confirmed}
    return redirect("desk:own")


def for_the_enterprise(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the enterprise that came in; anybody else is led to the door. No cache keeps the page.

    Whoever came in by a number that is not the enterprise's any more is led to the door, too.
    """

    @login_not_required
    @csrf_protect
    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = request.session.get(SESSION) or {}
        young = "sent" in known and timezone.now().timestamp() - known["at"] < HOURS * 3600
        enterprise = Enterprise.objects.select_related("county").filter(uid=known["uid"]).first() if young else None
        if enterprise is None or Contact.replaced_since(enterprise, datetime.datetime.fromisoformat(known["sent"])):
            return redirect("desk:own-sign-in")
        try:
            response = view(request, enterprise, *args, **kwargs)
        except Refusal as refusal:
            response = closed(request, refusal, enterprise.county)
        response["Cache-Control"] = "no-store"
        return response

    return inside


@for_the_enterprise
@require_POST
def sign_out(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    """Go out."""
    request.session.pop(SESSION, None)
    return redirect("desk:own-sign-in")


# --- inside ---------------------------------------------------------------------------------------
def record_of(enterprise: Enterprise) -> dict[str, Any]:
    """Return all that concerns the enterprise: what the page shows, and what it may take with it.

    What it said (receipts, complaints, claims) before its contact came in with a list stays out until the Office has checked the
    contact: whoever's number that is did not say it.
    """
    county = enterprise.county
    since = Contact.unchecked_since(enterprise)
    year = county.start_of(county.today().replace(month=1, day=1))
    notices = FilingNotice.objects.filter(enterprise=enterprise).exclude(status=FilingNotice.Status.NUMBERED)
    visits = list(Visit.objects.filter(enterprise=enterprise).select_related("agency", "notice").prefetch_related("people").order_by("-pk"))
    receipts = Receipt.objects.filter(enterprise=enterprise, **_after("given_at", since))
    receipts = list(receipts.select_related("county", "notice", "agency").order_by("-pk"))
    complaints = list(_complaints_of(enterprise).select_related("agency", "county", "notice").order_by("-pk"))
    claims = Claim.objects.filter(enterprise=enterprise, **_after("made_at", since))
    read: dict[uuid.UUID, list[Reading]] = {}
    told = {r.uid for r in receipts} | {c.uid for c in complaints}
    for reading in Reading.objects.filter(row__in=told).order_by("-pk"):
        read.setdefault(reading.row, []).append(reading)
    return {
        "notices": [n for n in notices.select_related("county", "plan__agency").order_by("-pk") if may_be_known(n)],
        "visits": visits,
        "minutes": sum(v.minutes or 0 for v in visits if v.arrived_at >= year),
        "calls": sum(1 for v in visits if v.arrived_at >= year),
        "receipts": [(receipt, read.get(receipt.uid, [])) for receipt in receipts],
        "complaints": [(complaint, read.get(complaint.uid, [])) for complaint in complaints],
        "claims": list(claims.select_related("agency").order_by("-pk")),
        "since": since,
        "letters": list(Letter.objects.to_enterprise(enterprise.uid)[:100]),
    }


def _complaints_of(enterprise: Enterprise) -> Any:
    """Return the complaints under its name or in confidence, as far as its contact may see them."""
    mine = Complaint.objects.filter(made_by=enterprise, **_after("made_at", Contact.unchecked_since(enterprise)))
    return mine.exclude(stance=Complaint.Stance.ANONYMOUS)


def _after(field: str, since: datetime.datetime | None) -> dict[str, Any]:
    return {f"{field}__gte": since} if since else {}


@for_the_enterprise
@require_safe
def own(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    """Its notices, visits, results, minutes on site, letters, receipts and who read them, complaints under its name, claims."""
    record = record_of(enterprise)
    for notice in record["notices"]:
        notice.may_answer = notice.status != notice.Status.NUMBERED and Window.of(notice).is_open(notice.county.today())
    stop = ReminderStop.objects.filter(enterprise=enterprise, stopped=True).exists()
    context = {"enterprise": enterprise, "county": enterprise.county, "contact": Contact.of(enterprise), "stopped": stop, **record}
    context["card"] = card_of(enterprise)
    return render(request, "desk/own/page.html", context)


@for_the_enterprise
def answer(request: HttpRequest, enterprise: Enterprise, uid: uuid.UUID) -> HttpResponse:
    """Give the receipt of one of its notices, with nothing to type."""
    notices = FilingNotice.objects.filter(enterprise=enterprise).select_related("county", "plan__agency", "enterprise")
    notice = get_object_or_404(notices, uid=uid)
    if not may_be_known(notice):
        return redirect("desk:own")
    confirmed = request.session[SESSION]["confirmed"]
    return answered(request, Opened(notice, Assurance.OWN if confirmed else Assurance.OWN_REGISTER), {}, own=True)


@for_the_enterprise
def complain(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    """Complain under its own name or in confidence. Who would rather be nobody is led to the public page."""
    form = ComplaintForm(request.POST or None, request.FILES or None, initial={"stance": Complaint.Stance.CONFIDENTIAL})

    def act(said: dict[str, Any]) -> Any:
        facts = {**form.facts, "enterprise": enterprise}
        anonymous = facts.get("stance") == Complaint.Stance.ANONYMOUS
        return Complaint.complain(
            enterprise.county,
            facts=facts,
            way=Complaint.Way.PUBLIC if anonymous else Complaint.Way.OWN,
            own=None if anonymous else enterprise,
            photos=said["photos"],
            address=address_of(request),
        )

    if request.method == "POST" and form.carry_out(request, act):
        complaint, made = form.result
        context = {"county": enterprise.county, "complaint": complaint, "digits": spaced(made), "link": made.link}
        return render(request, "receipts/complained.html", context)
    context = {"county": enterprise.county, "form": form, "title": str(enterprise), "own": True}
    return render(request, "receipts/complain.html", context, status=form.http_status)


@for_the_enterprise
def complaint(request: HttpRequest, enterprise: Enterprise, uid: uuid.UUID) -> HttpResponse:
    """One of its complaints: where it stands, messages, another look."""
    found = get_object_or_404(_complaints_of(enterprise).select_related("county"), uid=uid)
    form, follower = WordsForm(request.POST or None), Follower(found)

    def act(said: dict[str, Any]) -> None:
        if request.POST.get("act") == "reopen":
            found.reopen(by=follower, note=said["words"])
        else:
            found.write(said["words"], by=follower)

    if request.method == "POST" and form.carry_out(request, act):
        return redirect("desk:own-complaint", uid=uid)
    context = {"complaint": found, "county": found.county, "messages_of": found.messages.all(), "form": form, "own": True}
    may_reopen = not found.reopened and "reopen" in found.steps_open_to(follower)
    return render(request, "receipts/followed.html", {**context, "may_reopen": may_reopen, "title": str(found)}, status=form.http_status)


@for_the_enterprise
def claim(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    """“还被要求过……”: what it was asked for beside what was registered."""
    form = ClaimForm(request.POST or None, initial={"uid": uuid.uuid4(), "asked_on": enterprise.county.today()})

    def act(said: dict[str, Any]) -> Claim:
        known = Agency.objects.filter(county=enterprise.county, name=said["agency_said"].strip()).first() if said["agency_said"] else None
        return Claim.claim(enterprise, **said, agency=known)

    if request.method == "POST" and form.carry_out(request, act):
        return redirect("desk:own")
    context = {"county": enterprise.county, "enterprise": enterprise, "form": form}
    return render(request, "desk/own/claim.html", context, status=form.http_status)


@for_the_enterprise
@require_POST
def settle(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    """Confirm the contact, stop or resume reminders."""
    by, act = EnterpriseItself(enterprise), request.POST.get("act")
    if act == "confirm" and Contact.of(enterprise).pk:
        Contact.of(enterprise).confirm(by=by)
    elif act in ("stop", "resume"):
        ReminderStop.stop(enterprise, by=by, stopped=act == "stop")
    return redirect("desk:own")


@for_the_enterprise
@require_safe
def take_away(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    """Its own record as a file: with the salts, so that it can open the digests of its promises for whomever it likes."""
    record = record_of(enterprise)
    said = {
        "enterprise": {"name": enterprise.display_name, "identifier": enterprise.identifier, "county": enterprise.county.code},
        "made_at": timezone.now(),
        "minutes_on_site_this_year": record["minutes"],
        "notices": [{"number": n.label, "status": n.status, "facts": n.snapshot} for n in record["notices"]],
        "visits": [
            {
                **{"notice": v.notice.label if v.notice else "", "agency": v.agency.name, "arrived_at": v.arrived_at, "left_at": v.left_at},
                **{"minutes": v.minutes, "result": v.result, "note": v.result_note, "people": [p.name for p in v.people.all()]},
            }
            for v in record["visits"]
        ],
        "receipts": [
            {"promise": r.promise, "proof": r.proof, "assurance": r.assurance, "read": _readings(readings)}
            for r, readings in record["receipts"]
            if r.short
        ],
        "complaints": [
            {"promise": c.promise, "proof": c.proof, "status": c.status, "answer": c.answer, "read": _readings(readings)}
            for c, readings in record["complaints"]
        ],
        "claims": [
            {"demand": c.demand, "asked_on": c.asked_on, "amount_fen": c.amount, "paid": c.paid, "words": c.words} for c in record["claims"]
        ],
        "fee_card": _fee_card(card_of(enterprise, most=10_000)),
        "letters": [{"subject": letter.subject, "text": letter.text, "sent_at": letter.sent_at} for letter in record["letters"]],
    }
    text = json.dumps(json.loads(canonical(said)), ensure_ascii=False, indent=2)
    response = HttpResponse(text + "\n", content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="record.json"'
    return response


@for_the_enterprise
@require_safe
def print_out(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    """The same record on paper (本企业记录, PDF): what the page shows. The salts stand in the file alone."""
    response = HttpResponse(record_pdf(enterprise, record_of(enterprise)), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="record.pdf"'
    return response


def _fee_card(card: FeeCard) -> dict[str, Any]:
    """Return the facts of the card: sums with corrections, reductions and payments in them, never the amount first asked alone."""
    return {
        "sums": _sums(card.sums),
        "lines": [
            {
                "agency": line.agency.name,
                "item": line.item_name,
                "basis": line.basis,
                "decision_number": line.decision_number,
                "charged_on": line.charged_on,
                "status": line.status,
                "explained": line.worked_out,
                "asked_by": [{"notice": str(asked.notice), "code": asked.code} for asked in line.asked_by],
                **_sums(line.sums),
            }
            for line in card.lines
        ],
    }


def _sums(sums: Any) -> dict[str, int]:
    return {f"{name}_fen": getattr(sums, name) for name in ("due", "reduced", "paid", "open")} if sums else {}


def _readings(readings: list[Reading]) -> list[dict[str, Any]]:
    return [{"at": reading.at, "by": reading.actor_name, "office": reading.actor_agency} for reading in readings]
