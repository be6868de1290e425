"""线索移送: what an individual-case check rests on. Entered by the Office or imported; never by who uses it."""

import datetime
import secrets
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, Enterprise, User
from audit.models import Audited, AuditedQuerySet, NotYours, Refused, signed


class ReferralQuerySet(AuditedQuerySet):
    """Questions about referrals."""

    def visible_to(self, user: Any) -> "ReferralQuerySet":
        """Return the referrals made to the user's agencies, or of the county for its Office."""
        return self.filter(Q(agency__in=user.agencies()) | Q(county__in=user.office_counties()))

    def to_agency(self, agency: Agency) -> "ReferralQuerySet":
        """Return those made to one agency."""
        return self.filter(agency=agency)


class Referral(Audited):
    """One referral: a work order, a letter, an order, a record; its number, day and source — never who complained."""

    class Kind(models.TextChoices):
        HOTLINE = "HOTLINE", _("12345 工单")
        LETTER = "LETTER", _("移送函")
        INSTRUCTION = "INSTRUCTION", _("交办单")
        MONITORING = "MONITORING", _("监测记录")

    county = models.ForeignKey(County, models.PROTECT, related_name="referrals", verbose_name=_("县"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="referrals", verbose_name=_("移送给"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("涉及企业"))
    kind = models.CharField(_("种类"), max_length=12, choices=Kind.choices)
    number = models.CharField(_("编号"), max_length=100)
    received_on = models.DateField(_("日期"))
    source = models.CharField(_("来源单位"), max_length=120)
    matter = models.CharField(_("事由"), max_length=300, help_text=_("写事，不写投诉举报人的姓名、电话、住址"))
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))

    objects = ReferralQuerySet.as_manager()
    VERBS = {"enter": _("登记线索"), "import": _("导入线索")}

    class Meta:
        verbose_name = _("线索移送")
        constraints = [models.UniqueConstraint(fields=["county", "kind", "number", "agency"], name="one_referral_a_number_and_agency")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @classmethod
    def enter(cls, *, by: User, agency: Agency, uid: Any = None, **facts: Any) -> "Referral":
        """登记 by 受理 or 审核 of the county's Office. ``facts``: kind, number, received_on, source, matter, enterprise or None.

        An instruction (交办单) that brings no number of its own is given one, as by ``hand_down``.
        Raises NotYours for anybody else, Refused when something is missing, of another county, or there already.
        """
        post = by.holding(Duty.PLAN_RECEIVE, county=agency.county)
        if not post:
            raise NotYours(_now("线索移送由备案机关登记，检查单位不能自己登记。"))
        return cls._enter(by=by, post=post, agency=agency, uid=uid, **facts)

    @classmethod
    def hand_down(cls, *, by: User, agency: Agency, **facts: Any) -> "Referral":
        """交办 by 稽核 of the county's Office, out of what came to it alone. ``facts`` as in ``enter``, but for kind and number."""
        post = by.holding(Duty.OVERSEE, county=agency.county)
        if not post:
            raise NotYours(_now("只有备案机关的稽核岗位可以交办。"))
        return cls._enter(by=by, post=post, agency=agency, uid=None, kind=cls.Kind.INSTRUCTION, **facts)

    @classmethod
    def _sign_of_an_instruction(cls, county: County) -> str:
        """Return a number that no instruction of the county has: drawn by lot, however the instruction came about.

        A running number would count what only the Office may know; one kept for complaints would say that somebody complained.
        """
        while True:
            number = f"{county.name[:1]}优环交〔{county.today().year}〕{secrets.randbelow(900_000) + 100_000}号"
            if not cls.objects.filter(county=county, number=number).exists():
                return number

    @classmethod
    def _enter(cls, *, by: User, post: Any, agency: Agency, uid: Any, **facts: Any) -> "Referral":
        county = agency.county
        if facts["kind"] == cls.Kind.INSTRUCTION and not facts.get("number", "").strip():
            facts["number"] = cls._sign_of_an_instruction(county)
        for name, message in (("number", _now("请填写编号。")), ("source", _now("请填写来源单位。")), ("matter", _now("请写明事由。"))):
            facts[name] = facts.get(name, "").strip()
            if not facts[name]:
                raise Refused(message, field=name)
        if facts.get("enterprise") is not None and facts["enterprise"].county_id != county.pk:
            raise Refused(_now("该企业不在本县登记。"), field="enterprise")
        received = facts.get("received_on")
        if not isinstance(received, datetime.date) or received > county.today():
            raise Refused(_now("日期应当是今天或者以前。"), field="received_on")
        if before := cls.sent_before(uid, agency_id=agency.pk):
            return before
        if cls.objects.filter(county=county, agency=agency, kind=facts["kind"], number=facts["number"]).exists():
            raise Refused(_now("编号“%(n)s”已经登记给该单位。") % {"n": facts["number"]}, field="number")
        referral = cls(county=county, agency=agency, entered_by=by, **facts)
        referral.uid = uid or referral.uid
        with signed(by=by, verb="enter", post=post):
            referral.save()
        return referral
