"""From a numbered notice to its paper: made from the snapshot, its QR read back, kept, and only then issued."""

import datetime
import logging
from typing import Any

from django.conf import settings

from accounts.models import User
from audit.models import WrongMoment
from paper.models import StoredFile, codes_on

from .models import FilingNotice, InspectionOrder
from .papers import NotFit, notice_paper, order_paper
from .snapshots import rights_on

log = logging.getLogger(__name__)


def notice_pdf(notice: FilingNotice) -> bytes:
    """Return the paper of a notice, the enterprise's copy: a function of its snapshot.

    Raises NotFit when a character has no outline in any face, or an independent decoder does not read
    the scan address back from the rasterised page.
    """
    pdf = notice_paper(facts_of(notice))
    if codes_on(pdf) != [notice.scan_url]:
        raise NotFit(f"{notice}: the QR on the finished paper does not read back as its address")
    return pdf


def facts_of(notice: FilingNotice) -> dict[str, Any]:
    """Return the snapshot of a notice; one numbered before rights stood in it gets those of its day."""
    facts = notice.snapshot
    if "rights" in facts:
        return facts
    rights = rights_on(notice.county, datetime.date.fromisoformat(facts["numbered_on"]))
    return {**facts, "rights": rights, "demo": settings.DEMO_MARK}


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


def issue_orders_due(*, by: User, limit: int = 100) -> int:
    """Make and keep the 《行政检查通知书》 beside each notice that counts. Returns how many."""
    issued = 0
    for order in list(InspectionOrder.objects.awaiting_document().select_related("county").order_by("pk")[:limit]):
        try:
            order.issue(by=by, document=StoredFile.keep(order_paper(order.snapshot), "application/pdf"))
            issued += 1
        except WrongMoment:
            continue
        except NotFit as fault:
            log.error("not made: %s", fault)
    return issued
