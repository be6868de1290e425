"""Who else came to an enterprise, and who is going to: visits that were made and filings whose visit is still to come.

A reader in an agency never learns here that another unit's unannounced filing exists, nor of one that has not left its
agency; the Office sees all. Nothing here reads a receipt or a complaint.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Prefetch, Q

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
    minutes: int | None = None
    result: str = ""


def calls_on(
    enterprises: Iterable[int], *, county: Any, day: datetime.date, on: datetime.date, agency: int | None, plan: int | None = None
) -> list[Call]:
    """Return the calls on these enterprises (keys), oldest first, in at most six queries however many they are.

    ``day``: visits are looked up from a year before it, and from its 1 January. ``on``: filings whose window ended before
    are no longer to come. ``agency``: who reads; None is the Office, which sees all. ``plan``: its own calls are left out.
    """
    enterprises = set(enterprises)
    if not enterprises:
        return []
    found = [*_made(enterprises, county, day, plan), *_planned(enterprises, on, agency, plan)]
    return sorted(found, key=lambda call: (call.day, call.made))


def _made(enterprises: set[int], county: Any, day: datetime.date, plan: int | None) -> list[Call]:
    since = min(day - BACK, day.replace(month=1, day=1))
    visits = (
        apps.get_model("inspection", "Visit")
        .objects.filter(enterprise__in=enterprises, arrived_at__gte=county.start_of(since))
        .select_related("agency", "notice__plan")
        .prefetch_related("people", _items("notice__plan__items"))
    )
    if plan:
        visits = visits.exclude(notice__plan=plan)
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
        minutes=visit.minutes,
        result=visit.get_result_display(),
    )


def _planned(enterprises: set[int], on: datetime.date, agency: int | None, plan: int | None) -> list[Call]:
    plan_model, target_model = apps.get_model("inspection", "InspectionPlan"), apps.get_model("inspection", "PlanTarget")
    notices = apps.get_model("inspection", "FilingNotice").objects.filter(target=OuterRef("pk"))
    status = plan_model.Status
    left = Q(plan__status__in=(*plan_model.WITH_OFFICE, *plan_model.FILED, status.PROVISIONAL))
    if agency is None:
        seen = left
    else:
        own = Q(plan__agency=agency)
        seen = (own & Q(plan__status=status.SUBMITTED)) | (left & (own | ~Q(plan__telling=plan_model.Telling.UNANNOUNCED)))
    targets = (
        target_model.objects.filter(seen, enterprise__in=enterprises, dropped=False, plan__ends_on__gte=on)
        .exclude(Exists(notices.filter(visits__isnull=False)))  # made, and counted as such
        .exclude(Exists(notices.filter(status="VOID")), ~Exists(notices.exclude(status="VOID")))
        .select_related("plan__agency")
        .prefetch_related(_items("plan__items"))
    )
    if plan:
        targets = targets.exclude(plan=plan)
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
