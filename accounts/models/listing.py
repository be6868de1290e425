"""Public lists: lines with dates in force. A line is ended by date and followed by another, never rewritten."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet

from .county import County


class ListQuerySet(AuditedQuerySet):
    """Questions about the lines of a public list."""

    def visible_to(self, user: "object") -> "ListQuerySet":
        """Return the lines of the user's counties: lists are public."""
        return self.filter(county__in=user.counties())

    def in_force(self, on: datetime.date) -> "ListQuerySet":
        """Return what was in force on the day ``on``."""
        return self.filter(starts__lte=on).filter(Q(ends__isnull=True) | Q(ends__gt=on))


class ListLine(Audited):
    """One line of a county's public list, in force from ``starts`` until before ``ends``."""

    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("县"))
    code = models.CharField(_("编码"), max_length=40)
    starts = models.DateField(_("施行"))
    ends = models.DateField(_("废止"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)

    objects = ListQuerySet.as_manager()
    VERBS = {"found": _("录入清单"), "import": _("导入清单")}

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="%(class)s_ends_after_it_starts"),
            models.UniqueConstraint(fields=["county", "code", "starts"], name="one_%(class)s_a_code_and_day"),
        ]
