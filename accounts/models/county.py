"""The county: the place to which agencies, enterprises, numbers, rules and calendars belong."""

import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet


class CountyQuerySet(AuditedQuerySet):
    """Questions about counties."""

    def visible_to(self, user: "object") -> "CountyQuerySet":
        """Return the counties in which ``user`` holds a post today: where every list begins."""
        return self.filter(pk__in=user.counties())


class County(Audited):
    """One county (县级行政区, GB/T 2260). What is printed as the Office's is data of the county."""

    code = models.CharField(_("行政区划代码"), max_length=6, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("上级"))
    office_name = models.CharField(_("备案机关名称"), max_length=100)
    notice_prefix = models.CharField(_("发文字号代字"), max_length=40, help_text=_("如：沂优环检备"))
    supervision_phone = models.CharField(_("监督电话"), max_length=40)
    zone = models.CharField(_("时区"), max_length=40, default="Asia/Shanghai")
    site_sponsor = models.CharField(_("主办单位"), max_length=100, blank=True)
    site_code = models.CharField(_("政府网站标识码"), max_length=40, blank=True)
    icp_number = models.CharField(_("ICP 备案号"), max_length=60, blank=True)
    police_record = models.CharField(_("公安备案号"), max_length=60, blank=True)

    objects = CountyQuerySet.as_manager()
    VERBS = {"found": _("设立")}

    class Meta:
        verbose_name = _("县（市、区）")

    def __str__(self) -> str:
        return self.name

    def day_of(self, instant: datetime.datetime) -> datetime.date:
        """Return the legal day of an instant: the date in the county's own zone."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def today(self) -> datetime.date:
        """Return the county's legal day now."""
        return self.day_of(timezone.now())

    def start_of(self, day: datetime.date) -> datetime.datetime:
        """Return the instant at which the legal day ``day`` begins."""
        return datetime.datetime.combine(day, datetime.time.min, ZoneInfo(self.zone))

    def rule(self, code: str, on: datetime.date | None = None) -> int | str:
        """Return the value of a rule in force on ``on`` (default today); the built-in default if no row says otherwise."""
        from .rule import RuleValue

        return RuleValue.ask(self, code, on or self.today())
