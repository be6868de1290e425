"""From a numbered notice to its paper: signed, made from the snapshot, its QR read back and verified, kept, and only then issued."""

import contextlib
import datetime
import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.models import User
from audit import issuing
from audit.issuing import CannotSign
from audit.models import WrongMoment
from paper.models import StoredFile, codes_on, with_signature

from . import statement
from .models import FilingNotice, InspectionOrder
from .papers import NotFit, notice_paper, order_paper
from .snapshots import rights_on

log = logging.getLogger(__name__)


def notice_pdf(notice: FilingNotice) -> bytes:
    """Return the paper of a notice, the enterprise's copy: a function of its snapshot.

    Raises NotFit when a character has no outline in any face.
    """
    return notice_paper(facts_of(notice))


def facts_of(notice: FilingNotice) -> dict[str, Any]:
    """Return the snapshot of a notice; one numbered before rights stood in it gets those of its day."""
    facts = notice.snapshot
    if "rights" in facts:
        return facts
    rights = rights_on(notice.county, datetime.date.fromisoformat(facts["numbered_on"]))
    return {**facts, "rights": rights, "demo": settings.DEMO_MARK}


def issue_due(*, by: User, limit: int = 100) -> int:
    """Derived from state: sign, make, check, keep and issue the paper of each numbered notice. Returns how many.

    One that can't be signed or made stays numbered, the Office sees why, and it is tried again at the next sweep.
    """
    issued = 0
    waiting = FilingNotice.objects.awaiting_document().select_related("county", "plan__agency", "enterprise")
    for notice in list(waiting.order_by("pk")[:limit]):
        try:
            issue(notice, by=by)
            issued += 1
        except WrongMoment:
            continue  # voided, or issued by another sweep, meanwhile
        except (NotFit, CannotSign) as fault:
            log.error("not issued: %s: %s", notice, fault)
            with contextlib.suppress(WrongMoment):  # voided meanwhile
                notice.hold_up(by=by, note=str(fault))
    return issued


def issue(notice: FilingNotice, *, by: Any) -> None:
    """Sign one notice, make its paper, check it as a phone would, and issue it: outside any transaction, since it takes its time.

    Raises CannotSign or NotFit; then nothing has been kept.
    """
    notice.sign()
    pdf = notice_pdf(notice)
    try:
        pdf = with_signature(pdf)
    except ImproperlyConfigured as fault:
        raise CannotSign(f"文件签名的证书打不开，通知书不能制发：{fault}") from fault
    check_release(notice, pdf)
    notice.issue(by=by, document=StoredFile.keep(pdf, "application/pdf"))


def check_release(notice: FilingNotice, pdf: bytes) -> None:
    """Refuse a finished paper (NotFit) unless an independent decoder reads its QR and the statement in it is genuine and its own."""
    codes = set(codes_on(pdf))
    if codes != {notice.scan_url}:
        raise NotFit("成品上的二维码读不出来，或者读出的不是本通知书的地址。请系统管理员检查排版和字体。")
    try:
        said = statement.check(codes.pop().rsplit("/", 1)[1], issuing.published().keys)
    except statement.NotGenuine as fault:
        raise NotFit(f"成品二维码里的签名验不过（{fault.why}）。请系统管理员检查签发密钥。") from fault
    if said.facts != statement.facts_digest(notice.snapshot):
        raise NotFit("成品二维码说的不是本通知书的内容。请系统管理员检查。")


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
