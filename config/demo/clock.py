"""The clock of a told past: when an invented event is said to have happened."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from unittest import mock
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import County, is_working_day


class _LooksLikeAnInstant(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime.datetime)


@contextmanager
def told_at(instant: datetime.datetime) -> Iterator[None]:
    """Let ``timezone.now()`` say ``instant`` inside: ONLY for the invented past of the demo county.

    Rows, history and leaves then carry the day of their story, in order. The name is replaced where
    ``timezone.now`` looks it up, so that fields with ``default=timezone.now`` follow too.
    """

    class Then(datetime.datetime, metaclass=_LooksLikeAnInstant):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return instant.astimezone(tz)

    with mock.patch.object(timezone, "datetime", Then):
        yield


class Almanac:
    """Counts a county's working days from today: 0 is today or the next working day, -1 the last one before today."""

    #: how far stories reach, in natural days either way
    REACH = 90

    def __init__(self, county: County) -> None:
        self.county, self.today = county, county.today()

    @cached_property
    def _working(self) -> tuple[list[datetime.date], list[datetime.date]]:
        near = [self.today + datetime.timedelta(days=n) for n in range(-self.REACH, self.REACH)]
        working = [day for day in near if is_working_day(self.county, day)]
        return [day for day in working if day < self.today], [day for day in working if day >= self.today]

    def day(self, n: int) -> datetime.date:
        """Return the working day ``n`` steps from today."""
        past, coming = self._working
        return past[n] if n < 0 else coming[n]

    def moment(self, n: int, time: str, *, later: int = 0) -> datetime.datetime:
        """Return the instant of the wall-clock ``time`` (``09:30``) on that day, ``later`` minutes on."""
        at = datetime.datetime.combine(self.day(n), datetime.time.fromisoformat(time), ZoneInfo(self.county.zone))
        return at + datetime.timedelta(minutes=later)
