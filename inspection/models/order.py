"""《行政检查通知书》: the inspecting agency's own paper, made from the same filing as the Office's notice."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, User
from audit.models import AuditedQuerySet, Series
from audit.steps import Step, Stepped, status_field
from paper.models import StoredFile

from .. import rules
from ..snapshots import versions_of
from .plan import InspectionPlan


class OrderQuerySet(AuditedQuerySet):
    """Questions about orders."""

    def visible_to(self, user: Any) -> "OrderQuerySet":
        """Return the orders of the user's agencies, or of the county for its Office."""
        return self.filter(Q(plan__agency__in=user.agencies()) | Q(county__in=user.office_counties()))

    def awaiting_document(self) -> "OrderQuerySet":
        """Return those whose notice counts already, and whose own document is still to be made."""
        return self.filter(status=InspectionOrder.Status.NUMBERED, notice__status="ISSUED")


class InspectionOrder(Stepped):
    """One order beside one notice; each names the other's number. It is good as long as the notice is.

    ``agency``: who issues it; for an entrusted body the one in whose name it acts. The number never changes hands.
    """

    class Status(models.TextChoices):
        NUMBERED = "NUMBERED", _("已编号，待制作")
        ISSUED = "ISSUED", _("已制作")

    county = models.ForeignKey(County, models.PROTECT, related_name="orders", verbose_name=_("县"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="orders", verbose_name=_("检查单位"))
    plan = models.ForeignKey(InspectionPlan, models.PROTECT, related_name="orders", verbose_name=_("备案"))
    notice = models.OneToOneField("inspection.FilingNotice", models.PROTECT, related_name="order", verbose_name=_("通知书"))
    year = models.PositiveSmallIntegerField(_("年份"))
    number = models.PositiveIntegerField(_("序号"))
    label = models.CharField(_("文号"), max_length=140)
    numbered_at = models.DateTimeField(_("编号时间"))
    snapshot = models.JSONField(editable=False)
    status = status_field(Status, Status.NUMBERED)
    document = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("文书"))
    issued_at = models.DateTimeField(_("制作时间"), null=True)

    objects = OrderQuerySet.as_manager()

    STEPS = {"issue": Step(_("制作"), (Status.NUMBERED,), Status.ISSUED, who=rules.the_system)}
    VERBS = {verb: _("编号") for verb in ("accept", "notify", "name", "recheck", "count_as_notice", "begin_urgent", "replace")}

    class Meta:
        verbose_name = _("行政检查通知书")
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "number"], name="no_two_orders_of_an_agency_bear_one_number"),
            models.CheckConstraint(
                condition=~Q(status="ISSUED") | Q(document__isnull=False, issued_at__isnull=False),
                name="an_issued_order_has_its_document",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def number_for(cls, notice: Any) -> "InspectionOrder":
        """Return the numbered order beside a notice that is being numbered; its row is saved after the notice's."""
        plan = notice.plan
        issuer = plan.agency.delegator or plan.agency
        number = Series.next(owner=f"agency:{issuer.pk}", kind="inspection-order", year=notice.year)
        label = f"{issuer.order_prefix or issuer.name + '检通'}〔{notice.year}〕{number}号"
        return cls(
            county=notice.county,
            agency=issuer,
            plan=plan,
            year=notice.year,
            number=number,
            label=label,
            numbered_at=notice.numbered_at,
            snapshot={
                **{key: notice.snapshot[key] for key in FACTS},
                **versions_of("order"),
                "number": label,
                "notice": notice.label,
                "agency_phone": issuer.phone,
                "provisional": notice.snapshot.get("provisional", False),
                "by_hand": notice.snapshot.get("by_hand", False),
            },
        )

    def issue(self, *, by: User, document: StoredFile) -> None:
        """制作: its document has been made from the snapshot."""
        with self.step("issue", by=by):
            self.document, self.issued_at = document, timezone.now()


#: what the order says in the same words as the notice
FACTS = (
    "office", "county", "supervision_phone", "enterprise", "identifier", "operator", "address", "agency", "carried_out_by", "partners",
    "type", "task_source", "platform", "purpose", "requirements", "items", "starts_on", "ends_on", "minutes_on_site", "officers",
    "assistants", "year", "visits_this_year", "visits_cap", "numbered_on", "demo",
)  # fmt: skip
