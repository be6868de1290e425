"""“还被要求过……”: what the enterprise says it was asked for beside what was registered. A claim, out of every agency's sight."""

import datetime
import uuid
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, Enterprise, EnterpriseItself, FenField
from audit.models import Audited, AuditedQuerySet, Personal, Refused, harmless_twice, signed
from inspection.models import Visit

from .complaint_words import Demand


class ClaimQuerySet(AuditedQuerySet):
    """Questions about claims."""

    def visible_to(self, user: Any) -> "ClaimQuerySet":
        """Return the claims of the counties in which the user carries 稽核."""
        return self.filter(county__in=user.counties_carrying(Duty.OVERSEE))


class Claim(Audited):
    """One thing that one enterprise says it was asked for, by which agency, on which day, for how much."""

    Demand = Demand

    county = models.ForeignKey(County, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="claims", verbose_name=_("企业"))
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    agency_said = models.CharField(_("谁（自述）"), max_length=100, blank=True)
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="+", verbose_name=_("哪一次入企"))
    demand = models.CharField(_("要求了什么"), max_length=12, choices=Demand.choices)
    amount = FenField(_("金额"), null=True)
    paid = models.BooleanField(_("已经给了"), default=False)
    asked_on = models.DateField(_("哪一天"))
    words = models.TextField(_("说明"), blank=True, max_length=1000)
    made_at = models.DateTimeField(_("登记时间"))

    LEAF_DAILY = True
    PERSONAL = {"words": Personal(_("核查企业所述"), _("登记之日"), days=5 * 365)}
    objects = ClaimQuerySet.as_manager()
    VERBS = {"claim": _("登记被要求的财物"), "erase": _("删除个人信息")}

    class Meta:
        verbose_name = _("企业自述被要求的财物")

    def __str__(self) -> str:
        return self.get_demand_display()

    @classmethod
    @harmless_twice
    def claim(
        cls,
        enterprise: Enterprise,
        *,
        demand: str,
        asked_on: datetime.date,
        agency: Agency | None = None,
        agency_said: str = "",
        visit: Visit | None = None,
        amount: int | None = None,
        paid: bool = False,
        words: str = "",
        uid: uuid.UUID | None = None,
    ) -> "Claim":
        """Keep a claim by the enterprise that came in through its own door."""
        county = enterprise.county
        if demand not in cls.Demand.values:
            raise Refused(_now("请选择被要求了什么。"), field="demand")
        if asked_on > county.today():
            raise Refused(_now("日期还没有到，请核对。"), field="asked_on")
        if agency is not None and agency.county_id != county.pk:
            raise Refused(_now("请选择本县的单位。"), field="agency")
        if visit is not None and visit.enterprise_id != enterprise.pk:
            raise Refused(_now("这次入企不是到您的企业。"), field="visit")
        if amount is not None and amount < 0:
            raise Refused(_now("金额不能是负数。"), field="amount")
        with transaction.atomic():
            if before := cls.sent_before(uid, enterprise_id=enterprise.pk):
                return before
            claim = cls(
                **{"county": county, "enterprise": enterprise, "agency": agency or (visit.agency if visit else None)},
                **{"agency_said": agency_said.strip(), "visit": visit, "demand": demand, "amount": amount, "paid": paid},
                **{"asked_on": asked_on, "words": words.strip(), "made_at": timezone.now()},
            )
            claim.uid = uid or claim.uid
            with signed(by=EnterpriseItself(enterprise), verb="claim"):
                claim.save()
        return claim
