"""摊派、赞助等举报登记: demands that are never lawful, as they were reported: source, evidence, handling, money returned."""

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, Enterprise, FenField, Post, User, yuan
from audit.models import AuditedQuerySet, NotYours, Personal, Refused, signed
from audit.steps import Step, Stepped, status_field
from inspection.models import ProhibitedDemand
from paper.models import StoredFile


def overseer(user: Any, row: Any) -> Post | None:
    """稽核 of the county's Office."""
    return user.holding(Duty.OVERSEE, county=row.county)


class ReportedDemandQuerySet(AuditedQuerySet):
    """Questions about reported demands."""

    def visible_to(self, user: Any) -> "ReportedDemandQuerySet":
        """Return those of the counties in which the user carries 稽核: no department learns who reported it."""
        return self.filter(county__in=user.counties_carrying(Duty.OVERSEE))

    def open(self) -> "ReportedDemandQuerySet":
        """Return those that wait: to be looked into, to be handled."""
        return self.filter(status__in=(ReportedDemand.Status.REPORTED, ReportedDemand.Status.FOUND))


class ReportedDemand(Stepped):
    """One reported demand. Its kind and article stand on the county's list; who reported it is seen by 稽核 alone."""

    class Status(models.TextChoices):
        REPORTED = "REPORTED", _("待核实")
        FOUND = "FOUND", _("属实，处理中")
        DISMISSED = "DISMISSED", _("不属实")
        HANDLED = "HANDLED", _("已处理")

    class Source(models.TextChoices):
        ENTERPRISE = "ENTERPRISE", _("企业反映")
        RECEIPT = "RECEIPT", _("检查回执")
        COMPLAINT = "COMPLAINT", _("投诉举报")
        HOTLINE = "HOTLINE", _("12345 热线")
        PATROL = "PATROL", _("明察暗访")
        TRANSFER = "TRANSFER", _("有关机关移送")
        PRESS = "PRESS", _("媒体、网络")

    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("县"))
    demand = models.ForeignKey(ProhibitedDemand, models.PROTECT, related_name="+", verbose_name=_("种类和条款"))
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提出要求的单位"))
    by_whom = models.CharField(_("提出要求的单位、人员（名单以外的）"), max_length=120, blank=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("企业"))
    source = models.CharField(_("来源"), max_length=12, choices=Source.choices)
    source_note = models.CharField(_("来源说明（编号等）"), max_length=200, blank=True)
    demanded_on = models.DateField(_("提出要求的日期"))
    words = models.TextField(_("要求了什么"), max_length=1000)
    asked_for = FenField(_("要求的金额（元）"), null=True, blank=True)
    given = FenField(_("企业已给的金额（元）"), default=0)
    evidence = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("证据材料"))
    evidence_note = models.CharField(_("证据说明"), max_length=300, blank=True)
    status = status_field(Status, Status.REPORTED)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    reported_at = models.DateTimeField(_("登记时间"))
    handling = models.CharField(_("处理"), max_length=500, blank=True)
    returned = FenField(_("退还的金额（元）"), default=0)
    returned_on = models.DateField(_("退还日期"), null=True, blank=True)

    LEAF_DAILY = True
    PERSONAL = {"words": Personal(_("核查违法要求"), _("处理完毕之日"), days=5 * 365)}
    objects = ReportedDemandQuerySet.as_manager()
    STEPS = {
        "find": Step(_("核实属实"), (Status.REPORTED,), Status.FOUND, who=overseer, needs_note=True),
        "dismiss": Step(_("核实不属实"), (Status.REPORTED,), Status.DISMISSED, who=overseer, needs_note=True),
        "handle": Step(_("处理完毕"), (Status.FOUND,), Status.HANDLED, who=overseer, needs_note=True),
    }
    VERBS = {"report": _("登记"), "erase": _("删除个人信息")}

    class Meta:
        verbose_name = _("违法要求登记")
        constraints = [
            models.CheckConstraint(condition=Q(returned__gte=0, returned__lte=F("given")), name="no_more_is_returned_than_was_given"),
            models.CheckConstraint(condition=Q(agency__isnull=False) | ~Q(by_whom=""), name="somebody_made_the_demand"),
        ]

    def __str__(self) -> str:
        return f"{self.demand.kind} {self.demanded_on}"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return f"/oversight/demands/{self.uid}/"

    @property
    def made_by(self) -> str:
        """Return who made the demand."""
        return self.agency.name if self.agency_id else self.by_whom

    @classmethod
    def report(
        cls, *, by: User, county: County, demand: ProhibitedDemand, evidence: bytes = b"", evidence_type: str = "", **facts: Any
    ) -> "ReportedDemand":
        """登记 a demand that was reported. Refused: a kind not on the list that day, nobody named, a day to come, nothing said."""
        post = by.holding(Duty.OVERSEE, county=county)
        if not post:
            raise NotYours(_now("违法要求由备案机关的稽核岗位登记。"))
        on = facts["demanded_on"]
        if demand.county_id != county.pk or on < demand.starts or (demand.ends and on >= demand.ends):
            raise Refused(_now("这一条在那一天不在清单上，请核对种类和日期。"), field="demand")
        if on > county.today():
            raise Refused(_now("日期还没有到，请核对。"), field="demanded_on")
        if not facts.get("agency") and not facts.get("by_whom", "").strip():
            raise Refused(_now("请选择提出要求的单位，或者写明是谁。"), field="agency")
        if not facts.get("words", "").strip():
            raise Refused(_now("请写明要求了什么。"), field="words")
        row = cls(county=county, demand=demand, reported_by=by, reported_at=timezone.now(), **facts)
        if evidence:
            row.evidence = StoredFile.keep(evidence, evidence_type)
        with signed(by=by, verb="report", post=post):
            row.save()
        return row

    def find(self, *, by: User, note: str) -> None:
        """核实属实, with what was found."""
        self._say("find", by, note)

    def dismiss(self, *, by: User, note: str) -> None:
        """核实不属实, with what was found."""
        self._say("dismiss", by, note)

    def handle(self, *, by: User, note: str, returned: int = 0, returned_on: datetime.date | None = None) -> None:
        """处理完毕: what was done, and how much the enterprise got back. More than it gave cannot come back."""
        if not note.strip():
            raise Refused(_now("请写明怎样处理。"), field="note")
        if not 0 <= returned <= self.given:
            raise Refused(_now("退还的金额不能超过企业已给的 %(given)s 元。") % {"given": yuan(self.given)}, field="returned")
        if returned and (returned_on is None or returned_on > self.county.today()):
            raise Refused(_now("请填写退还的日期，不晚于今天。"), field="returned_on")
        with self.step("handle", by=by, note=note):
            self.handling, self.returned, self.returned_on = note.strip()[:500], returned, returned_on if returned else None

    def _say(self, verb: str, by: User, note: str) -> None:
        if not note.strip():
            raise Refused(_now("请写明核实的情况。"), field="note")
        with self.step(verb, by=by, note=note):
            self.handling = note.strip()[:500]
