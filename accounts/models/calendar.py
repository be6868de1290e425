"""Legal days and working days. Every term says which it counts: 日 or 工作日 (行政处罚法 Art. 85)."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet

from .county import County


class CalendarDay(Audited):
    """An exception of the county's calendar: a holiday on a weekday, or a make-up day on a weekend."""

    county = models.ForeignKey(County, models.PROTECT, related_name="calendar_days", verbose_name=_("县"))
    date = models.DateField(_("日期"))
    working = models.BooleanField(_("是否工作日"))
    name = models.CharField(_("名称"), max_length=60, blank=True)
    source = models.CharField(_("依据"), max_length=200)

    objects = AuditedQuerySet.as_manager()
    VERBS = {"found": _("导入日历"), "import": _("导入清单"), "set": _("改动日历")}

    class Meta:
        verbose_name = _("工作日历")
        constraints = [models.UniqueConstraint(fields=["county", "date"], name="one_calendar_row_a_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


def legal_day(county: County, at: datetime.datetime) -> datetime.date:
    """Return the legal day of ``at`` in ``county``; the year in a document number follows it."""
    return county.day_of(at)


def is_working_day(county: County, day: datetime.date) -> bool:
    """Tell whether ``day`` is a working day in ``county``: its own exceptions, else Monday to Friday."""
    row = CalendarDay.objects.filter(county=county, date=day).values_list("working", flat=True).first()
    return day.weekday() < 5 if row is None else row


def add_working_days(county: County, day: datetime.date, days: int) -> datetime.date:
    """Return the ``days``-th working day after ``day`` (``day`` itself is not counted).

    A year whose holidays have not been announced counts Monday to Friday.
    """
    exceptions = dict(
        CalendarDay.objects.filter(county=county, date__gt=day, date__lte=day + datetime.timedelta(days=days * 2 + 30)).values_list(
            "date", "working"
        )
    )
    while days > 0:
        day += datetime.timedelta(days=1)
        days -= exceptions.get(day, day.weekday() < 5)
    return day
