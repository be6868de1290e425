"""Paper and village: what is typed in for somebody, marked so, with its scan; forms to be printed; plates and cards."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import County, Duty, Establishment, Plate, spaced
from accounts.paging import page_of
from audit.forms import NoteForm
from audit.models import Refused, WrongMoment
from inspection.models import FilingNotice
from paper.models import StoredFile

from .. import papers
from ..forms import PaperComplaintForm, PaperReceiptForm
from ..models import Complaint, QuestionSet, Receipt, ReceiptCard, keep_scan
from ..models.photo import MOST_BYTES
from ..rules import county_of_intake, only_who_makes_plates
from ..views import for_the_bearer
from .bearer import open_to_all


def _scan_in(file: Any) -> StoredFile | None:
    if file is not None and file.size > MOST_BYTES:  # before a byte of it is read
        raise Refused(_("扫描件超过 8 MB，请缩小后再传。"), field="scan")
    return keep_scan(file.read()) if file is not None else None


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """代录: what may be typed in, and the forms to print."""
    county = county_of_intake(request.user)
    cards = ReceiptCard.objects.to_hand_over().filter(establishment__enterprise__county=county)
    cards = cards.select_related("establishment__enterprise").order_by("-pk")[:100]
    context = {"county": county, "cards": cards, "makes_plates": request.user.carries([Duty.CODE_HAND_OUT])}
    return render(request, "receipts/intake.html", context)


def receipt_in(request: HttpRequest) -> HttpResponse:
    """Type in a paper receipt."""
    county = county_of_intake(request.user)
    questions = QuestionSet.in_force(county.today())
    form = PaperReceiptForm(
        request.POST or None, request.FILES or None, questions=questions, initial={"uid": uuid.uuid4(), "year": county.today().year}
    )

    def act(said: dict[str, Any]) -> Receipt:
        notice = FilingNotice.objects.answerable().filter(county=county, year=said["year"], number=said["number"]).first()
        if notice is None:
            raise Refused(_("没有这个文号的通知书，请核对纸上的文号。"), field="number")
        return Receipt.take_in(notice, by=request.user, answers=form.answers, scan=_scan_in(said["scan"]), uid=said["uid"])

    if request.method == "POST" and form.carry_out(request, act):
        return render(request, "receipts/taken_in.html", {"number": form.result.number, "digits": ""})
    return render(request, "receipts/receipt_in.html", {"form": form, "county": county}, status=form.http_status)


def complaint_in(request: HttpRequest) -> HttpResponse:
    """Type in a complaint that came by telephone or on paper."""
    county = county_of_intake(request.user, Duty.OVERSEE)
    form = PaperComplaintForm(request.POST or None, request.FILES or None, county=county)

    def act(said: dict[str, Any]) -> Any:
        scan = _scan_in(said["scan"])
        return Complaint.complain(county, facts=form.facts, way=said["way"], photos=said["photos"], by=request.user, scan=scan)

    if request.method == "POST" and form.carry_out(request, act):
        complaint, made = form.result
        return render(request, "receipts/taken_in.html", {"number": complaint.number, "digits": spaced(made)})
    return render(request, "receipts/complaint_in.html", {"form": form, "county": county}, status=form.http_status)


# --- plates and cards -----------------------------------------------------------------------------
def _place(request: HttpRequest, uid: uuid.UUID) -> Establishment:
    rows = Establishment.objects.filter(enterprise__county__in=request.user.counties()).select_related("enterprise__county")
    return get_object_or_404(rows, uid=uid)


@require_POST
def plate_pdf(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The plate of an establishment as a PDF: made where there is none, printed as often as one likes."""
    return _pdf(papers.plate_pdf(Plate.make(_place(request, uid), by=request.user)), "plate")


@require_POST
def plate_replaced(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """更换: the plate of an establishment was lost or damaged; the answer is the new one as a PDF."""
    place = _place(request, uid)
    form = NoteForm(request.POST)

    def act(said: dict[str, Any]) -> Plate:
        standing = Plate.objects.standing().filter(establishment=place).select_related("establishment__enterprise__county").first()
        if standing is None:
            only_who_makes_plates(request.user)
            raise WrongMoment(_("这里还没有企业码牌，请先制作。"))
        return standing.replace(by=request.user, note=said["note"])

    if form.carry_out(request, act):
        return _pdf(papers.plate_pdf(form.result), "plate")
    raise request.refusal or Refused("\n".join(form.errors.get("note") or form.non_field_errors()))


@require_safe
def plates(request: HttpRequest) -> HttpResponse:
    """The plates of the county, newest first: whose gate, since when, until when."""
    only_who_makes_plates(request.user)
    rows = Plate.objects.visible_to(request.user).select_related("establishment__enterprise")
    return render(request, "receipts/plates.html", {"page": page_of(rows, request)})


@require_POST
def card_pdf(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """A new card as a PDF: in this answer alone. It is kept nowhere and opens nothing until it was handed over."""
    place = _place(request, uid)
    plate = Plate.make(place, by=request.user)
    card, made = ReceiptCard.make(place, by=request.user)
    return _pdf(papers.card_pdf(card, made, plate), "card")


@require_POST
def card_handed(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """交付: the card was given to the enterprise."""
    county = county_of_intake(request.user)
    card = get_object_or_404(
        ReceiptCard.objects.filter(establishment__enterprise__county=county).select_related("establishment__enterprise__county"), uid=uid
    )
    form = NoteForm(request.POST)
    if form.carry_out(request, lambda said: card.hand_over(by=request.user, note=said["note"])):
        return redirect("receipts:intake")
    raise Refused("\n".join(form.errors.get("note") or form.non_field_errors()))


# --- forms to print -------------------------------------------------------------------------------
@for_the_bearer
@open_to_all
@require_safe
def receipt_paper(request: HttpRequest, notice: FilingNotice) -> HttpResponse:
    """The receipt as a form on paper, for whoever has no phone."""
    return _pdf(papers.receipt_form(notice), "receipt")


@open_to_all
@require_safe
def complaint_paper(request: HttpRequest) -> HttpResponse:
    """The complaint as a form on paper."""
    return _pdf(papers.complaint_form(County.objects.filter(code=request.GET.get("county", "")[:6]).first()), "complaint")


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
