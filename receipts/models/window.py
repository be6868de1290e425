"""When a receipt may be given."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import add_working_days
from inspection.models import FilingNotice


@dataclass(frozen=True)
class Window:
    """From the opening of the visit (or, none logged, the notice's first day) until 15 working days
    (rule value ``receipt.window``) after the visit was closed (or, none logged, the notice's last day).

    What the unit does afterwards shortens nothing: only a notice that was void before its first day has none (``never``).
    """

    opens_at: datetime.datetime
    last_day: datetime.date | None
    never: bool = False

    @classmethod
    def of(cls, notice: FilingNotice) -> "Window":
        """Return the window of a notice; ``last_day`` is None while somebody is still on site."""
        county, visits = notice.county, list(notice.visits.order_by("arrived_at"))
        opens_at = visits[0].arrived_at if visits else county.start_of(notice.starts_on)
        if notice.never_began:
            return cls(opens_at, notice.ends_on, never=True)
        if any(visit.left_at is None for visit in visits):
            return cls(opens_at, None)
        ended = county.day_of(max(v.left_at for v in visits)) if visits else notice.ends_on
        days = county.rule("receipt.window", on=ended)
        return cls(opens_at, add_working_days(county, ended, days))

    def is_before(self, now: datetime.datetime | None = None) -> bool:
        """Tell whether it has not opened yet."""
        return (now or timezone.now()) < self.opens_at

    def is_after(self, today: datetime.date) -> bool:
        """Tell whether it has closed by the legal day ``today``."""
        return self.last_day is not None and today > self.last_day

    def is_open(self, today: datetime.date) -> bool:
        """Tell whether a receipt is taken now, on the legal day ``today``."""
        return not self.never and not self.is_before() and not self.is_after(today)
