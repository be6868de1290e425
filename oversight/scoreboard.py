"""The first board of the Office, and the sheet of a month for the county's leaders.

Counts and sums by agency, never by officer: no ranking of fines can be asked for (八个不得之七).
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, Sum

from accounts.models import Agency, County
from audit.models import Attempt
from fees.models import DaySum
from inspection.models import InspectionPlan, Visit
from receipts.models import Complaint, Receipt


@dataclass
class Row:
    """What one agency did in a period."""

    agency: Agency
    filed: int = 0
    accepted: int = 0
    returned: int = 0
    declined: int = 0
    visits: int = 0
    unfiled: int = 0
    minutes: int = 0
    receipts: int = 0
    content: int = 0
    charges: int = 0
    amount: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing happened."""
        return not (self.filed or self.visits or self.charges or self.receipts)


@dataclass
class Board:
    """A period of a county: rows by agency, and their sums."""

    county: County
    first: datetime.date
    last: datetime.date
    rows: list[Row]
    attempts: int
    complaints: int
    total: Row = field(init=False)

    def __post_init__(self) -> None:
        names = [n for n in Row.__dataclass_fields__ if n != "agency"]
        self.total = Row(agency=None, **{n: sum(getattr(r, n) for r in self.rows) for n in names})


def board(county: County, first: datetime.date, last: datetime.date) -> Board:
    """Return the board of the legal days ``first`` to ``last``. A filing counts when its head approved it."""
    start, end = county.start_of(first), county.start_of(last + datetime.timedelta(days=1))
    rows = {a.pk: Row(agency=a) for a in Agency.objects.filter(county=county).order_by("code")}

    def within(name: str) -> dict[str, Any]:
        return {"county": county, f"{name}__gte": start, f"{name}__lt": end}

    plans = InspectionPlan.objects.filter(**within("endorsed_at")).values("agency").order_by("agency")
    for got in plans.annotate(
        filed=Count("pk"),
        accepted=Count("pk", filter=Q(status__in=InspectionPlan.FILED)),
        returned=Count("pk", filter=Q(status=InspectionPlan.Status.RETURNED)),
        declined=Count("pk", filter=Q(status=InspectionPlan.Status.DECLINED)),
    ):
        _put(rows, got)
    visits = Visit.objects.filter(**within("arrived_at"))
    for got in visits.values("agency").order_by("agency").annotate(visits=Count("pk"), unfiled=Count("pk", filter=Q(notice=None))):
        _put(rows, got)
    for visit in visits.filter(left_at__isnull=False).only("agency_id", "arrived_at", "left_at"):
        rows[visit.agency_id].minutes += visit.minutes
    receipts = Receipt.objects.counted().filter(**within("given_at")).values("agency").order_by("agency")
    for got in receipts.annotate(receipts=Count("pk"), content=Count("pk", filter=Q(overall__gte=Receipt.Overall.FAIR))):
        _put(rows, got)
    # Of charges the board reads kept sums by day of registration: what of them still stands.
    for got in DaySum.between(county, first, last).values("agency").order_by("agency").annotate(many=Sum("charges"), amount=Sum("due")):
        got["charges"] = got.pop("many")
        _put(rows, got)
    return Board(
        county=county,
        first=first,
        last=last,
        rows=[r for r in rows.values() if not r.is_empty],
        attempts=Attempt.objects.filter(county=county.code, at__gte=start, at__lt=end).count(),
        complaints=Complaint.objects.filter(**within("made_at")).count(),
    )


def _put(rows: dict[int, Row], got: dict[str, Any]) -> None:
    row = rows[got.pop("agency")]
    for name, value in got.items():
        setattr(row, name, value)


def month_of(county: County, year: int, month: int) -> Board:
    """Return the board of one month."""
    first = datetime.date(year, month, 1)
    last = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    return board(county, first, last)
