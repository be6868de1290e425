"""The people who may enter: enforcement officers and their certificates."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet

from .agency import Agency


class OfficerQuerySet(AuditedQuerySet):
    """Questions about officers."""

    def visible_to(self, user: "object") -> "OfficerQuerySet":
        """Return the officers of the user's agencies, or of the county for its Office."""
        return self.filter(Q(agency__in=user.agencies()) | Q(agency__county__in=user.office_counties()))

    def serving_on(self, day: datetime.date) -> "OfficerQuerySet":
        """Return the officers in service on ``day``."""
        return self.filter(starts__lte=day).filter(Q(ends__isnull=True) | Q(ends__gt=day))


class Officer(Audited):
    """执法人员 of an agency. The name of an officer acting in office is public and kept."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="officers", verbose_name=_("单位"))
    name = models.CharField(_("姓名"), max_length=60)
    user = models.OneToOneField("accounts.User", models.PROTECT, null=True, blank=True, related_name="officer", verbose_name=_("账户"))
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)

    objects = OfficerQuerySet.as_manager()
    VERBS = {"found": _("录入执法人员"), "import": _("导入清单")}

    class Meta:
        verbose_name = _("执法人员")

    def __str__(self) -> str:
        return self.name

    def certificate_for(self, starts: datetime.date, ends: datetime.date) -> "Certificate | None":
        """Return a certificate valid for the whole window ``starts``–``ends``, or None."""
        return self.certificates.valid_for(starts, ends).order_by("-valid_to").first()


class CertificateQuerySet(AuditedQuerySet):
    """Questions about certificates."""

    def valid_for(self, starts: datetime.date, ends: datetime.date) -> "CertificateQuerySet":
        """Return the certificates valid on every day from ``starts`` to ``ends``."""
        return self.filter(valid_from__lte=starts, valid_to__gte=ends, revoked_on__isnull=True)


class Certificate(Audited):
    """行政执法证: number, field, region, validity. Issued by the province (山东省行政执法监督条例)."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="certificates", verbose_name=_("执法人员"))
    number = models.CharField(_("证号"), max_length=40, unique=True)
    field = models.CharField(_("执法领域"), max_length=60)
    region = models.CharField(_("执法区域"), max_length=60)
    valid_from = models.DateField(_("有效期起"))
    valid_to = models.DateField(_("有效期止"))
    revoked_on = models.DateField(_("注销"), null=True, blank=True)

    objects = CertificateQuerySet.as_manager()
    VERBS = {"found": _("录入执法证"), "import": _("导入清单")}

    class Meta:
        verbose_name = _("行政执法证")
        constraints = [models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="certificate_ends_after_it_starts")]

    def __str__(self) -> str:
        return self.number
