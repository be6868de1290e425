"""投诉举报: said to the Office, by anyone at the gate, without a code. Thin for now: one-way, about a notice."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import County, Duty
from audit.actor import Actor
from audit.models import Audited, AuditedQuerySet, Personal, Refused, signed
from inspection.models import FilingNotice


class Somebody:
    """Signs for whoever stands at the gate: nothing is known of them."""

    def __init__(self, county: County) -> None:
        self.county = county

    def as_actor(self, post: object | None = None) -> Actor:
        return Actor(id=None, name="匿名举报人", county=self.county.code)


class ComplaintQuerySet(AuditedQuerySet):
    """Questions about complaints."""

    def visible_to(self, user: Any) -> "ComplaintQuerySet":
        """Return the complaints of the counties in which the user carries 稽核."""
        return self.filter(county__in=user.counties_carrying(Duty.OVERSEE))


class Complaint(Audited):
    """What somebody at the gate reports about a notice or those who came with it."""

    class Category(models.TextChoices):
        PEOPLE = "PEOPLE", _("来的人和通知书上不一样")
        DAY = "DAY", _("不是通知书上的日期、地点或企业")
        NO_CARD = "NO_CARD", _("不出示执法证")
        MONEY = "MONEY", _("要钱、要物、要赞助")
        STOP = "STOP", _("影响生产经营、查封扣押没有手续")
        OTHER = "OTHER", _("其他情况")

    county = models.ForeignKey(County, models.PROTECT, related_name="complaints")
    notice = models.ForeignKey(FilingNotice, models.PROTECT, null=True, related_name="complaints", verbose_name=_("通知书"))
    category = models.CharField(_("情况"), max_length=10, choices=Category.choices)
    words = models.TextField(_("说明"), blank=True, max_length=1000)
    phone = models.CharField(_("联系电话（可不填）"), max_length=40, blank=True)
    made_at = models.DateTimeField(_("时间"))

    LEAF_DAILY = True
    PERSONAL = {
        "words": Personal(_("核查举报"), _("办结之日"), days=5 * 365),
        "phone": Personal(_("向举报人核实、反馈"), _("办结之日"), days=365),
    }
    objects = ComplaintQuerySet.as_manager()
    VERBS = {"complain": _("举报"), "erase": _("删除个人信息")}

    class Meta:
        verbose_name = _("投诉举报")

    def __str__(self) -> str:
        return self.get_category_display()

    @property
    def number(self) -> str:
        """Return the short number shown to whoever made it."""
        return str(self.uid)[:8].upper()

    @classmethod
    def make(cls, notice: FilingNotice, *, category: str, words: str = "", phone: str = "") -> "Complaint":
        """Keep a complaint about ``notice``. Void and closed notices can be complained of too."""
        if category not in cls.Category.values:
            raise Refused(_now("请选择是什么情况。"), field="category")
        complaint = cls(
            county=notice.county, notice=notice, category=category, words=words.strip(), phone=phone.strip(), made_at=timezone.now()
        )
        with signed(by=Somebody(notice.county), verb="complain"):
            complaint.save()
        return complaint
