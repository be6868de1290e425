"""The public lists of inspection: what may be inspected, which acts may be filed, what lies outside, what the owner may do."""

from collections.abc import Iterable

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, ListLine, ListQuerySet
from audit.models import Refused


class InspectionItemQuerySet(ListQuerySet):
    """Questions about inspection items."""

    def of_agency(self, agency: Agency) -> "InspectionItemQuerySet":
        """Return the items that belong to the agency's field in its county."""
        return self.of_agencies([agency])

    def of_agencies(self, agencies: Iterable[Agency]) -> "InspectionItemQuerySet":
        """Return the items that belong to the fields of these agencies of one county: a lead and those that join it."""
        agencies = list(agencies)
        return self.filter(county=agencies[0].county_id, agency_kind__in={agency.kind for agency in agencies})

    def with_last_used(self) -> "InspectionItemQuerySet":
        """Return the items with ``last_used``: the last day for which a filing that counts named the code (None: never).

        Counted over all dated lines of the code, since a new line goes on with the same item.
        """
        plan_items = self.model._meta.apps.get_model("inspection", "PlanItem").objects
        used = plan_items.filter(
            item__county=OuterRef("county"), item__code=OuterRef("code"), dropped=False, plan__status__in=("ACCEPTED", "NOTIFIED")
        )
        return self.annotate(last_used=Subquery(used.order_by("-plan__starts_on").values("plan__starts_on")[:1]))


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
    level = models.CharField(_("实施层级"), max_length=40, blank=True)
    published_url = models.URLField(_("公布网址"), max_length=300, blank=True)
    yearly_cap = models.PositiveSmallIntegerField(_("年度频次上限（次）"), null=True, blank=True)
    cap_source = models.CharField(_("频次上限依据"), max_length=200, blank=True)
    counts_toward_cap = models.BooleanField(_("计入年度频次"), default=True)

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

    #: the act of the list that is an inspection in the sense of the law
    INSPECTION = "检查"

    class Meta(ListLine.Meta):
        verbose_name = _("涉企行为")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.act}（{self.variant}）"

    @property
    def basis(self) -> str:
        """Return the citation: 《law》article."""
        return f"《{self.law}》{self.article}"

    @classmethod
    def filable(cls, county: County, code: str = "") -> "EnterpriseAct | None":
        """Return the act ``code`` that may be filed in ``county`` today; without a code the ordinary inspection.

        None only where the county keeps no such list and no code was given. Refused: an act that is not on the
        list, or a forbidden one, with its article.
        """
        acts = cls.objects.filter(county=county).in_force(county.today())
        if not code:
            return acts.filter(act=cls.INSPECTION).exclude(filing=cls.Filing.FORBIDDEN).order_by("code").first()
        act = acts.filter(code=code).first()
        if act is None:
            raise Refused(_now("清单上没有编码为“%(code)s”的涉企行为，请从清单中选择。") % {"code": code[:40]}, field="act")
        if act.filing == cls.Filing.FORBIDDEN:
            raise Refused(
                _now("“%(act)s”是禁止的行为，不能备案：%(basis)s，%(reason)s。")
                % {"act": act, "basis": act.basis, "reason": act.reason or _now("法律法规禁止")},
                field="act",
                facts={"act": act.code, "basis": act.basis},
            )
        return act


class OutOfScopeMatter(ListLine):
    """A matter outside the filing rule: it has a procedure of its own. Shown before the form; no case is asked for."""

    matter = models.CharField(_("事项"), max_length=60)
    law = models.CharField(_("法律法规"), max_length=120)
    article = models.CharField(_("条款"), max_length=120, blank=True)
    by_whom = models.CharField(_("由谁办理"), max_length=120, blank=True)
    explanation = models.CharField(_("说明"), max_length=200)

    class Meta(ListLine.Meta):
        verbose_name = _("不适用备案的事项")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.matter

    @property
    def basis(self) -> str:
        """Return the citation: 《law》article."""
        return f"《{self.law}》{self.article}"


class DeclineGround(ListLine):
    """A ground on which the county's own rule lets the Office answer 不予备案, with the rule that says so."""

    text = models.CharField(_("理由"), max_length=120)
    rule = models.CharField(_("规定"), max_length=200)

    class Meta(ListLine.Meta):
        verbose_name = _("不予备案的理由")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.text}（{self.rule}）"

    @property
    def reason(self) -> str:
        """Return the first sentence of the decision: the rule, and what it says."""
        return _now("依据%(rule)s：%(text)s。") % {"rule": self.rule, "text": self.text}

    @classmethod
    def in_force_in(cls, county: County, code: str) -> "DeclineGround":
        """Return the ground ``code`` in force in ``county`` today, or refuse: no decision without its rule."""
        found = cls.objects.filter(county=county, code=code).in_force(county.today()).first() if code else None
        if found is None:
            raise Refused(_now("请从本县规定的理由中选择不予备案的理由；理由要写明依据哪一条规定。"), field="ground")
        return found
