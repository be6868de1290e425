"""What is printed: the plate, the sealed card, and the forms on paper."""

import base64

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import County, Plate, Secret, spaced
from inspection.models import FilingNotice
from paper.models import qr_svg, render_pdf

from .models import Complaint, QuestionSet, ReceiptCard


def _qr(text: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(qr_svg(text).encode()).decode()


def _in_capitals(address: str) -> str:
    scheme, _sep, host = settings.BASE_URL.partition("://")
    return f"{scheme.upper()}://{host.upper()}{address.upper()}"


def _made(template: str, **facts: object) -> bytes:
    with translation.override(settings.LANGUAGE_CODE):
        return render_pdf(render_to_string(f"receipts/paper/{template}.html", {"demo_mark": settings.DEMO_MARK, **facts}))


def plate_pdf(plate: Plate) -> bytes:
    """Return the plate to be hung at the gate: one A5 page."""
    enterprise = plate.establishment.enterprise
    return _made("plate", plate=plate, enterprise=enterprise, county=enterprise.county, qr=_qr(plate.url))


def card_address(made: Secret) -> str:
    """Return the address in the QR of a card, which needs nothing typed."""
    return _in_capitals(reverse("receipts:card-link", args=[made.link]))


def card_pdf(card: ReceiptCard, made: Secret, plate: Plate) -> bytes:
    """Return the sealed card: one page, folded twice, the secret inside."""
    enterprise = card.establishment.enterprise
    facts = {"card": card, "enterprise": enterprise, "county": enterprise.county, "plate_end": plate.token[-4:]}
    return _made("card", digits=spaced(made), qr=_qr(card_address(made)), **facts)


def receipt_form(notice: FilingNotice) -> bytes:
    """Return the receipt of one notice as a form on paper."""
    questions = QuestionSet.in_force(notice.county.today())
    return _made("receipt_form", notice=notice, county=notice.county, questions=[q for q in questions if not q.by], questions_of=questions)


def complaint_form(county: County | None) -> bytes:
    """Return the complaint as a form on paper, for one county or for any."""
    return _made("complaint_form", county=county, categories=Complaint.Category.choices, stances=Complaint.Stance.choices)
