"""From a numbered notice to its paper: signed, made from the snapshot, its QR read back and verified, kept, and only then issued."""

import base64
import datetime
import logging
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from audit import issuing
from audit.issuing import CannotSign
from audit.models import WrongMoment
from paper.models import StoredFile, codes_on, qr_svg, render_pdf, unprintable

from . import statement
from .models import FilingNotice, VisitRight

log = logging.getLogger(__name__)


class NotFit(RuntimeError):
    """The finished paper must not leave: a character is missing, or its QR does not read back."""


def notice_pdf(notice: FilingNotice) -> bytes:
    """Return the paper of a notice: facts on the first page, overleaf what the enterprise may do.

    Raises NotFit when a character has no outline in any face.
    """
    html = notice_html(notice)
    if missing := unprintable(html):
        raise NotFit(f"没有一种字体能印出这些字：{' '.join(missing)}。请备案单位改用通行的字，或者请系统管理员补充字体。")
    return render_pdf(html)


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
    """Derived from state: sign, make, check, keep and issue the paper of each numbered notice. Returns how many.

    One that can't be signed or made stays numbered, the Office sees why, and it is tried again at the next sweep.
    """
    issued = 0
    for notice in list(FilingNotice.objects.awaiting_document().select_related("county").order_by("pk")[:limit]):
        try:
            issue(notice, by=by)
            issued += 1
        except WrongMoment:
            continue  # voided, or issued by another sweep, meanwhile
        except (NotFit, CannotSign) as fault:
            log.error("not issued: %s: %s", notice, fault)
            notice.hold_up(by=by, note=str(fault))
    return issued


def issue(notice: FilingNotice, *, by: Any) -> None:
    """Sign one notice, make its paper, check it as a phone would, and issue it: outside any transaction, since it takes its time.

    Raises CannotSign or NotFit; then nothing has been kept.
    """
    notice.sign()
    pdf = notice_pdf(notice)
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
