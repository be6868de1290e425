"""Legal days and working days. Every term says which it counts: 日 or 工作日 (行政处罚法 Art. 85)."""

import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet, NotYours, Refused, signed

from .county import County
from .post import Duty


class CalendarQuerySet(AuditedQuerySet):
    """Questions about the calendar."""

    def visible_to(self, user: "object") -> "CalendarQuerySet":
        """Return the days of the user's counties: the calendar is public."""
        return self.filter(county__in=user.counties())


class CalendarDay(Audited):
    """An exception of the county's calendar: a holiday on a weekday, or a make-up day on a weekend."""

    county = models.ForeignKey(County, models.PROTECT, related_name="calendar_days", verbose_name=_("县"))
    date = models.DateField(_("日期"))
    working = models.BooleanField(_("是否工作日"))
    name = models.CharField(_("名称"), max_length=60, blank=True)
    source = models.CharField(_("依据"), max_length=200)

    objects = CalendarQuerySet.as_manager()
    VERBS = {"found": _("导入日历"), "import": _("导入清单"), "set": _("改动日历")}

    class Meta:
        verbose_name = _("工作日历")
        constraints = [models.UniqueConstraint(fields=["county", "date"], name="one_calendar_row_a_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    @classmethod
    def set(cls, *, by: Any, county: County, date: datetime.date, working: bool, name: str, source: str) -> "CalendarDay":
        """Say whether a day is worked, with its source: by the keeper of lists. A day set before is changed."""
        post = by.holding(Duty.LIST_KEEP, county=county)
        if not post:
            raise NotYours(_now("只有维护清单的岗位可以改动工作日历。"))
        if not source.strip():
            raise Refused(_now("请写明依据，例如国务院办公厅放假安排的文号。"), field="source")
        row = cls.objects.filter(county=county, date=date).first() or cls(county=county, date=date)
        with signed(by=by, verb="set", post=post):
            row.working, row.name, row.source = working, name.strip(), source.strip()
            row.save()
        return row

    @classmethod
    def not_announced(cls, county: County, today: datetime.date) -> list[int]:
        """Return the years, of this one and from November on the next, for which the county's calendar has no holidays yet."""
        years = [today.year, today.year + 1] if today.month >= 11 else [today.year]
        return [year for year in years if not cls.objects.filter(county=county, date__year=year).exists()]


def legal_day(county: County, at: datetime.datetime) -> datetime.date:
    """Return the legal day of ``at`` in ``county``; the year in a document number follows it."""
    return county.day_of(at)


def is_working_day(county: County, day: datetime.date) -> bool:
    """Tell whether ``day`` is a working day in ``county``: its own exceptions, else Monday to Friday."""
    row = CalendarDay.objects.filter(county=county, date=day).values_list("working", flat=True).first()
    return day.weekday() < 5 if row is None else row


class WorkingDays:
    """The working days of a county, its exceptions asked once: for the clocks of many rows.

    A year whose holidays have not been announced counts Monday to Friday.
    """

    def __init__(self, county: County, since: datetime.date | None = None) -> None:
        rows = CalendarDay.objects.filter(county=county)
        self._exceptions = dict((rows.filter(date__gt=since) if since else rows).values_list("date", "working"))

    def works_on(self, day: datetime.date) -> bool:
        """Tell whether ``day`` is a working day."""
        return self._exceptions.get(day, day.weekday() < 5)

    def after(self, day: datetime.date, days: int) -> datetime.date:
        """Return the ``days``-th working day after ``day`` (``day`` itself is not counted)."""
        while days > 0:
            day += datetime.timedelta(days=1)
            days -= self.works_on(day)
        return day

    def between(self, day: datetime.date, until: datetime.date) -> int:
        """Return how many working days there are after ``day`` up to and with ``until``."""
        return sum(self.works_on(day + datetime.timedelta(days=n)) for n in range(1, (until - day).days + 1))


def add_working_days(county: County, day: datetime.date, days: int) -> datetime.date:
    """Return the ``days``-th working day after ``day`` (``day`` itself is not counted)."""
    return WorkingDays(county, since=day).after(day, days)
