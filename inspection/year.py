"""An enterprise's year at a glance: who came, for how long, who is to come, how many checks are left. No receipt in it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import Agency, Enterprise

from .checks.calls import Call, calls_on
from .checks.cap import A_YEAR


@dataclass(frozen=True)
class Year:
    """One calendar year of one enterprise, as its reader may know it. ``most`` 0: the county has set no cap."""

    enterprise: Enterprise
    year: int
    calls: list[Call]
    own: int
    most: int

    @property
    def made(self) -> list[Call]:
        """Return the visits that were made, newest first."""
        return [call for call in reversed(self.calls) if call.made]

    @property
    def to_come(self) -> list[Call]:
        """Return the filings whose visit is still to come."""
        return [call for call in self.calls if not call.made]

    @property
    def minutes(self) -> int:
        """Return the minutes on site so far, all units together."""
        return sum(call.minutes or 0 for call in self.calls)

    @property
    def left(self) -> int | None:
        """Return how many checks the reader's unit has left this year; None where no cap is set."""
        return max(0, self.most - self.own) if self.most else None


def years_of(
    enterprises: Sequence[Enterprise], *, agency: Agency | None, on: datetime.date | None = None, beside: int | None = None
) -> list[Year]:
    """Return the years of enterprises of one county as ``agency`` may know them; None: as the Office, which sees all.

    ``beside``: the key of a plan whose own calls are left out.
    """
    if not enterprises:
        return []
    county: Any = enterprises[0].county
    on = on or county.today()
    most = county.rule(A_YEAR, on)
    found = calls_on([e.pk for e in enterprises], county=county, day=on, on=on, agency=agency and agency.pk, plan=beside)
    years = []
    for enterprise in enterprises:
        calls = [call for call in found if call.enterprise == enterprise.pk and call.day.year == on.year]
        own = sum(call.counted for call in calls if agency and call.agency == agency.pk)
        years.append(Year(enterprise=enterprise, year=on.year, calls=calls, own=own, most=most))
    return years
