"""Signs of retaliation: the same unit comes again soon after the enterprise spoke ill of it. For the Office alone.

No page of an agency, no check of a filing and no order of a list may depend on this (tests/oversight/test_retaliation.py).
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import County, Enterprise
from inspection.models import InspectionPlan, PlanAgency
from receipts.models import Complaint, Receipt


@dataclass(frozen=True)
class Sign:
    """One thing said of a unit on the filing by or about one enterprise: ``kind`` is receipt or complaint.

    ``replaced``: another receipt came after the bad one. It counts no more, but it may have been given under pressure.
    """

    enterprise: Enterprise
    kind: str
    on: datetime.date
    days: int
    what: str
    replaced: bool = False


def signs(plan: InspectionPlan) -> list[Sign]:
    """Return what only the Office may know beside a filing: a bad receipt, or a complaint, within the rule value's days. Newest first.

    About any unit on the filing, whether it led the visit that was spoken of or took part in it.
    """
    county = plan.county
    since = timezone.now() - datetime.timedelta(days=county.rule("retaliation.days"))
    units = {plan.agency_id, *plan.agencies.standing().values_list("agency", flat=True)}
    was_there = PlanAgency.objects.standing().filter(plan=OuterRef("notice__plan"), agency__in=units)
    about = Q(enterprise__in=plan.targets.standing().values("enterprise")) & (Q(agency__in=units) | Exists(was_there))
    found = [*_bad_receipts(county, about & Q(given_at__gte=since)), *_complaints(county, about & Q(made_at__gte=since))]
    return sorted(found, key=lambda sign: sign.on, reverse=True)


def _bad_receipts(county: County, about: Q) -> Iterator[Sign]:
    """Return one sign a notice: its last bad receipt, though a better one came after."""
    bad = Receipt.objects.filter(about, overall__lte=Receipt.Overall.POOR).select_related("enterprise").order_by("pk")
    last = {receipt.notice_id: receipt for receipt in bad}
    counted = set(Receipt.objects.counted().filter(pk__in=[receipt.pk for receipt in last.values()]).values_list("pk", flat=True))
    for receipt in last.values():
        on = county.day_of(receipt.given_at)
        replaced = receipt.pk not in counted
        yield Sign(receipt.enterprise, "receipt", on, (county.today() - on).days, str(receipt.get_overall_display()), replaced)


def _complaints(county: County, about: Q) -> Iterator[Sign]:
    for complaint in Complaint.objects.filter(about).select_related("enterprise"):
        on = county.day_of(complaint.made_at)
        yield Sign(complaint.enterprise, "complaint", on, (county.today() - on).days, str(complaint))
