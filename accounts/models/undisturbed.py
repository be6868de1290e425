"""无事不扰清单: enterprises that are left alone unless something has happened. Dated rows with their source."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Audited

from .enterprise import Enterprise
from .rule import RuleQuerySet


class UndisturbedQuerySet(RuleQuerySet):
    """Questions about the list of those who are left alone."""

    def visible_to(self, user: "object") -> "UndisturbedQuerySet":
        """Return the rows of the user's counties: the list is public."""
        return self.filter(enterprise__county__in=user.counties())


class UndisturbedListing(Audited):
    """One enterprise on the 无事不扰清单, from ``starts`` until before ``ends``."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="undisturbed", verbose_name=_("经营主体"))
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300)

    objects = UndisturbedQuerySet.as_manager()
    VERBS = {"found": _("录入清单"), "import": _("导入清单")}

    class Meta:
        verbose_name = _("无事不扰清单")
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="undisturbed_ends_after_it_starts"),
            models.UniqueConstraint(fields=["enterprise", "starts"], name="one_undisturbed_listing_a_day"),
        ]

    def __str__(self) -> str:
        return str(self.enterprise)
