"""Signs of retaliation: the same agency comes again soon after the enterprise spoke ill of it. For the Office alone.

No page of an agency, no check of a filing and no order of a list may depend on this (tests/oversight/test_retaliation.py).
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Agency, Enterprise
from inspection.models import InspectionPlan
from receipts.models import Complaint, Receipt


@dataclass(frozen=True)
class Sign:
    """One thing said of this agency by or about one enterprise on the filing: ``kind`` is receipt or complaint."""

    enterprise: Enterprise
    kind: str
    on: datetime.date
    days: int
    what: str


def signs(plan: InspectionPlan) -> list[Sign]:
    """Return what only the Office may know beside a filing: a bad receipt, or a complaint, within the rule value's days. Newest first."""
    enterprises = {target.enterprise for target in plan.targets.standing().select_related("enterprise")}
    return signs_of(plan.agency, enterprises)


def signs_of(agency: Agency, enterprises: set[Enterprise]) -> list[Sign]:
    """Return the signs for an agency that is to call on ``enterprises``."""
    county, today = agency.county, agency.county.today()
    since = timezone.now() - datetime.timedelta(days=county.rule("retaliation.days"))
    about = {"agency": agency, "enterprise__in": enterprises}
    receipts = Receipt.objects.counted().filter(**about, given_at__gte=since, overall__lte=Receipt.Overall.POOR)
    complaints = Complaint.objects.filter(**about, made_at__gte=since)
    found = [(r.enterprise, "receipt", county.day_of(r.given_at), r.get_overall_display()) for r in receipts.select_related("enterprise")]
    found += [(c.enterprise, "complaint", county.day_of(c.made_at), str(c)) for c in complaints.select_related("enterprise")]
    made = [Sign(enterprise, kind, on, (today - on).days, str(what)) for enterprise, kind, on, what in found]
    return sorted(made, key=lambda sign: sign.on, reverse=True)
