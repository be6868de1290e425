"""宁静日: days on which a county asks that enterprises be left alone, with the cases that may come all the same."""

import calendar
import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import ListLine


class QuietRule(ListLine):
    """One rule of quiet days: days of the month from–to, or days of the week, with its exceptions.

    ``days_from``/``days_to`` count days of the month (1–31, both included); ``weekdays`` days of the week
    (1 Monday … 7 Sunday). Counties differ (1–20, 1–25, Monday to Thursday, none), so it is a list.
    """

    class Exception(models.TextChoices):
        CASE = "CASE", _("立案查处")
        COMPLAINT = "COMPLAINT", _("投诉举报")
        TRANSFER = "TRANSFER", _("移送、交办")
        EMERGENCY = "EMERGENCY", _("突发事件、紧急情况")
        SUPERIOR = "SUPERIOR", _("上级部署")
        RECHECK = "RECHECK", _("整改复查")
        REQUEST = "REQUEST", _("企业申请")
        PUBLIC_SAFETY = "PUBLIC_SAFETY", _("公共安全、安全生产")
        FOOD_DRUG = "FOOD_DRUG", _("食品药品安全")
        ENVIRONMENT = "ENVIRONMENT", _("生态环境")

    name = models.CharField(_("名称"), max_length=100)
    days_from = models.PositiveSmallIntegerField(_("每月几日起"), null=True, blank=True)
    days_to = models.PositiveSmallIntegerField(_("每月几日止"), null=True, blank=True)
    weekdays = models.JSONField(_("星期"), default=list, blank=True)
    exceptions = models.JSONField(_("例外"), default=list, blank=True)

    class Meta(ListLine.Meta):
        verbose_name = _("宁静日")
        ordering = ["code"]
        constraints = [
            *ListLine.Meta.constraints,
            models.CheckConstraint(
                condition=Q(days_from__isnull=True, days_to__isnull=True)
                | Q(days_from__gte=1, days_to__gte=F("days_from"), days_to__lte=31),
                name="quiet_days_of_the_month_run_from_to",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_quiet(self, day: datetime.date) -> bool:
        """Tell whether ``day`` is quiet by this rule: in force that day, and one of its days.

        Where both are given, a day is quiet that is one of either. ``days_to`` beyond the end of a month means its end.
        """
        if day < self.starts or (self.ends and day >= self.ends):
            return False
        if day.isoweekday() in self.weekdays:
            return True
        if self.days_from is None or self.days_to is None:
            return False
        last = calendar.monthrange(day.year, day.month)[1]
        return self.days_from <= day.day <= max(min(self.days_to, last), self.days_from)

    def excepts(self, code: str) -> bool:
        """Tell whether a visit of the kind ``code`` (one of ``Exception``) may come on a quiet day all the same."""
        return code in self.exceptions

    @property
    def days(self) -> str:
        """Return the days in words: 每月 1 日至 20 日；周一、周二."""
        parts = []
        if self.days_from is not None:
            parts.append(str(_("每月 %(from)d 日至 %(to)d 日")) % {"from": self.days_from, "to": self.days_to})
        if self.weekdays:
            parts.append("、".join(str(WEEKDAYS[n]) for n in self.weekdays))
        return "；".join(parts)

    @property
    def exceptions_in_words(self) -> list[str]:
        """Return the exceptions as the page says them."""
        return [str(self.Exception(code).label) for code in self.exceptions]


WEEKDAYS = {1: _("周一"), 2: _("周二"), 3: _("周三"), 4: _("周四"), 5: _("周五"), 6: _("周六"), 7: _("周日")}
