"""随机回访: whom the Office calls, chosen by lot under a key outside the database, so that nobody can foresee or pick it."""

import datetime
import hashlib
import hmac

from django.utils import timezone

from accounts.models import County
from audit.keys import secret
from inspection.models import Visit
from receipts.models import Receipt

#: who asked for a call stays on the list so many days, and so many stand on it at most
DAYS, MOST = 90, 200


def drawn(county: County, year: int, month: int) -> list[Visit]:
    """Return the visits of a month whose enterprises are to be called, in the order of the lot. The same list each time."""
    first = datetime.date(year, month, 1)
    after = (first + datetime.timedelta(days=32)).replace(day=1)
    visits = Visit.objects.filter(
        county=county, status=Visit.Status.CLOSED, left_at__gte=county.start_of(first), left_at__lt=county.start_of(after)
    )
    key = secret("callback-draw")
    order = sorted(visits.values_list("uid", flat=True), key=lambda uid: hmac.new(key, uid.bytes, hashlib.sha256).digest())
    chosen = order[: county.rule("receipt.callbacks")]
    rows = {v.uid: v for v in Visit.objects.filter(uid__in=chosen).select_related("agency", "enterprise__contact", "notice")}
    return [rows[uid] for uid in chosen]


def asked_for(county: County) -> list[Receipt]:
    """Return the receipts of the last days whose giver asks to be called, newest first. For 稽核 alone."""
    since = timezone.now() - datetime.timedelta(days=DAYS)
    rows = Receipt.objects.filter(county=county, given_at__gte=since).counted().asking_for_a_call()
    return list(rows.select_related("agency", "enterprise__contact", "notice").order_by("-pk")[:MOST])
