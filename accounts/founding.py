"""Founding: what must exist before the first person can sign in. Safe to repeat."""

import datetime

import chinese_calendar
from chinese_calendar import Holiday
from django.db import transaction

from audit.actor import Actor
from audit.models import signed, signed_bulk

from .models import CalendarDay, County, Post, Role, User
from .models.post import STANDARD_ROLES
from .models.user import SYSTEM_USERNAME


class Founder:
    """Signs the very first rows, before any account exists."""

    def as_actor(self, post: object | None = None) -> Actor:
        return Actor(id=None, name="系统设立", post="SYSTEM")


@transaction.atomic
def found_installation() -> User:
    """Make the standard roles and the system's account. Returns the system user.

    A standard role that is there already gets the duties a later version has added; none is taken from it.
    """
    with signed(by=Founder(), verb="found"):
        for code, name, seat, duties in STANDARD_ROLES:
            role = Role.objects.filter(code=code).first()
            if role is None:
                Role.objects.create(code=code, name=name, seat=seat, duties=[str(d) for d in duties])
            elif added := [str(d) for d in duties if d not in role.duties]:
                role.duties = [*role.duties, *added]
                role.save()
    system = User.objects.filter(username=SYSTEM_USERNAME).first()
    return system or User.open(by=Founder(), username=SYSTEM_USERNAME, name="系统", verb="found")


@transaction.atomic
def found_county(*, years: range = range(2024, 2027), **facts: str) -> County:
    """Found a county (``facts`` as in County): its row, the system's post in it, and its calendar of announced years."""
    system = found_installation()
    existing = County.objects.filter(code=facts["code"]).first()
    if existing:
        return existing
    with signed(by=Founder(), verb="found"):
        county = County.objects.create(**facts)
        Post.objects.create(user=system, role=Role.objects.get(code="SYSTEM"), county=county, starts=datetime.date(2000, 1, 1))
    signed_bulk(announced_days(county, years), by=Founder(), verb="found")
    return county


def announced_days(county: County, years: range) -> list[CalendarDay]:
    """Return the unsaved exceptions of the announced years: holidays on weekdays, make-up days on weekends."""
    days, day, end = [], datetime.date(years.start, 1, 1), datetime.date(years.stop, 1, 1)
    while day < end:
        working = chinese_calendar.is_workday(day)
        if working != (day.weekday() < 5):
            _on_holiday, name = chinese_calendar.get_holiday_detail(day)
            days.append(
                CalendarDay(
                    county=county,
                    date=day,
                    working=working,
                    name=Holiday(name).chinese if name else "",
                    source="国务院办公厅节假日安排（chinesecalendar）",
                )
            )
        day += datetime.timedelta(days=1)
    return days
