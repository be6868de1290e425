"""省平台: how the tables of the platform above are laid out, as data; a new platform needs no code."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import County, Duty, User
from audit.models import Audited, AuditedQuerySet, NotYours, Refused, signed


class PlatformProfileQuerySet(AuditedQuerySet):
    """Questions about profiles."""

    def visible_to(self, user: Any) -> "PlatformProfileQuerySet":
        """Return the profiles of the user's counties."""
        return self.filter(county__in=user.counties())


class PlatformProfile(Audited):
    """The headings of one platform's tables: ``task_columns`` of what it exports, ``result_columns`` of what it takes in."""

    class TaskFact(models.TextChoices):
        TASK = "task", _("任务号")
        CODE = "code", _("检查码")
        ENTERPRISE = "enterprise", _("企业（代码或名称）")
        ITEMS = "items", _("检查事项（编码或名称）")
        OFFICERS = "officers", _("检查人员（执法证号）")
        TYPE = "type", _("检查类型")
        STARTS = "starts_on", _("开始日期")
        ENDS = "ends_on", _("结束日期")
        PURPOSE = "purpose", _("检查目的")
        REQUIREMENTS = "requirements", _("检查要求")

    class ResultFact(models.TextChoices):
        TASK = "task", _("任务号")
        CODE = "code", _("检查码")
        NOTICE = "notice", _("通知书文号")
        ENTERPRISE = "enterprise", _("企业名称")
        IDENTIFIER = "identifier", _("企业代码")
        AGENCY = "agency", _("检查单位")
        OFFICERS = "officers", _("检查人员（执法证号）")
        ARRIVED = "arrived_at", _("入企时间")
        LEFT = "left_at", _("离企时间")
        RESULT = "result", _("检查结果")
        NOTE = "note", _("结果说明")

    county = models.ForeignKey(County, models.PROTECT, related_name="platform_profiles", verbose_name=_("县"))
    name = models.CharField(_("平台名称"), max_length=60)
    task_columns = models.JSONField(_("任务表的列"), default=dict, help_text=_("事实 → 平台导出表的列名"))
    result_columns = models.JSONField(_("结果表的列"), default=list, help_text=_("按顺序：列名、事实"))

    objects = PlatformProfileQuerySet.as_manager()
    VERBS = {"found": _("录入平台格式"), "set": _("设定平台格式")}

    class Meta:
        verbose_name = _("省平台格式")
        constraints = [models.UniqueConstraint(fields=["county", "name"], name="one_profile_a_platform")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def set_up(
        cls, *, by: User, county: County, name: str, task_columns: dict[str, str], result_columns: list[list[str]]
    ) -> "PlatformProfile":
        """Set how a platform's tables are laid out: by who keeps the county's lists. The same name is changed, not doubled."""
        post = by.holding(Duty.LIST_KEEP, county=county)
        if not post:
            raise NotYours(_now("只有维护清单的岗位可以设定平台格式。"))
        if unknown := set(task_columns) - set(cls.TaskFact.values) or {f for _h, f in result_columns} - set(cls.ResultFact.values):
            raise Refused(_now("没有这样的事实：%(names)s。") % {"names": "、".join(sorted(unknown))}, field="task_columns")
        if not {"task", "enterprise"} <= set(task_columns):
            raise Refused(_now("任务表至少要写明任务号和企业两列。"), field="task_columns")
        profile = cls.objects.filter(county=county, name=name).first() or cls(county=county, name=name)
        profile.task_columns, profile.result_columns = task_columns, result_columns
        with signed(by=by, verb="set", post=post):
            profile.save()
        return profile
