"""涉企检查备案: one filing, from one or more visits may follow. Its table of steps is the law of the desk."""

import datetime
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, Effect, User
from audit.actor import Acting
from audit.models import NotYours, Refused, harmless_twice, signed
from audit.steps import Stepped, status_field

from .. import letters
from .catalogue import EnterpriseAct
from .plan_after import Afterwards
from .plan_checks import Checked
from .plan_joint import Joined
from .plan_office import DecidedByOffice
from .plan_questions import PlanQuerySet
from .plan_rows import PLAIN_FACTS, PlanAgency, PlanAssistant, PlanItem, PlanOfficer, PlanPaper, PlanReason, PlanTarget, said
from .plan_steps import (
    BY_THEMSELVES,
    EDITABLE,
    ENDED,
    FILED,
    REVISABLE,
    SENT,
    STEPS,
    TAKES,
    WITH_OFFICE,
    InspectionPlanStatus,
)
from .plan_urgent import BegunBefore
from .programme_line import ProgrammeLine
from .referral import Referral


class InspectionPlan(Checked, DecidedByOffice, Afterwards, BegunBefore, Joined, Stepped):
    """A plan to enter one or more enterprises: who, whom, what for, on which basis, when."""

    Status = InspectionPlanStatus
    EDITABLE, REVISABLE, WITH_OFFICE, FILED, ENDED = EDITABLE, REVISABLE, WITH_OFFICE, FILED, ENDED
    #: what many filings may be decided by at once
    TOGETHER = ("endorse", "notify", "receive", "review", "set_aside", "accept", "return_", "decline")

    class Type(models.TextChoices):
        DAILY = "DAILY", _("日常检查")
        CASE = "CASE", _("个案检查")
        SPECIAL = "SPECIAL", _("专项检查")

    class TaskSource(models.TextChoices):
        PROGRAMME = "PROGRAMME", _("年度检查计划")
        RANDOM = "RANDOM", _("双随机抽查")
        COMPLAINT = "COMPLAINT", _("投诉举报")
        TRANSFER = "TRANSFER", _("移送、交办")
        SUPERIOR = "SUPERIOR", _("上级部署")
        RECHECK = "RECHECK", _("整改复查")
        REQUEST = "REQUEST", _("企业申请")

    class Telling(models.TextChoices):
        ADVANCE = "ADVANCE", _("提前告知")
        UNANNOUNCED = "UNANNOUNCED", _("不事先告知")

    county = models.ForeignKey(County, models.PROTECT, related_name="plans", verbose_name=_("县"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="plans", verbose_name=_("检查单位"))
    act_code = models.CharField(_("涉企行为编码"), max_length=40, blank=True, editable=False)
    act = models.CharField(_("涉企行为"), max_length=170, blank=True, help_text=_("起草之日清单上的行为和情形"))
    type = models.CharField(_("检查类型"), max_length=10, choices=Type.choices, blank=True)
    task_source = models.CharField(_("任务来源"), max_length=10, choices=TaskSource.choices, blank=True)
    programme_line = models.ForeignKey(
        "inspection.ProgrammeLine", models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("所属计划行")
    )
    task_number = models.CharField(_("任务编号"), max_length=100, blank=True, help_text=_("计划、工单、交办单的编号；没有可不填"))
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("线索移送"))
    approval_document = models.CharField(_("方案批准文号"), max_length=100, blank=True, help_text=_("专项检查填写"))
    approved_by = models.CharField(_("方案批准机关"), max_length=100, blank=True, help_text=_("县级以上人民政府或者上级主管部门"))
    assistance_letter = models.CharField(_("协查函文号"), max_length=100, blank=True, help_text=_("到外地登记的企业检查时填写"))
    platform_task = models.CharField(_("省平台任务号"), max_length=60, blank=True)
    platform_code = models.CharField(_("省平台检查码"), max_length=60, blank=True)
    area = models.CharField(_("巡查区域"), max_length=60, blank=True, help_text=_("街道、乡镇；登门时再点名企业的填写"))
    area_trade = models.CharField(_("巡查行业"), max_length=60, blank=True)
    area_ceiling = models.PositiveSmallIntegerField(_("巡查家数上限"), null=True, blank=True)
    purpose = models.CharField(_("检查目的"), max_length=300, blank=True)
    requirements = models.CharField(_("检查要求"), max_length=500, blank=True)
    why_on_site = models.CharField(_("现场检查的必要性"), max_length=300, blank=True)
    starts_on = models.DateField(_("开始日期"), null=True, blank=True)
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    minutes_on_site = models.PositiveSmallIntegerField(_("预计在场时长（分钟）"), null=True, blank=True)
    telling = models.CharField(_("告知方式"), max_length=12, choices=Telling.choices, blank=True)
    tell_on = models.DateField(_("告知日期"), null=True, blank=True)
    no_telling_ground = models.CharField(_("不事先告知的理由"), max_length=300, blank=True)
    drawn_line = models.ForeignKey(
        "inspection.DrawnLine", models.PROTECT, null=True, editable=False, related_name="plans", verbose_name=_("双随机抽中的企业")
    )

    status = status_field(Status, Status.DRAFT)
    since = models.DateTimeField(_("本环节开始时间"), null=True, editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("起草人"))
    drafted_at = models.DateTimeField(_("起草时间"))
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("提交人"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    endorsed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("批准人"))
    endorsed_at = models.DateTimeField(_("批准时间"), null=True)
    objects = PlanQuerySet.as_manager()

    STEPS, TAKES, BY_THEMSELVES = STEPS, TAKES, BY_THEMSELVES
    VERBS = {"draft": _("起草"), "begin_urgent": _("先行实施"), "together": _("批量办理"), "remind": _("到期提醒")}

    class Meta:
        verbose_name = _("涉企检查备案")
        indexes = [
            models.Index(fields=["agency", "-id"], name="plans_of_an_agency"),
            models.Index(fields=["county", "status", "-id"], name="plans_waiting_in_a_county"),
            # the reviewer's desk asks for the oldest few of whatever waits: found in this order, nothing is sorted
            models.Index(fields=["endorsed_at", "id"], condition=Q(status__in=WITH_OFFICE), name="plans_waiting_oldest_first"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=SENT)
                | Q(submitted_by__isnull=False, submitted_at__isnull=False, starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="a_plan_sent_says_who_and_when",
            ),
            # 告知备案 may leave these out: a remark says so, and nothing is stopped.
            models.CheckConstraint(
                condition=~Q(status__in=(*WITH_OFFICE, "ACCEPTED", "DECLINED", "RECHECKING", "LAPSED"))
                | (~Q(purpose="") & ~Q(requirements="")),
                name="a_plan_before_the_office_says_what_for",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[state for state in SENT if state != "SUBMITTED"])
                | Q(endorsed_by__isnull=False, endorsed_at__isnull=False),
                name="no_plan_reaches_the_office_without_its_head",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("ACCEPTED", "DECLINED", "RECHECKING")) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_decision_has_its_person_and_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | (~Q(decided_by=F("submitted_by")) & ~Q(decided_by=F("endorsed_by"))),
                name="nobody_reviews_what_they_filed",
            ),
            models.CheckConstraint(
                condition=Q(endorsed_by__isnull=True) | ~Q(endorsed_by=F("submitted_by")), name="nobody_endorses_what_they_submitted"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | Q(decided_by__isnull=True) | ~Q(decided_by=F("reviewed_by")),
                name="two_persons_review_and_sign_off",
            ),
            models.CheckConstraint(
                condition=~Q(status="REVIEWED") | (Q(reviewed_by__isnull=False) & ~Q(proposal="")),
                name="a_review_has_its_person_and_proposal",
            ),
            models.CheckConstraint(
                condition=Q(rechecked_by__isnull=True)
                | (Q(decided_by__isnull=False) & ~Q(rechecked_by=F("decided_by")) & ~Q(rechecked_by=F("endorsed_by"))),
                name="another_person_rechecks",
            ),
            models.CheckConstraint(
                condition=~Q(status="PROVISIONAL") | (~Q(before="") & ~Q(urgent_ground="") & Q(began_at__isnull=False)),
                name="what_began_before_its_filing_says_why_and_when",
            ),
            models.CheckConstraint(condition=~Q(before="OUTAGE") | ~Q(paper_number=""), name="a_filing_made_by_hand_keeps_its_number"),
            models.UniqueConstraint(
                fields=["drawn_line"],
                condition=~Q(status__in=("DECLINED", "WITHDRAWN", "REVOKED")),
                name="one_living_filing_a_drawn_line",
            ),
        ]

    def __str__(self) -> str:
        return _now("%(agency)s 涉企检查备案 %(id)s 号") % {"agency": self.agency.short_name or self.agency.name, "id": self.pk or "…"}

    @property
    def here_since(self) -> datetime.datetime:
        """Return since when it stands where it stands; filings from before that was kept: since their last step."""
        return self.since or self.decided_at or self.endorsed_at or self.submitted_at or self.drafted_at

    @property
    def is_inspection(self) -> bool:
        """Tell whether what is filed is a 行政检查; the other acts have no items and ask for no certificate."""
        return not self.act or self.act.startswith(EnterpriseAct.INSPECTION)

    @property
    def standing_targets(self) -> list[PlanTarget]:
        """Return the targets that count, out of what has been fetched beforehand."""
        return [target for target in self.targets.all() if not target.dropped]

    @contextmanager
    def step(self, verb: str, *, by: Acting, note: str = "") -> Iterator["InspectionPlan"]:
        """As every step; besides, keep since when it stands where it goes, and tell the people concerned."""
        with super().step(verb, by=by, note=note) as row:
            yield row
            if self.STEPS[verb].to is not None:
                self.since = timezone.now()
            letters.tell(self, verb, note, by=by)

    @classmethod
    @contextmanager
    def one_act(cls, verb: str, *, by: User) -> Iterator[None]:
        """Hold what is done inside as one act: one signature over all of its rows."""
        with signed(by=by, verb="together", note=str(cls.STEPS[verb].label)):
            yield

    # --- the agency's acts ---------------------------------------------------------------------
    @classmethod
    @harmless_twice
    def draft(
        cls, *, by: User, agency: Agency, facts: dict[str, Any], uid: uuid.UUID | None = None, drawn_line: Any = None
    ) -> "InspectionPlan":
        """Begin a filing (起草). ``facts`` as in ``revise``; the same ``uid`` sent twice gives the same draft.

        ``drawn_line``: the line of a random draw that this filing is for (``DrawnLine.begin_filing``).
        """
        post = by.holding(Duty.PLAN_FILE, agency=agency)
        if not post:
            raise NotYours(_now("只有本单位的经办人可以起草备案。"))
        if agency.effect == Effect.EXEMPT:
            raise Refused(
                _now("本单位不适用涉企检查备案，不用也不能在这里起草（%(why)s）。") % {"why": agency.effect_source}, field="agency"
            )
        with transaction.atomic():
            if before := cls.sent_before(uid, drafted_by_id=by.pk, agency_id=agency.pk):
                return before
            now = timezone.now()
            plan = cls(county=agency.county, agency=agency, drafted_by=by, drafted_at=now, since=now, drawn_line=drawn_line)
            plan.uid = uid or plan.uid
            with signed(by=by, verb="draft", post=post):
                plan._take({"act": None, **facts})
                plan.save()
                PlanAgency.set_for(plan, [{"agency": agency}])
                plan._take_rows(facts)
        return plan

    def revise(self, *, by: User, facts: dict[str, Any]) -> None:
        """Change a draft. ``facts``: plain fields by name; ``act`` code of an EnterpriseAct; ``targets`` establishments,
        ``items``, ``officers``, ``assistants`` (dicts name, body), ``papers`` (dicts file, title). A key left out stays as it is.
        """
        with self.step("revise", by=by):
            if self.before:
                facts = {name: value for name, value in facts.items() if name not in self.FIXED_ON_THE_SPOT}
            self._take(facts)
            self.save()
            self._take_rows(facts)

    def _take(self, facts: dict[str, Any]) -> None:
        if "act" in facts:
            act = EnterpriseAct.filable(self.county, facts["act"] or "")
            self.act_code, self.act = (act.code, str(act)) if act else ("", "")
        for name in PLAIN_FACTS:
            if name in facts:
                setattr(self, name, facts[name])
        if "programme_line" in facts:
            line = facts["programme_line"]
            if line is not None and not ProgrammeLine.objects.offered_to(self.agency).filter(pk=line.pk).exists():
                raise Refused(_now("请选择本单位已经备案的检查计划中的一行。"), field="programme_line")
            self.programme_line = line

    def _take_rows(self, facts: dict[str, Any]) -> None:
        if "targets" in facts:
            PlanTarget.set_for(self, [PlanTarget.facts_of(e) for e in facts["targets"]])
        if "partners" in facts:
            partners = [agency for agency in facts["partners"] if agency.pk != self.agency_id]
            if any(agency.county_id != self.county_id or agency.effect == Effect.EXEMPT for agency in partners):
                raise Refused(_now("请选择本县适用涉企检查备案的配合单位。"), field="partners")
            joined = [{"agency": agency, "part": PlanAgency.Part.PARTNER} for agency in partners]
            PlanAgency.set_for(self, [{"agency": self.agency, "part": PlanAgency.Part.LEAD}, *joined])
        if "items" in facts:
            PlanItem.set_for(self, [PlanItem.facts_of(i) for i in facts["items"]])
        if "officers" in facts or "starts_on" in facts or "ends_on" in facts:
            officers = facts.get("officers")
            if officers is None:
                officers = [row.officer for row in self.officers.standing().select_related("officer")]
            PlanOfficer.set_for(self, [PlanOfficer.facts_of(o, self.starts_on, self.ends_on) for o in officers])
        if "assistants" in facts:
            PlanAssistant.set_for(self, facts["assistants"])
        if "papers" in facts:
            PlanPaper.set_for(self, facts["papers"])
        if "reasons" in facts:
            said = {key: reason for key, reason in facts["reasons"].items() if reason.strip()}
            PlanReason.set_for(self, [PlanReason.facts_of(key, reason) for key, reason in said.items()])

    def submit(self, *, by: User) -> None:
        """提交负责人批准. Refused with all faults at once."""
        with self.step("submit", by=by):
            self._send(by, "submit")

    def _send(self, by: User, step: str) -> None:
        """Send it to the head: what was decided before belongs to the round before, and stays in the history."""
        self._check(step)
        self.submitted_by, self.submitted_at = by, timezone.now()
        self.endorsed_by = self.endorsed_at = self.decided_by = self.decided_at = None
        self.received_by = self.received_at = self.reviewed_by = self.reviewed_at = self.lapsed_at = None
        self.opinion = self.review_opinion = self.proposal = ""
        self.marked = []
        for row in self.agencies.partners().filter(confirmed_at__isnull=False):
            row.confirmed_by = row.confirmed_at = None
            row.save()

    def endorse(self, *, by: User, note: str = "") -> None:
        """负责人批准: the head answers for the visit; now the Office reviews."""
        with self.step("endorse", by=by, note=note):
            found = self._check("endorse")
            self.endorsed_by, self.endorsed_at, self.opinion = by, timezone.now(), note
            self.closer_look = secrets.randbelow(100) < self.county.rule("review.closer_share")
            self.fast = not self.closer_look and self.is_ordinary(found)

    def notify(self, *, by: User, note: str = "") -> "list[Any]":
        """负责人批准并告知备案: an agency the Office can't refuse informs it; the notices are made at once."""
        with self.step("notify", by=by, note=note):
            self._check("notify")
            self.endorsed_by, self.endorsed_at, self.opinion = by, timezone.now(), note
            return self._number_notices()

    def send_back(self, *, by: User, note: str) -> None:
        """退回修改: the head sends it back to the clerk, saying why."""
        with self.step("send_back", by=by, note=said(note)):
            self.opinion = note

    def _number_notices(self) -> "list[Any]":
        """Number a notice for each enterprise that has none yet: one that was begun before its filing has its own already."""
        there = set(self.notices.exclude(status="VOID").values_list("target_id", flat=True))
        targets = self.targets.standing().select_related("enterprise", "establishment").order_by("pk")
        return self.notices.model.number_all(self, [target for target in targets if target.pk not in there])
