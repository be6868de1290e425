"""Who else came to an enterprise, and who is going to: visits that were made and filings whose visit is still to come.

A reader in an agency never learns here that another unit's unannounced filing exists, nor of one that has not left its
agency; the Office sees all. Nothing here reads a receipt or a complaint.
"""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Prefetch, Q

if TYPE_CHECKING:
    from .filing import Filing

#: how far back the checks look: a year for streaks, and always from 1 January for the yearly cap
BACK = datetime.timedelta(days=366)


@dataclass(frozen=True)
class Call:
    """One coming of one agency to one enterprise: made (a visit) or planned (a filing whose visit is still to come)."""

    enterprise: int
    agency: int
    agency_name: str
    day: datetime.date
    until: datetime.date
    made: bool
    inspection: bool
    counted: bool
    items: frozenset[str]
    no_finding: bool = False
    officers: frozenset[int] = frozenset()


def calls_on(filing: "Filing") -> list[Call]:
    """Return the calls on the enterprises of a filing, its own left out, oldest first. Four queries, however many."""
    enterprises = {target.enterprise_id for target in filing.targets}
    if not enterprises:
        return []
    return sorted([*_made(filing, enterprises), *_planned(filing, enterprises)], key=lambda call: (call.day, call.made))


def _made(filing: "Filing", enterprises: set[int]) -> list[Call]:
    county, day = filing.plan.county, filing.plan.starts_on or filing.on
    since = min(day - BACK, day.replace(month=1, day=1))
    visits = (
        apps.get_model("inspection", "Visit")
        .objects.filter(enterprise__in=enterprises, arrived_at__gte=county.start_of(since))
        .select_related("agency", "notice__plan")
        .prefetch_related("people", _items("notice__plan__items"))
    )
    if filing.plan.pk:
        visits = visits.exclude(notice__plan=filing.plan.pk)
    return [_call_of_visit(visit, county) for visit in visits]


def _call_of_visit(visit: Any, county: Any) -> Call:
    plan, day = visit.notice and visit.notice.plan, county.day_of(visit.arrived_at)
    codes, counts = _cap_facts(plan)
    return Call(
        enterprise=visit.enterprise_id,
        agency=visit.agency_id,
        agency_name=visit.agency.name,
        day=day,
        until=day,
        made=True,
        inspection=plan is None or plan.is_inspection,
        counted=counts,
        items=codes,
        no_finding=visit.result == visit.Result.NONE,
        officers=frozenset(person.officer_id for person in visit.people.all() if person.officer_id),
    )


def _planned(filing: "Filing", enterprises: set[int]) -> list[Call]:
    plan_model, target_model = apps.get_model("inspection", "InspectionPlan"), apps.get_model("inspection", "PlanTarget")
    notices = apps.get_model("inspection", "FilingNotice").objects.filter(target=OuterRef("pk"))
    status, own = plan_model.Status, filing.plan.agency_id
    seen = Q(plan__agency=own, plan__status=status.SUBMITTED) | Q(plan__status__in=(status.ENDORSED, status.ACCEPTED, status.NOTIFIED))
    if not filing.for_office:
        seen &= Q(plan__agency=own) | ~Q(plan__telling=plan_model.Telling.UNANNOUNCED)
    targets = (
        target_model.objects.filter(seen, enterprise__in=enterprises, dropped=False, plan__ends_on__gte=filing.on)
        .exclude(plan=filing.plan.pk)
        .exclude(Exists(notices.filter(visits__isnull=False)))  # made, and counted as such
        .exclude(Exists(notices.filter(status="VOID")), ~Exists(notices.exclude(status="VOID")))
        .select_related("plan__agency")
        .prefetch_related(_items("plan__items"))
    )
    return [_call_of_plan(target) for target in targets]


def _call_of_plan(target: Any) -> Call:
    plan = target.plan
    codes, counts = _cap_facts(plan)
    return Call(
        enterprise=target.enterprise_id,
        agency=plan.agency_id,
        agency_name=plan.agency.name,
        day=plan.starts_on,
        until=plan.ends_on,
        made=False,
        inspection=plan.is_inspection,
        counted=counts,
        items=codes,
    )


def _items(path: str) -> Prefetch:
    return Prefetch(path, apps.get_model("inspection", "PlanItem").objects.standing().select_related("item"))


def _cap_facts(plan: Any) -> tuple[frozenset[str], bool]:
    """Return the codes of a plan's items and whether it counts toward the yearly cap. Unfiled visits count."""
    from .filing import ordered_from_above

    if plan is None:
        return frozenset(), True
    items = [row.item for row in plan.items.all()]
    counts = plan.is_inspection and not ordered_from_above(plan) and (not items or any(item.counts_toward_cap for item in items))
    return frozenset(item.code for item in items), counts
