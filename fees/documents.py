"""From gathered charges to the paper: codes from the non-tax system, the page made from the snapshot, its QR read back, kept, issued."""

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

from .adapters import NotConnected, nontax
from .models import PaymentNotice

log = logging.getLogger(__name__)


class NotFit(RuntimeError):
    """The finished paper must not leave: a character is missing, or its QR does not read back."""


def snapshot_of(notice: PaymentNotice) -> dict[str, Any]:
    """Return all that the paper and its page say, as it stands now."""
    county, enterprise = notice.county, notice.enterprise
    lines = []
    for line in notice.standing_lines.select_related("charge__item", "charge__sums", "charge__cash", "agency"):
        lines.append({"uid": str(line.uid), **line.facts})
    here = [line for line in lines if not line["elsewhere"]]
    return {
        "number": notice.label,
        "county": county.name,
        "window": f"{county.name}涉企收费罚没统一缴款窗口",
        "office": county.office_name,
        "supervision_phone": county.supervision_phone,
        "enterprise": str(enterprise),
        "identifier": enterprise.identifier,
        "numbered_on": county.day_of(notice.numbered_at).isoformat(),
        "lines": here,
        "elsewhere": [line for line in lines if line["elsewhere"]],
        "total": sum(line["amount"] - line["in_cash"] for line in here),
        "where": county.rule("collection.where"),
        "address": notice.address,
    }


def notice_html(facts: dict[str, Any]) -> str:
    """Return the paper as HTML: a function of its snapshot."""
    lines = [{**line, "due_on": _day(line["due_on"]), "n": n} for n, line in enumerate(facts["lines"], start=1)]
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(
            "fees/paper/notice.html",
            {
                "facts": facts,
                "lines": lines,
                "taken": any(line.get("cash") for line in lines),
                "numbered_on": datetime.date.fromisoformat(facts["numbered_on"]),
                "qr": "data:image/svg+xml;base64," + base64.b64encode(qr_svg(facts["address"]).encode()).decode(),
                "demo_mark": settings.DEMO_MARK,
            },
        )


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def notice_pdf(facts: dict[str, Any]) -> bytes:
    """Return the paper. Raises NotFit when a character has no outline in any face, or its QR does not read back."""
    html = notice_html(facts)
    if missing := unprintable(html):
        raise NotFit(f"{facts['number']}: no type face draws {' '.join(missing)}")
    pdf = render_pdf(html)
    if facts["address"] not in codes_on(pdf):
        raise NotFit(f"{facts['number']}: the QR on the finished paper does not read back as its address")
    return pdf


def issue_due(*, by: User, limit: int = 100) -> int:
    """Derived from state: fetch the codes, make, check, keep and issue the paper of each numbered notice. Returns how many.

    One that can't be made stays numbered and is tried again at the next sweep; so do all while no non-tax system is connected.
    """
    issued = 0
    waiting = PaymentNotice.objects.awaiting_document().select_related("county", "enterprise").order_by("pk")[:limit]
    for notice in list(waiting):
        try:
            issue(notice, by=by)
            issued += 1
        except WrongMoment:
            continue  # voided, changed, or issued by another sweep, meanwhile
        except NotConnected:
            break
        except NotFit as fault:
            log.error("not issued: %s", fault)
    return issued


def issue(notice: PaymentNotice, *, by: Any) -> None:
    """Make the paper of one notice, outside any transaction since it takes its time, and issue it.

    Each code is kept before anything is drawn: what becomes of the paper, no code is good that the register does not know.
    """
    fetch_codes(notice, by=by)
    snapshot = snapshot_of(notice)
    notice.issue(by=by, snapshot=snapshot, document=StoredFile.keep(notice_pdf(snapshot), "application/pdf"))


def fetch_codes(notice: PaymentNotice, *, by: Any) -> None:
    """Fetch the code of each line that is paid here and has none yet, and keep it."""
    system = nontax()
    for line in notice.standing_lines.filter(elsewhere="", code="").select_related("notice__county"):
        line.bear(system.code_for(line), by=by)
