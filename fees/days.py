"""Last days to pay. The day it began is not counted; a last day that is no working day moves to the next one."""

import datetime

from accounts.models import County, is_working_day

DAY = datetime.timedelta(days=1)


def on_or_after(county: County, day: datetime.date) -> datetime.date:
    """Return ``day``, or the next working day when it is none (民事诉讼法 Art. 85)."""
    while not is_working_day(county, day):
        day += DAY
    return day


def fine_due_on(county: County, served_on: datetime.date) -> datetime.date:
    """Return the last day to pay a fine: within 15 days of receiving the decision (行政处罚法 Art. 67)."""
    return on_or_after(county, served_on + county.rule("penalty.pay_within", on=served_on) * DAY)
