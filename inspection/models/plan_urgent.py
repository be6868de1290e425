"""紧急检查（先行实施） and 手工备案: what can't wait for a form. Minutes on the spot, the formality within days (补办手续)."""

import datetime
import re
import unicodedata
import uuid
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Duty, Effect, Establishment, Officer, User
from audit.models import NotYours, Refused, harmless_twice, signed
from audit.steps import Stepped

from .. import letters
from .plan_rows import PlanAgency, PlanItem, PlanOfficer, PlanTarget
from .plan_steps import InspectionPlanStatus


class BegunBefore(Stepped):
    """The part of a plan that began before it was filed (国办发〔2024〕54号: report at once, complete the formality afterwards)."""

    class Before(models.TextChoices):
        URGENT = "URGENT", _("紧急检查（先行实施）")
        OUTAGE = "OUTAGE", _("手工备案（系统中断）")

    #: what was done on the spot is not written differently afterwards
    FIXED_ON_THE_SPOT = ("targets", "officers", "starts_on", "ends_on", "telling", "tell_on", "area", "area_trade", "area_ceiling")

    before = models.CharField(_("先行实施"), max_length=8, choices=Before.choices, blank=True, editable=False)
    began_at = models.DateTimeField(_("实施时间"), null=True, editable=False)
    urgent_ground = models.CharField(_("紧急情况"), max_length=300, blank=True, editable=False)
    paper_number = models.CharField(_("手工编号"), max_length=60, blank=True, editable=False)
    completed_at = models.DateTimeField(_("补办时间"), null=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    @harmless_twice
    def begin_urgent(
        cls,
        *,
        by: User,
        agency: Agency,
        establishments: list[Establishment],
        officers: list[Officer],
        ground: str,
        before: str = Before.URGENT,
        began_at: datetime.datetime | None = None,
        items: list[Any] = (),
        paper_number: str = "",
        uid: uuid.UUID | None = None,
    ) -> Any:
        """先行实施: say whom, who goes and why; a provisional notice is numbered at once and the heads and the Office are told.

        ``before`` OUTAGE is 手工备案: it was filed on paper while the system was down (``began_at`` then, its ``paper_number`` kept).
        Refused: no ground, nobody who goes, an instant to come, a paper filing without number or entered before. Twice the same
        ``uid`` is one filing.
        """
        post = by.holding(Duty.VISIT_LOG, agency=agency) or by.holding(Duty.PLAN_FILE, agency=agency)
        if not post:
            raise NotYours(_now("只有本单位的执法人员或者经办人可以登记先行实施的检查。"))
        cls._refuse_urgent(agency, establishments, officers, ground, before, began_at, paper_number)
        with transaction.atomic():
            if there := cls.sent_before(uid, drafted_by_id=by.pk, agency_id=agency.pk):
                return there
            cls._refuse_entered_before(agency, paper_number)
            now = timezone.now()
            began_at = began_at or now
            day = agency.county.day_of(began_at)
            plan = cls(
                county=agency.county, agency=agency, drafted_by=by, drafted_at=now, since=now, before=before, began_at=began_at,
                urgent_ground=ground.strip(), paper_number=paper_number.strip(), purpose=ground.strip(),
                starts_on=day, ends_on=max(day, agency.county.today()), telling=cls.Telling.UNANNOUNCED,
                no_telling_ground=str(cls.Before(before).label), status=InspectionPlanStatus.PROVISIONAL,
            )  # fmt: skip
            plan.uid = uid or plan.uid
            with signed(by=by, verb="begin_urgent", note=ground.strip(), post=post):
                plan._take({"act": None})
                plan.save()
                PlanAgency.set_for(plan, [{"agency": agency}])
                PlanTarget.set_for(plan, [PlanTarget.facts_of(place) for place in establishments])
                PlanItem.set_for(plan, [PlanItem.facts_of(item) for item in items])
                PlanOfficer.set_for(plan, [PlanOfficer.facts_of(officer, plan.starts_on, plan.ends_on) for officer in officers])
                plan._number_notices()
                letters.tell(plan, "begin_urgent", ground, by=by)
        return plan

    @classmethod
    def _refuse_urgent(
        cls, agency: Agency, establishments: list[Any], officers: list[Officer], ground: str, before: str, began_at: Any, paper_number: str
    ) -> None:
        if agency.effect == Effect.EXEMPT:
            raise Refused(_now("本单位不适用涉企检查备案（%(why)s）。") % {"why": agency.effect_source}, field="agency")
        if before not in cls.Before.values:
            raise Refused(_now("请选择紧急检查或者手工备案。"), field="before")
        if not ground.strip():
            raise Refused(_now("请写明紧急情况，或者系统中断的起止时间。"), field="ground")
        if not establishments or any(place.enterprise.county_id != agency.county_id for place in establishments):
            raise Refused(_now("请选择本县的被检查企业。"), field="establishments")
        day = agency.county.day_of(began_at or timezone.now())
        if not officers or any(o.agency_id != agency.pk or o.certificate_for(day, day) is None for o in officers):
            raise Refused(_now("请选择本单位持有有效执法证的检查人员。"), field="officers")
        if len(officers) < (least := agency.county.rule("officers.min")):
            raise Refused(_now("现场检查的执法人员不得少于 %(n)d 人（行政处罚法第42条）。") % {"n": least}, field="officers")
        if began_at and began_at > timezone.now():
            raise Refused(_now("实施时间还没有到，请核对。"), field="began_at")
        if before == cls.Before.OUTAGE and not (paper_number.strip() and began_at):
            raise Refused(_now("手工备案请填写手工编号和当时的时间。"), field="paper_number")

    @classmethod
    def _refuse_entered_before(cls, agency: Agency, paper_number: str) -> None:
        """Refuse the number of a paper that is filed already, however its brackets are typed. Two who enter it wait for each other."""
        if not (number := _as_compared(paper_number)):
            return
        Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
        ended = (InspectionPlanStatus.DECLINED, InspectionPlanStatus.WITHDRAWN, InspectionPlanStatus.REVOKED)
        for plan in cls.objects.filter(agency=agency).exclude(paper_number="").exclude(status__in=ended):
            if _as_compared(plan.paper_number) == number:
                raise Refused(
                    _now("手工编号 %(number)s 已经录入过（%(what)s），同一份手工备案只录一次。")
                    % {"number": plan.paper_number, "what": plan},
                    field="paper_number",
                )

    def complete(self, *, by: User) -> None:
        """补办手续: what a form would have said is there now; its head and the Office look at it as at any other."""
        with self.step("complete", by=by):
            self.completed_at = timezone.now()
            self._send(by, "complete")


def _as_compared(number: str) -> str:
    """Return a number written by hand without what is written now so, now so: width, brackets, spaces, capitals."""
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", number)).strip().casefold()
