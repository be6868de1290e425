"""加处罚款 (fines) and 滞纳金 (fees), day by day. Two things by two laws, counted alike; no database.

行政处罚法 Art. 72: each day at most 3 % of the fine, together never more than the fine. Art. 73: the days of an administrative
review or a lawsuit are not counted. Counted on what is still unpaid, from the day after the last day to pay until the day
the money came, that day included; each day's sum is rounded down, in favour of who pays.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .standard import MILLION

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class LateDay:
    """One day: on what it was counted, what it added, what it comes to; or why it was not counted."""

    day: datetime.date
    base: int
    added: int
    total: int
    note: str = ""


@dataclass(frozen=True)
class Stop:
    """Days that are not counted: first and last (None: still running), both included, and why."""

    first: datetime.date
    last: datetime.date | None
    why: str

    def holds(self, day: datetime.date) -> bool:
        """Tell whether ``day`` is one of them."""
        return self.first <= day and (self.last is None or day <= self.last)


def late_days(
    *,
    principal: int,
    due_on: datetime.date,
    until: datetime.date,
    rate: int,
    cap: int | None = None,
    paid: Sequence[tuple[datetime.date, int]] = (),
    stops: Iterable[Stop] = (),
    counted_until: datetime.date | None = None,
    before: int = 0,
) -> list[LateDay]:
    """Return every day from the one after ``due_on`` to ``until``. ``rate`` in millionths a day, ``cap`` (default: the principal) in fen.

    ``paid`` lowers the base from the day after it came. An earlier decision counted the days to ``counted_until`` and came to
    ``before``: those days are not counted twice, and the cap holds over all decisions together.
    """
    cap, stops = principal if cap is None else cap, list(stops)
    day, total, found = max(due_on, counted_until or due_on) + DAY, before, []
    while day <= until:
        base = max(principal - sum(fen for on, fen in paid if on < day), 0)
        why = next((stop.why for stop in stops if stop.holds(day)), "")
        added = 0 if why else min(base * rate // MILLION, cap - total)
        total += added
        found.append(LateDay(day, base, added, total, why or ("已达上限" if base and not added else "")))
        if not base and not any(on >= day for on, _fen in paid):
            break  # all has come, and nothing of it goes back later
        day += DAY
    return found


@dataclass(frozen=True)
class Run:
    """Days in a row that say the same: how a long reckoning is shown in few lines."""

    first: datetime.date
    last: datetime.date
    days: int
    base: int
    each: int
    added: int
    total: int
    note: str


def runs_of(days: Sequence[LateDay]) -> list[Run]:
    """Return the days gathered into runs of equal days."""
    runs: list[Run] = []
    for day in days:
        same = runs and (runs[-1].base, runs[-1].each, runs[-1].note) == (day.base, day.added, day.note)
        if same:
            last = runs.pop()
            runs.append(Run(last.first, day.day, last.days + 1, day.base, day.added, last.added + day.added, day.total, day.note))
        else:
            runs.append(Run(day.day, day.day, 1, day.base, day.added, day.added, day.total, day.note))
    return runs
