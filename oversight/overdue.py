"""超期清单: what is over its term, whoever is to blame. Each source says its own; the list is public inside the Office alone."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from fees.models import late_cash, late_returns
from inspection import clocks
from inspection.models import InspectionPlan
from receipts.models import Complaint


@dataclass(frozen=True)
class Overdue:
    """One thing over its term: what, whose it is, since when it should have been done, by how many working days it is late."""

    kind: str
    what: str
    who: str
    due_on: datetime.date
    late_by: int
    address: str = ""
    done: bool = False


#: finds what is overdue in a county on a day
Source = Callable[[Any, datetime.date], list[Overdue]]


def urgent_checks(county: Any, on: datetime.date) -> list[Overdue]:
    """紧急检查 and 手工备案 whose formality was not completed in time; for the rest of the year also those completed or taken back late."""
    clock = clocks.Clocks(county, on)
    this_year = Q(began_at__gte=county.start_of(on.replace(month=1, day=1)))
    rows = InspectionPlan.objects.filter(this_year | Q(status="PROVISIONAL"), county=county, began_at__isnull=False)
    found = []
    for plan in rows.select_related("agency", "county").order_by("began_at"):
        ended_at = plan.completed_at or (plan.since if plan.status == "WITHDRAWN" else None)
        due_on = clock.last_day(plan.began_at, clocks.COMPLETE)
        until = county.day_of(ended_at) if ended_at else on
        if late_by := clock.days.between(due_on, until) if until > due_on else 0:
            done = ended_at is not None
            found.append(Overdue(plan.get_before_display(), str(plan), str(plan.agency), due_on, late_by, plan.get_absolute_url(), done))
    return found


def undecided(county: Any, on: datetime.date) -> list[Overdue]:
    """Filings that wait longer than their term: for the head of a unit, its own or one asked to join, for its clerk, for the Office."""
    clock = clocks.Clocks(county, on)
    rows = InspectionPlan.objects.filter(clock.run_on(), county=county).exclude(status="PROVISIONAL")
    found = []
    for plan in rows.select_related("agency", "county").order_by("pk"):
        waiting = clock.of(plan)
        if waiting and waiting.late:
            office = plan.status in (*InspectionPlan.WITH_OFFICE, "RECHECKING")
            what = f"{plan}（{waiting.whom}）"
            for who in [county.office_name] if office else waiting.units or [plan.agency]:
                found.append(Overdue(_("备案办理逾期"), what, str(who), waiting.due_on, waiting.late_by, plan.get_absolute_url()))
    return found


def late_complaints(county: Any, on: datetime.date) -> list[Overdue]:
    """Complaints not taken up or not decided in time, by their numbers alone: what they say is for 稽核."""
    days = clocks.Clocks(county, on).days
    found = []
    for complaint in Complaint.objects.filter(county=county).overdue(on).order_by("pk"):
        late_by = days.between(complaint.due_on, on)
        found.append(Overdue(_("投诉举报办理逾期"), complaint.number, county.office_name, complaint.due_on, late_by))
    return found


def cash_on_its_way(county: Any, on: datetime.date) -> list[Overdue]:
    """Cash taken on the spot that did not go on in time (行政处罚法 Art. 71): not yet with the unit, the bank, the treasury."""
    return [
        Overdue(str(late.stage), str(late.cash), str(late.cash.charge.agency), late.due_on, late.days, late.cash.charge.get_absolute_url())
        for late in late_cash(county, on)
    ]


def months_of_money(county: Any, on: datetime.date) -> list[Overdue]:
    """Monthly registers of fees and fines that a department did not confirm by the 5th."""
    return [
        Overdue(_("收费罚没月报未确认"), month, str(late.agency), late.due_on, late.days, f"/charges/months/{month}/")
        for late in late_returns(county, on)
        for month in [f"{late.month:%Y-%m}"]
    ]


#: every room adds its own
SOURCES: list[Source] = [urgent_checks, undecided, late_complaints, cash_on_its_way, months_of_money]


def overdue_in(county: Any, on: datetime.date | None = None) -> list[Overdue]:
    """Return all that is overdue in a county, the latest first."""
    on = on or county.today()
    return sorted((row for source in SOURCES for row in source(county, on)), key=lambda row: (row.done, -row.late_by))
