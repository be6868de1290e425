"""The few words templates need beyond Django's."""

from typing import Any

from django import template

from accounts.models import yuan as _yuan

register = template.Library()

#: how serious a state looks: colour never stands alone, the word is always there
TONES = {
    "DRAFT": "quiet",
    "SUBMITTED": "wait",
    "ENDORSED": "wait",
    "RECEIVED": "wait",
    "REVIEWED": "wait",
    "ESCALATED": "bad",
    "RECHECKING": "wait",
    "LAPSED": "bad",
    "PROVISIONAL": "mend",
    "SENT_BACK": "mend",
    "RETURNED": "mend",
    "ACCEPTED": "good",
    "NOTIFIED": "good",
    "DECLINED": "bad",
    "WITHDRAWN": "quiet",
    "REVOKED": "bad",
    "NUMBERED": "wait",
    "ISSUED": "good",
    "VOID": "bad",
    "OPEN": "wait",
    "CLOSED": "quiet",
    "REGISTERED": "quiet",
    "VOIDING": "mend",
    "REPORTED": "wait",
    "FOUND": "bad",
    "DISMISSED": "quiet",
    "HANDLED": "good",
    "ASKED": "wait",
    "AGREED": "wait",
    "REFUSED": "bad",
    "TAKEN": "wait",
    "HANDED_IN": "wait",
    "BANKED": "good",
    "ANSWERED": "quiet",
    "UPHELD": "bad",
    "PREPARED": "quiet",
    "FROZEN": "wait",
    "DRAWN": "good",
    "DISCARDED": "bad",
    "DECIDED": "good",
    "REOPENED": "mend",
    "STANDING": "wait",
    "DROPPED": "quiet",
    "WAITING": "wait",
    "TO_PRINT": "wait",
    "SENT": "good",
    "FAILED": "bad",
    "REPLACED": "quiet",
}


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan: 123456 -> 1,234.56."""
    return _yuan(fen)


@register.filter
def tone(status: str) -> str:
    """The tone in which a state is shown."""
    return TONES.get(status, "quiet")


@register.filter
def words_of(choices: Any, value: Any) -> str:
    """The label of a value among ``choices``."""
    return dict(choices).get(value, value)
