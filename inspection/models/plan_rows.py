"""The rows of a plan: whom, what, by whom. Each has its own history; a row left out later is dropped, not deleted."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Certificate, Enterprise, Establishment, Officer, User
from audit.models import Audited, AuditedQuerySet, Refused
from paper.models import StoredFile

from ..checks.finding import key_of
from .catalogue import InspectionItem


class PlanRowQuerySet(AuditedQuerySet):
    """Questions about the rows of a plan."""

    def standing(self) -> "PlanRowQuerySet":
        """Return the rows that still count."""
        return self.filter(dropped=False)

    def partners(self) -> "PlanRowQuerySet":
        """Return the standing rows of the units that join the lead (rows of ``PlanAgency``)."""
        return self.filter(dropped=False, part="PARTNER")


#: the fields of a plan's own row that a clerk fills in
PLAIN_FACTS = (
    "type",
    "task_source",
    "task_number",
    "area",
    "area_trade",
    "area_ceiling",
    "referral",
    "approval_document",
    "approved_by",
    "assistance_letter",
    "platform_task",
    "platform_code",
    "purpose",
    "requirements",
    "why_on_site",
    "starts_on",
    "ends_on",
    "minutes_on_site",
    "telling",
    "tell_on",
    "no_telling_ground",
)


def said(note: str) -> str:
    """Return a reason, or refuse its absence."""
    if not note.strip():
        raise Refused(_now("请写明理由。"), field="note")
    return note.strip()


class PlanRow(Audited):
    """One row of a plan. ``key`` fields say when two rows are the same one."""

    KEY: tuple[str, ...] = ()
    dropped = models.BooleanField(default=False, editable=False)

    objects = PlanRowQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def set_for(cls, plan: Any, wanted: list[dict[str, Any]]) -> None:
        """Make the standing rows of ``plan`` those of ``wanted``: add, take up again, drop. Inside a signature."""
        kept, seen = {row.key(): row for row in cls.objects.filter(plan=plan)}, set()
        for facts in wanted:
            row = cls(plan=plan, **facts)
            if row.key() in seen:  # named twice is named once
                continue
            seen.add(row.key())
            old = kept.pop(row.key(), None)
            if old is None:
                row.save()
            elif old.dropped or old.facts() != row.facts():
                for name, value in facts.items():
                    setattr(old, name, value)
                old.dropped = False
                old.save()
        for row in kept.values():
            if not row.dropped:
                row.dropped = True
                row.save()

    def key(self) -> tuple[Any, ...]:
        """Return what makes this row the same row."""
        return tuple(getattr(self, name) for name in self.KEY)

    def facts(self) -> dict[str, Any]:
        """Return what the row says, without its keys."""
        return {f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields if f.name not in ("id", "uid", "plan", "dropped")}


class PlanTarget(PlanRow):
    """被检查企业 and its place, as named on the day of filing."""

    plan = models.ForeignKey("inspection.InspectionPlan", models.PROTECT, related_name="targets")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="plan_targets")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=120)
    identifier = models.CharField(_("证件号码"), max_length=40, blank=True)
    operator = models.CharField(_("经营者"), max_length=60, blank=True)
    address = models.CharField(_("地址"), max_length=200)

    KEY = ("establishment_id",)

    class Meta:
        verbose_name = _("检查对象")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def facts_of(establishment: Establishment) -> dict[str, Any]:
        """Return the snapshot of an establishment that goes into the plan."""
        enterprise = establishment.enterprise
        return {
            "enterprise": enterprise,
            "establishment": establishment,
            "name": enterprise.display_name,
            "identifier": enterprise.identifier,
            "operator": enterprise.operator,
            "address": establishment.address,
        }


class PlanItem(PlanRow):
    """检查事项 of the plan, with its words and basis as published that day."""

    plan = models.ForeignKey("inspection.InspectionPlan", models.PROTECT, related_name="items")
    item = models.ForeignKey(InspectionItem, models.PROTECT, related_name="+")
    name = models.CharField(_("事项名称"), max_length=200)
    basis = models.CharField(_("依据"), max_length=260)

    KEY = ("item_id",)

    class Meta:
        verbose_name = _("检查事项")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def facts_of(item: InspectionItem) -> dict[str, Any]:
        """Return the snapshot of an item that goes into the plan."""
        return {"item": item, "name": item.name, "basis": item.basis}


class PlanOfficer(PlanRow):
    """检查人员 of the plan, with the certificate that is valid for its window (none found: empty, and refused at submit)."""

    plan = models.ForeignKey("inspection.InspectionPlan", models.PROTECT, related_name="officers")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="plan_rows")
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("姓名"), max_length=60)
    certificate_number = models.CharField(_("执法证号"), max_length=40, blank=True)

    KEY = ("officer_id",)

    class Meta:
        verbose_name = _("检查人员")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def facts_of(officer: Officer, starts: Any, ends: Any) -> dict[str, Any]:
        """Return the snapshot of an officer for the window ``starts``–``ends``."""
        certificate = officer.certificate_for(starts, ends) if starts and ends else None
        return {
            "officer": officer,
            "certificate": certificate,
            "name": officer.name,
            "certificate_number": certificate.number if certificate else "",
        }


class PlanAssistant(PlanRow):
    """协助检查人员: experts and helpers, fixed in advance, never alone, without opinion of their own."""

    plan = models.ForeignKey("inspection.InspectionPlan", models.PROTECT, related_name="assistants")
    name = models.CharField(_("姓名"), max_length=60)
    body = models.CharField(_("单位"), max_length=120, blank=True)

    KEY = ("name", "body")

    class Meta:
        verbose_name = _("协助检查人员")

    def __str__(self) -> str:
        return f"{self.name}（{self.body}）" if self.body else self.name


class PlanAgency(PlanRow):
    """检查单位 of the plan: one lead, and partners in a joint inspection."""

    class Part(models.TextChoices):
        LEAD = "LEAD", _("牵头")
        PARTNER = "PARTNER", _("配合")

    plan = models.ForeignKey("inspection.InspectionPlan", models.PROTECT, related_name="agencies")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    part = models.CharField(_("分工"), max_length=8, choices=Part.choices, default=Part.LEAD)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("确认人"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)

    KEY = ("agency_id",)

    class Meta:
        verbose_name = _("参加单位")

    def __str__(self) -> str:
        return str(self.agency)


class PlanPaper(PlanRow):
    """随附材料: a file kept by its content hash."""

    plan = models.ForeignKey("inspection.InspectionPlan", models.PROTECT, related_name="papers")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    title = models.CharField(_("名称"), max_length=200)

    KEY = ("file_id",)

    class Meta:
        verbose_name = _("随附材料")

    def __str__(self) -> str:
        return self.title


class PlanReason(PlanRow):
    """The reason a clerk gives for one finding that asks for it: the law's code, and of whom it spoke."""

    plan = models.ForeignKey("inspection.InspectionPlan", models.PROTECT, related_name="reasons")
    code = models.CharField(_("检查规则"), max_length=60)
    about = models.CharField(_("所指"), max_length=80, blank=True)
    reason = models.CharField(_("理由"), max_length=300)

    KEY = ("code", "about")

    class Meta:
        verbose_name = _("说明的理由")

    def __str__(self) -> str:
        return self.reason

    @property
    def key_said(self) -> str:
        """Return the name of the finding it answers, as ``Finding.key``."""
        return key_of(self.code, self.about)

    @staticmethod
    def facts_of(key: str, reason: str) -> dict[str, Any]:
        """Return the row that answers the finding ``key``."""
        code, _colon, about = key.partition(":")
        return {"code": code[:60], "about": about[:80], "reason": reason.strip()[:300]}


class PlanCheck(Audited):
    """What the checks found when a plan was taken a step further, as it was shown to who took it.

    ``for_office``: with what only the Office may know; no page of an agency shows it.
    """

    plan = models.ForeignKey("inspection.InspectionPlan", models.PROTECT, related_name="checks_made")
    step = models.CharField(_("环节"), max_length=20)
    at = models.DateTimeField(_("时间"))
    for_office = models.BooleanField(_("备案机关所见"), default=False)
    findings = models.JSONField(_("所见"), default=list)

    objects = AuditedQuerySet.as_manager()

    class Meta:
        verbose_name = _("预检结果")

    def __str__(self) -> str:
        return f"{self.step} {self.at:%Y-%m-%d %H:%M}"
