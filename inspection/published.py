"""What a phone keeps so that it can judge a notice without a network: which statements are void, and what codes are called.

Both are signed by the issuing key of the day. The revocation list holds digests of statements and nothing else: whoever does not hold
the paper learns nothing from it, neither whose notice it was nor that there was one (a statement can't be guessed).
"""

import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Agency, County, RuleDefinition, define_rule
from audit.issuing import signed_list

from .models import FilingNotice
from .statement import agency_code

#: a void notice stays on the list until its days are over, and this long after: then it is out of date anyway
KEPT = datetime.timedelta(days=30)
FRESH = define_rule(
    "verify.fresh_hours", RuleDefinition("离线核验时作废名单多少小时以内算新", 24, "小时", "本系统设计：超过就提示作废情况未知", least=1)
)


def revoked() -> str:
    """Return the revocation list, signed, as of now."""
    today = timezone.localdate()
    digests = FilingNotice.objects.void().filter(statement_digest__isnull=False, ends_on__gte=today - KEPT)
    said = {
        "what": "mingjian revoked statements",
        "version": 1,
        "at": timezone.now().replace(microsecond=0).isoformat(),
        "statements": sorted(digests.values_list("statement_digest", flat=True)),
    }
    return signed_list("MINGJIAN-REVOKED-v1", said, today)


def names() -> str:
    """Return what the codes in a statement are called, signed: counties with their Office and telephone, agencies. All of it is public."""
    counties, agencies = {}, {}
    for county in County.objects.order_by("code"):
        counties[county.code] = _of(county)
        agencies[county.code] = {agency_code(a.code): a.name for a in Agency.objects.filter(county=county).order_by("code")}
    said = {"what": "mingjian names", "version": 1, "counties": counties, "agencies": agencies}
    return signed_list("MINGJIAN-NAMES-v1", said, timezone.localdate())


def _of(county: County) -> dict[str, Any]:
    return {
        "name": county.name,
        "office": county.office_name,
        "prefix": county.notice_prefix,
        "phone": county.supervision_phone,
        "zone": county.zone,
        "fresh_hours": county.rule(FRESH),
    }
