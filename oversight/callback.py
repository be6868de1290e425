"""随机回访: whom the Office calls, chosen by lot under a key outside the database, so that nobody can foresee or pick it."""

import datetime
import hashlib
import hmac

from accounts.models import County
from audit.keys import secret
from inspection.models import Visit


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
