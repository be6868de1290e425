"""From a numbered notice to its paper: made from the snapshot, its QR read back, kept, and only then issued."""

import base64
import datetime
import logging
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from audit.models import WrongMoment
from paper.models import StoredFile, codes_on, qr_svg, render_pdf, unprintable

from .models import FilingNotice, VisitRight

log = logging.getLogger(__name__)


class NotFit(RuntimeError):
    """The finished paper must not leave: a character is missing, or its QR does not read back."""


def notice_pdf(notice: FilingNotice) -> bytes:
    """Return the paper of a notice: facts on the first page, overleaf what the enterprise may do.

    Raises NotFit when a character has no outline in any face, or an independent decoder does not read
    the scan address back from the rasterised page.
    """
    html = notice_html(notice)
    if missing := unprintable(html):
        raise NotFit(f"{notice}: no type face draws {' '.join(missing)}")
    pdf = render_pdf(html)
    if codes_on(pdf) != [notice.scan_url]:
        raise NotFit(f"{notice}: the QR on the finished paper does not read back as its address")
    return pdf


def notice_html(notice: FilingNotice) -> str:
    """Return the paper as HTML, a function of the snapshot and of the rights in force on its day."""
    facts = notice.snapshot
    numbered_on = datetime.date.fromisoformat(facts["numbered_on"])
    rights = VisitRight.objects.filter(county=notice.county_id, on_page=True).in_force(numbered_on)
    grades = {grade: [r for r in rights if r.grade == grade] for grade in VisitRight.Grade.values}
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(
            "inspection/paper/notice.html",
            {
                "facts": facts,
                "numbered_on": numbered_on,
                "starts_on": datetime.date.fromisoformat(facts["starts_on"]),
                "ends_on": datetime.date.fromisoformat(facts["ends_on"]),
                "grades": grades,
                "qr": "data:image/svg+xml;base64," + base64.b64encode(qr_svg(facts["scan_url"]).encode()).decode(),
                "demo_mark": settings.DEMO_MARK,
            },
        )


def issue_due(*, by: User, limit: int = 100) -> int:
    """Derived from state: make, check, keep and issue the paper of each numbered notice. Returns how many.

    One that can't be made stays numbered, is reported, and is tried again at the next sweep.
    """
    issued = 0
    for notice in list(FilingNotice.objects.awaiting_document().select_related("county").order_by("pk")[:limit]):
        try:
            issue(notice, by=by)
            issued += 1
        except WrongMoment:
            continue  # voided, or issued by another sweep, meanwhile
        except NotFit as fault:
            log.error("not issued: %s", fault)
    return issued


def issue(notice: FilingNotice, *, by: Any) -> None:
    """Make the paper of one notice, outside any transaction since it takes its time, and issue it."""
    notice.issue(by=by, document=StoredFile.keep(notice_pdf(notice), "application/pdf"))
