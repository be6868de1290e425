"""变更、延期: what a unit asks to change of a filing that stands, until its head has approved it. Nothing changes before."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Officer, User
from audit.models import Audited, AuditedQuerySet


class ChangeQuerySet(AuditedQuerySet):
    """Questions about changes."""

    def open(self) -> "ChangeQuerySet":
        """Return those on which no head has decided."""
        return self.filter(decided_at__isnull=True)


class PlanChange(Audited):
    """One change that was asked for: new dates, or other people; what it says, who asked, who decided."""

    class Kind(models.TextChoices):
        AMEND = "AMEND", _("变更")
        POSTPONE = "POSTPONE", _("延期")

    plan = models.ForeignKey("inspection.InspectionPlan", models.PROTECT, related_name="changes")
    kind = models.CharField(_("种类"), max_length=8, choices=Kind.choices)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    officers = models.JSONField(_("检查人员"), default=list)
    reason = models.CharField(_("理由"), max_length=300)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"))
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("批准人"))
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    made = models.BooleanField(_("已批准"), default=False)
    opinion = models.CharField(_("意见"), max_length=500, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("变更申请")
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(decided_at__isnull=True), name="one_open_change_a_plan"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="a_change_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="nobody_approves_the_change_they_asked_for"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on} — {self.ends_on}"

    @property
    def people(self) -> list[Any]:
        """Return the officers it names."""
        return list(Officer.objects.filter(uid__in=self.officers).order_by("pk"))
