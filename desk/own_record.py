"""本企业记录 on paper: what the enterprise's own page shows, as a PDF to print and keep. Made on asking, kept nowhere."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import Contact, Enterprise
from paper.models import render_pdf, unprintable

from .fee_card import card_of

#: stands for a character that no type face draws (〓, as printers set it)
GETA = "\u3013"


def record_pdf(enterprise: Enterprise, record: dict[str, Any]) -> bytes:
    """Return the paper of one enterprise's ``record`` (as ``record_of`` gives it), with its fee card and its contact.

    An owner may have typed what no type face draws: one such sign must not keep the record from being printed, so it is replaced,
    and the paper says so.
    """
    facts = {
        **record,
        "enterprise": enterprise,
        "county": enterprise.county,
        "contact": Contact.of(enterprise),
        "card": card_of(enterprise),
        "made_at": timezone.now(),
        "demo_mark": settings.DEMO_MARK,
    }
    html = _html(facts)
    if missing := unprintable(html):
        html = _html({**facts, "geta": GETA}).translate({ord(sign): GETA for sign in missing})
    return render_pdf(html)


def _html(facts: dict[str, Any]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("desk/paper/record.html", facts)
