"""Matches: filings of several units for the same enterprises near the same days, proposed as one joint inspection, with the visits saved.

A reader in an agency finds only matches with its own filings, and never another unit's unannounced one; the Office finds all.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from accounts.models import Enterprise

from .checks.joining import NEAR
from .models import FilingNotice, InspectionPlan, PlanTarget


@dataclass(frozen=True)
class Match:
    """Filings that could be one visit to each of ``shared``: the lead is who filed first. ``from_``–``to``: days good for all, if any."""

    plans: list[InspectionPlan]
    shared: list[Enterprise]
    from_: datetime.date
    to: datetime.date

    @property
    def lead(self) -> InspectionPlan:
        """Return the filing that would lead: whose head was asked first."""
        return self.plans[0]

    @property
    def others(self) -> list[InspectionPlan]:
        """Return the filings that would be folded in."""
        return self.plans[1:]

    @property
    def uids(self) -> list[Any]:
        """Return the names of the filings, the lead first."""
        return [plan.uid for plan in self.plans]

    @property
    def agencies(self) -> list[str]:
        """Return the units, the lead first."""
        return [plan.agency.name for plan in self.plans]

    @property
    def enterprises(self) -> list[str]:
        """Return the enterprises that would be visited once."""
        return [enterprise.display_name for enterprise in self.shared]

    @property
    def saved(self) -> int:
        """Return how many visits fewer there would be."""
        return (len(self.plans) - 1) * len(self.shared)

    @property
    def common_days(self) -> bool:
        """Tell whether all windows share a day already; otherwise somebody moves."""
        return self.from_ <= self.to


def matches_in(county: Any, *, agency: Any = None) -> list[Match]:
    """Return the matches of a county, those that save most first; ``agency``: as it may know them, None is the Office."""
    on, near = county.today(), datetime.timedelta(days=county.rule(NEAR))
    by_enterprise: dict[int, dict[int, PlanTarget]] = defaultdict(dict)
    for target in _targets_to_come(county, on, agency):
        by_enterprise[target.enterprise_id].setdefault(target.plan_id, target)
    together: dict[tuple[int, ...], list[PlanTarget]] = defaultdict(list)
    for targets in by_enterprise.values():
        if group := _near_each_other(list(targets.values()), near):
            together[tuple(t.plan_id for t in group)].append(group[0])
    plans = {t.plan_id: t.plan for targets in by_enterprise.values() for t in targets.values()}
    found = []
    for keys, firsts in together.items():
        group = [plans[key] for key in keys]
        if agency is None or any(plan.agency_id == agency.pk for plan in group):
            shared = [first.enterprise for first in firsts]
            found.append(Match(group, shared, max(plan.starts_on for plan in group), min(plan.ends_on for plan in group)))
    return sorted(found, key=lambda match: (-match.saved, match.lead.pk))


def _targets_to_come(county: Any, on: datetime.date, agency: Any) -> Any:
    """Return the enterprises of filings that somebody is still to visit, and that are not joint already."""
    status = InspectionPlan.Status
    standing = (status.SUBMITTED, *InspectionPlan.WITH_OFFICE, *InspectionPlan.FILED)
    seen = Q(plan__status__in=standing)
    if agency is not None:
        left = Q(plan__endorsed_at__isnull=False) & ~Q(plan__telling=InspectionPlan.Telling.UNANNOUNCED)
        seen &= Q(plan__agency=agency) | left
    else:
        seen &= Q(plan__endorsed_at__isnull=False)
    visited = FilingNotice.objects.filter(county=county, visits__isnull=False, ends_on__gte=on).values("target")
    return (
        PlanTarget.objects.standing()
        .filter(seen, plan__county=county, plan__ends_on__gte=on, plan__before="")
        .exclude(pk__in=visited)
        .exclude(plan__agencies__part="PARTNER", plan__agencies__dropped=False)
        .select_related("plan__agency", "plan__county", "enterprise")
        .order_by("plan__submitted_at", "plan_id", "pk")
    )


def _near_each_other(targets: list[PlanTarget], near: datetime.timedelta) -> list[PlanTarget]:
    """Return of the filings for one enterprise those near the first, one a unit; none where nobody is near."""
    first, units = targets[0], {targets[0].plan.agency_id}
    group = [first]
    for target in targets[1:]:
        plan = target.plan
        close = plan.starts_on - first.plan.ends_on <= near and first.plan.starts_on - plan.ends_on <= near
        if close and plan.agency_id not in units:
            units.add(plan.agency_id)
            group.append(target)
    return group if len(group) > 1 else []
