"""The Office's own times, counted out of the signed history: how long it took, what it returned and declined and why, what it let lapse.

Counted by act, not by filing: what was returned and then accepted is one of each. Nothing here names a filing or an enterprise.
"""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from accounts.models import County, WorkingDays
from inspection import clocks
from inspection.models import DeclineGround, InspectionPlan

#: how an undecided filing ends by the clock
LAPSES = ("lapse", "pass_up", "count_as_notice")
DECISIONS = ("accept", "return_", "decline")


@dataclass
class OfficeTimes:
    """What the Office did in a period, and what it did not."""

    county: County
    first: datetime.date
    last: datetime.date
    counts: Counter[str] = field(default_factory=Counter)
    #: working days from the head's approval to the decision -> how many decisions
    days: Counter[int] = field(default_factory=Counter)
    late: int = 0
    grounds: list[tuple[str, int]] = field(default_factory=list)

    @property
    def decided(self) -> int:
        """Return how many decisions the Office made."""
        return sum(self.days.values())

    @property
    def lapsed(self) -> int:
        """Return how many filings nobody decided before their window began: each counts against the Office."""
        return sum(self.counts[verb] for verb in LAPSES)

    @property
    def median(self) -> int | None:
        """Return the working days within which half of the decisions were made."""
        return self._within(50)

    @property
    def nine_of_ten(self) -> int | None:
        """Return the working days within which nine of ten decisions were made."""
        return self._within(90)

    def _within(self, percent: int) -> int | None:
        so_far = 0
        for days in sorted(self.days):
            so_far += self.days[days]
            if so_far * 100 >= self.decided * percent:
                return days
        return None

    @property
    def spread(self) -> list[tuple[int, int]]:
        """Return (working days, decisions) in order of days."""
        return sorted(self.days.items())


def office_times(county: County, first: datetime.date, last: datetime.date) -> OfficeTimes:
    """Return what the Office of ``county`` did on the legal days ``first`` to ``last``, in one question and its calendar."""
    found = OfficeTimes(county, first, last)
    calendar, terms = WorkingDays(county, since=first - datetime.timedelta(days=60)), clocks.Clocks(county, last)
    start, end = county.start_of(first), county.start_of(last + datetime.timedelta(days=1))
    verbs = (*DECISIONS, *LAPSES, "ask_recheck", "uphold", "recheck", "refile")
    rows = InspectionPlan.history.filter(county_id=county.pk, verb__in=verbs, history_date__gte=start, history_date__lt=end)
    grounds: Counter[str] = Counter()
    for verb, at, endorsed_at, ground in rows.order_by("history_id").values_list("verb", "history_date", "endorsed_at", "ground_code"):
        found.counts[verb] += 1
        if verb in DECISIONS:
            took = calendar.between(county.day_of(endorsed_at), county.day_of(at))
            found.days[took] += 1
            found.late += took > terms.rules[clocks.REVIEW]
        if verb == "decline":
            grounds[ground] += 1
    words = dict(DeclineGround.objects.filter(county=county, code__in=grounds).order_by("starts").values_list("code", "text"))
    found.grounds = [(words.get(code, code), n) for code, n in grounds.most_common()]
    return found


def this_year(county: County, year: int | None = None) -> OfficeTimes:
    """Return the Office's times of a calendar year, so far."""
    today: Any = county.today()
    year = year or today.year
    return office_times(county, datetime.date(year, 1, 1), min(datetime.date(year, 12, 31), today))
