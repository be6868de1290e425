"""The bodies that may come: confirmed subjects of enforcement, with the effect of their filings."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet

from .county import County


class Standing(models.TextChoices):
    """To whom a body answers; from it follows what the Office may decide."""

    COUNTY = "COUNTY", _("县属部门")
    TOWNSHIP = "TOWNSHIP", _("乡镇街道")
    BRANCH = "BRANCH", _("派驻分局")
    VERTICAL = "VERTICAL", _("垂直管理")
    SUPERIOR = "SUPERIOR", _("上级机关")
    OTHER = "OTHER", _("县属部门以外机关")


class LegalStatus(models.TextChoices):
    """Kinds of enforcement subject (国办发〔2024〕54号; 行政处罚法 Art. 17, 19, 20)."""

    AUTHORITY = "AUTHORITY", _("行政机关")
    AUTHORISED = "AUTHORISED", _("授权组织")
    ENTRUSTED = "ENTRUSTED", _("受委托组织")
    NONE = "NONE", _("无执法主体资格")


class Effect(models.TextChoices):
    """What a filing by this body leads to."""

    REVIEW = "REVIEW", _("审查备案")
    NOTIFY = "NOTIFY", _("告知备案")
    EXEMPT = "EXEMPT", _("不适用")


class AgencyQuerySet(AuditedQuerySet):
    """Questions about agencies."""

    def visible_to(self, user: "object") -> "AgencyQuerySet":
        """Return the agencies of the user's counties: who may inspect is public knowledge there."""
        return self.filter(county__in=user.counties())

    def confirmed_on(self, day: datetime.date) -> "AgencyQuerySet":
        """Return the agencies whose status as enforcement subject is confirmed and in date on ``day``."""
        return self.filter(confirmed_on__lte=day, starts__lte=day).filter(Q(ends__isnull=True) | Q(ends__gt=day))


class Agency(Audited):
    """检查单位: an enforcement subject. An entrusted body names its delegator and acts in its name (行政处罚法 Art. 20)."""

    county = models.ForeignKey(County, models.PROTECT, related_name="agencies", verbose_name=_("县"))
    code = models.CharField(_("代码"), max_length=40)
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("领域"), max_length=40)
    standing = models.CharField(_("隶属"), max_length=10, choices=Standing.choices)
    legal_status = models.CharField(_("主体资格"), max_length=12, choices=LegalStatus.choices)
    effect = models.CharField(_("备案方式"), max_length=10, choices=Effect.choices)
    effect_source = models.CharField(_("备案方式依据"), max_length=200, blank=True)
    delegator = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("委托机关"))
    delegation_letter = models.CharField(_("委托书"), max_length=300, blank=True, help_text=_("公开网址或者文号"))
    grant_text = models.TextField(_("授权、委托事项"), max_length=1000, blank=True)
    confirmed_on = models.DateField(_("主体资格公告日"), null=True, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    order_prefix = models.CharField(_("行政检查通知书代字"), max_length=40, blank=True, help_text=_("如：沂市监检通；不填时用单位名称"))
    starts = models.DateField(_("起"))
    ends = models.DateField(_("止"), null=True, blank=True)

    objects = AgencyQuerySet.as_manager()
    VERBS = {"found": _("录入单位"), "import": _("导入清单")}

    class Meta:
        verbose_name = _("检查单位")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["county", "code"], name="one_agency_a_code"),
            models.CheckConstraint(
                condition=~Q(legal_status="ENTRUSTED") | Q(delegator__isnull=False), name="an_entrusted_body_names_its_delegator"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def named_on_paper(self) -> str:
        """Return the name in which it acts: an entrusted body appears under its delegator's."""
        return self.delegator.name if self.delegator_id else self.name
