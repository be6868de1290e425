"""An enterprise's year at a glance: who came, for how long, who is to come, how many checks are left. No receipt in it."""

import datetime
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


def year_of(enterprise: Enterprise, *, agency: Agency | None, on: datetime.date | None = None, beside: int | None = None) -> Year:
    """Return the year of ``enterprise`` as ``agency`` may know it; None: as the Office, which sees all.

    ``beside``: the key of a plan whose own calls are left out.
    """
    county: Any = enterprise.county
    on = on or county.today()
    found = calls_on([enterprise.pk], county=county, day=on, on=on, agency=agency and agency.pk, plan=beside)
    calls = [call for call in found if call.day.year == on.year]
    own = sum(call.counted for call in calls if agency and call.agency == agency.pk)
    return Year(enterprise=enterprise, year=on.year, calls=calls, own=own, most=county.rule(A_YEAR, on))
