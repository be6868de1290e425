"""The public lists of inspection: what may be inspected, which acts may be filed, what the owner may do."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, ListLine, ListQuerySet


class InspectionItemQuerySet(ListQuerySet):
    """Questions about inspection items."""

    def of_agency(self, agency: Agency) -> "InspectionItemQuerySet":
        """Return the items that belong to the agency's field in its county."""
        return self.filter(county=agency.county_id, agency_kind=agency.kind)


class InspectionItem(ListLine):
    """检查事项: only what is published may be carried out (国办发〔2024〕54号)."""

    class BasisKind(models.TextChoices):
        LAW = "法律", _("法律")
        REGULATION = "行政法规", _("行政法规")
        LOCAL = "地方性法规", _("地方性法规")
        MINISTRY_RULE = "部门规章", _("部门规章")
        LOCAL_RULE = "地方政府规章", _("地方政府规章")
        DECISION = "国务院决定", _("国务院决定")

    name = models.CharField(_("事项名称"), max_length=200)
    agency_kind = models.CharField(_("领域"), max_length=40)
    law = models.CharField(_("法律法规"), max_length=120)
    article = models.CharField(_("条款"), max_length=120)
    basis_kind = models.CharField(_("依据种类"), max_length=20, choices=BasisKind.choices)
    object_kind = models.CharField(_("检查对象"), max_length=120, blank=True)
    method = models.CharField(_("检查方式"), max_length=20, blank=True)
    off_site_possible = models.BooleanField(_("可以非现场检查"), default=False)

    objects = InspectionItemQuerySet.as_manager()

    class Meta(ListLine.Meta):
        verbose_name = _("检查事项")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def basis(self) -> str:
        """Return the citation: 《law》article."""
        return f"《{self.law}》{self.article}"


class VisitRight(ListLine):
    """What the owner may do at the gate, in three grades, each with its article."""

    class Grade(models.TextChoices):
        REFUSE = "可以拒绝", _("可以拒绝")
        VERIFY = "请先核实", _("请先核实")
        COMPLY = "请先配合", _("请先配合")

    grade = models.CharField(_("等次"), max_length=10, choices=Grade.choices)
    case = models.CharField(_("情形"), max_length=120)
    law = models.CharField(_("法律法规"), max_length=120)
    article = models.CharField(_("条款"), max_length=120)
    sentence = models.CharField(_("说明"), max_length=200)
    on_page = models.BooleanField(_("在扫码页显示"), default=False)

    class Meta(ListLine.Meta):
        verbose_name = _("企业可以做什么")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.case


class EnterpriseAct(ListLine):
    """涉企行为: may be filed, must be filed, or forbidden, by which article (the eleven acts of the 2008 county rule)."""

    class Filing(models.TextChoices):
        MUST = "必须备案", _("必须备案")
        MAY = "可以备案", _("可以备案")
        FORBIDDEN = "禁止", _("禁止")

    act = models.CharField(_("行为"), max_length=40)
    variant = models.CharField(_("情形"), max_length=120)
    filing = models.CharField(_("备案要求"), max_length=10, choices=Filing.choices)
    law = models.CharField(_("法律法规"), max_length=120)
    article = models.CharField(_("条款"), max_length=120)
    reason = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta(ListLine.Meta):
        verbose_name = _("涉企行为")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.act}（{self.variant}）"
