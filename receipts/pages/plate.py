"""The plate at the enterprise's own gate (企业码牌): complain without any notice, or answer with the card."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Plate
from audit.models import Refusal
from inspection.models import FilingNotice

from ..forms import CodeForm
from ..models import ReceiptCard, notices_to_answer
from .bearer import address_of, closed, open_to_all, unknown
from .receipt import answered


@open_to_all
@require_safe
def plate(request: HttpRequest, token: str) -> HttpResponse:
    """Whose gate it is, and the two things one may do here. Says nothing of notices or visits."""
    found = Plate.objects.by_token(token)
    if found is None:
        return unknown(request)
    county = found.establishment.enterprise.county
    return render(request, "receipts/plate.html", {"plate": found, "place": found.establishment, "county": county})


@open_to_all
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Answer at the plate: the digits of the card, then the notices whose window is open."""
    found = Plate.objects.by_token(token)
    if found is None:
        return unknown(request)
    place = found.establishment
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.carry_out(request, lambda said: ReceiptCard.match(place, said["code"], address_of(request))):
        return _with_card(request, form.result, {"code": form.cleaned_data["code"]})
    context = {"plate": found, "place": place, "county": place.enterprise.county, "form": form}
    return render(request, "receipts/card.html", context, status=form.http_status)


@open_to_all
def card_link(request: HttpRequest, link: str) -> HttpResponse:
    """The QR of the card itself: nothing to type."""
    card = ReceiptCard.objects.select_related("establishment__enterprise__county").by_link(link)
    if card is None:
        return unknown(request)
    try:
        card.standing()
    except Refusal as refusal:
        return closed(request, refusal, card.establishment.enterprise.county)
    return _with_card(request, card, {})


def _with_card(request: HttpRequest, card: ReceiptCard, hidden: dict[str, str]) -> HttpResponse:
    """Show which notices may be answered, or the form of the one chosen."""
    place: Any = card.establishment
    notices = notices_to_answer(establishment=place)
    chosen = next((n for n in notices if str(n.uid) == request.POST.get("notice")), notices[0] if len(notices) == 1 else None)
    if chosen is None and (uid := request.POST.get("notice")):
        # Closed or voided between two taps: its own words say so.
        chosen = FilingNotice.objects.filter(establishment=place, uid=uid).first() if _is_uid(uid) else None
    if chosen is not None:
        return answered(request, card.opened(chosen), {**hidden, "notice": str(chosen.uid)})
    context = {"place": place, "county": place.enterprise.county, "notices": notices, "hidden": hidden}
    return render(request, "receipts/which.html", context)


def _is_uid(text: str) -> bool:
    return len(text) == 36 and text.replace("-", "").isalnum() and text.isascii() and all(c in "0123456789abcdef-" for c in text)
