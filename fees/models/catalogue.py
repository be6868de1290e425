"""收费项目目录: what may be asked for, on which basis, by whom, where the money goes, from when to when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FenField, ListLine, ListQuerySet


class FeeItemQuerySet(ListQuerySet):
    """Questions about fee items."""

    def named(self, words: str) -> "FeeItemQuerySet":
        """Return the items whose code or whole name is ``words``."""
        return self.filter(Q(code__iexact=words.strip()) | Q(name=words.strip()))


class FeeItem(ListLine):
    """One line of the fee list (优化营商环境条例 Art. 25: what is not on the list may not be charged)."""

    class Kind(models.TextChoices):
        FEE = "行政事业性收费", _("行政事业性收费")
        FUND = "政府性基金", _("政府性基金")
        DEPOSIT = "保证金", _("保证金")

    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("项目名称"), max_length=120)
    collecting_unit = models.CharField(_("执收单位"), max_length=120)
    payer = models.CharField(_("缴纳人"), max_length=120, blank=True)
    level = models.CharField(_("级次"), max_length=40, blank=True)
    destination = models.CharField(_("资金去向"), max_length=120, blank=True)
    law_basis = models.CharField(_("法律依据"), max_length=200, blank=True)
    documents = models.CharField(_("政策文件"), max_length=200, blank=True)
    standard = models.CharField(_("标准"), max_length=200, blank=True)
    unit_price = FenField(_("单价（元）"), null=True, blank=True)

    objects = FeeItemQuerySet.as_manager()

    class Meta(ListLine.Meta):
        verbose_name = _("收费项目")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def basis(self) -> str:
        """Return the basis as printed: law, else the policy documents."""
        return self.law_basis or self.documents

    def may_be_collected_by(self, agency: object) -> bool:
        """Tell whether the agency's field stands among the collecting units."""
        return agency.kind.split("（")[0] in self.collecting_unit
