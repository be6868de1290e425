"""收费项目目录: what may be asked for, by whom, of whom, at which standard, where the money goes, from when to when."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import County, FenField, ListLine, ListQuerySet

from ..citation import articles_of
from ..standard import Standard, Way


class FeeItemQuerySet(ListQuerySet):
    """Questions about fee items."""

    def named(self, words: str) -> "FeeItemQuerySet":
        """Return the items whose code or whole name is ``words``."""
        return self.filter(Q(code__iexact=words.strip()) | Q(name=words.strip()))


class FeeItem(ListLine):
    """One line of the fee list (优化营商环境条例 Art. 25: what is not on the list may not be charged).

    The standard is data: ``way`` says how it counts, ``unit_price`` · ``rate`` · ``steps`` what with, ``ceiling`` where it
    stops. ``standard`` are the words as published.
    """

    class Kind(models.TextChoices):
        FEE = "行政事业性收费", _("行政事业性收费")
        FUND = "政府性基金", _("政府性基金")
        DEPOSIT = "保证金", _("保证金")
        SERVICE = "服务收费", _("服务收费")

    class GoesTo(models.TextChoices):
        TREASURY = "国库", _("国库")
        FISCAL = "财政专户", _("财政专户")
        TAX = "税务征收", _("税务征收")
        DEPOSIT = "保证金专户", _("保证金专户")
        SERVICE = "服务收费", _("服务收费（提供服务的单位）")

    class Voucher(models.TextChoices):
        FISCAL = "财政票据", _("财政票据")
        INVOICE = "发票", _("发票")
        TAX = "税收票证", _("税收票证")

    #: what this window collects; the rest is asked for by somebody else, and the paper says by whom
    HERE = (GoesTo.TREASURY, GoesTo.FISCAL, GoesTo.DEPOSIT)

    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("项目名称"), max_length=120)
    collecting_unit = models.CharField(_("执收单位"), max_length=120)
    payer = models.CharField(_("缴纳人"), max_length=120, blank=True)
    level = models.CharField(_("级次"), max_length=40, blank=True)
    destination = models.CharField(_("资金去向"), max_length=120, blank=True)
    goes_to = models.CharField(_("资金归属"), max_length=10, choices=GoesTo.choices, default=GoesTo.TREASURY)
    voucher = models.CharField(_("票据"), max_length=10, choices=Voucher.choices, default=Voucher.FISCAL)
    where_to_pay = models.CharField(_("向谁缴纳"), max_length=120, blank=True, help_text=_("不由统一缴款窗口收取的填写"))
    law_basis = models.CharField(_("法律依据"), max_length=200, blank=True)
    documents = models.CharField(_("政策文件"), max_length=200, blank=True)
    standard = models.CharField(_("标准"), max_length=200, blank=True)
    way = models.CharField(_("计算方式"), max_length=10, choices=Way.choices, default=Way.STATED)
    unit_price = FenField(_("单价（元）"), null=True, blank=True)
    rate = models.PositiveIntegerField(_("费率（百万分之）"), null=True, blank=True)
    steps = models.JSONField(_("分档"), default=list, blank=True)
    ceiling = FenField(_("最高（元）"), null=True, blank=True)
    unit = models.CharField(_("计费单位"), max_length=40, blank=True)
    period = models.CharField(_("收费周期"), max_length=60, blank=True)
    pay_within = models.PositiveSmallIntegerField(_("缴纳期限（日）"), null=True, blank=True)
    late_rate = models.PositiveIntegerField(_("滞纳金每日（百万分之）"), null=True, blank=True)
    late_basis = models.CharField(_("滞纳金依据"), max_length=120, blank=True)
    published_url = models.URLField(_("公布网址"), max_length=300, blank=True)

    objects = FeeItemQuerySet.as_manager()

    class Meta(ListLine.Meta):
        verbose_name = _("收费项目")
        ordering = ["code"]
        constraints = [
            *ListLine.Meta.constraints,
            models.CheckConstraint(condition=~Q(way=Way.EACH) | Q(unit_price__isnull=False), name="a_standard_by_the_piece_has_its_price"),
            models.CheckConstraint(condition=~Q(way=Way.RATE) | Q(rate__isnull=False), name="a_standard_by_rate_has_its_rate"),
            models.CheckConstraint(condition=Q(late_rate__isnull=True) | ~Q(late_basis=""), name="no_late_fee_without_a_basis_of_its_own"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def basis(self) -> str:
        """Return the basis as printed: law, else the policy documents."""
        return self.law_basis or self.documents

    @property
    def as_standard(self) -> Standard:
        """Return the standard as it is computed with."""
        return Standard(
            way=self.way, price=self.unit_price or 0, rate=self.rate or 0, steps=tuple((top, price) for top, price in self.steps),
            ceiling=self.ceiling, unit=self.unit or str(_("件")),
        )  # fmt: skip

    @property
    def standard_in_words(self) -> str:
        """Return the standard: as published, else as it is computed with."""
        return self.standard or self.as_standard.in_words

    @property
    def collected_here(self) -> bool:
        """Tell whether the county's window may collect it: deposits between the parties of a contract it may not."""
        return self.goes_to in self.HERE and not self.where_to_pay

    @property
    def asked_for_by(self) -> str:
        """Return by whom it is collected when not here: 由…征收."""
        return self.where_to_pay or {self.GoesTo.TAX: "税务机关"}.get(self.goes_to, self.collecting_unit)

    def may_be_collected_by(self, agency: object) -> bool:
        """Tell whether the agency's field stands among the collecting units."""
        return agency.kind.split("（")[0] in self.collecting_unit

    @classmethod
    def in_force_in(cls, county: County, on: Any) -> models.QuerySet:
        """Return what was in force in ``county`` on the day ``on``: the one question the list answers."""
        return cls.objects.filter(county=county).in_force(on).order_by("code")


class FineCeiling(ListLine):
    """罚款幅度: the least and the most that one article lets an agency fine. What stands here, no charge exceeds.

    A line whose basis is a local rule (地方政府规章) may itself not go beyond what the province lets such a rule set.
    """

    class Basis(models.TextChoices):
        LAW = "法律", _("法律")
        REGULATION = "行政法规", _("行政法规")
        LOCAL = "地方性法规", _("地方性法规")
        MINISTRY_RULE = "部门规章", _("部门规章")
        LOCAL_RULE = "地方政府规章", _("地方政府规章")

    law = models.CharField(_("法律法规"), max_length=120)
    article = models.CharField(_("条款"), max_length=60)
    case = models.CharField(_("情形"), max_length=200, blank=True)
    basis_kind = models.CharField(_("依据种类"), max_length=20, choices=Basis.choices)
    ceiling = FenField(_("最高（元）"))
    safety_or_ecology = models.BooleanField(_("涉及公共安全、生态、人身财产安全"), default=False)

    class Meta(ListLine.Meta):
        verbose_name = _("罚款上限")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"《{self.law}》{self.article}"

    @classmethod
    def highest_of(cls, county: County, article: str, on: Any) -> "FineCeiling | None":
        """Return the line with the highest ceiling among those that ``article`` cites, as in force on ``on``; None if unknown."""
        cited = articles_of(article)
        lines = [
            line
            for line in cls.objects.filter(county=county).in_force(on)
            if any(own.covers(named) for own in articles_of(f"《{line.law.strip('《》')}》{line.article}") for named in cited)
        ]
        return max(lines, key=lambda line: line.ceiling, default=None)
