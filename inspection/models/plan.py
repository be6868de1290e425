"""涉企检查备案: one filing, from one or more visits may follow. Its table of steps is the law of the desk."""

import secrets
import uuid
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, Effect, User
from audit.models import AuditedQuerySet, NotYours, Refused, WrongMoment, harmless_twice, signed
from audit.steps import Step, Stepped, status_field

from .. import rules
from .catalogue import DeclineGround, EnterpriseAct
from .plan_checks import Checked
from .plan_rows import PlanAgency, PlanAssistant, PlanItem, PlanOfficer, PlanPaper, PlanReason, PlanTarget
from .programme_line import ProgrammeLine
from .referral import Referral


class PlanQuerySet(AuditedQuerySet):
    """Questions about plans."""

    def visible_to(self, user: Any) -> "PlanQuerySet":
        """Return the plans of the user's agencies, and for an Office those that have left the agency.

        Nobody else sees a plan: an unannounced one least of all.
        """
        return self.filter(
            Q(agency__in=user.agencies()) | Q(county__in=user.office_counties(), submitted_at__isnull=False, endorsed_at__isnull=False)
        )

    def awaiting_head(self) -> "PlanQuerySet":
        """Return those that wait for the head of their agency."""
        return self.filter(status=InspectionPlan.Status.SUBMITTED)

    def awaiting_office(self) -> "PlanQuerySet":
        """Return those that wait for the Office."""
        return self.filter(status=InspectionPlan.Status.ENDORSED)

    def awaiting_clerk(self) -> "PlanQuerySet":
        """Return those that wait for the clerk who files."""
        return self.filter(status__in=InspectionPlan.EDITABLE)


class InspectionPlan(Checked, Stepped):
    """A plan to enter one or more enterprises: who, whom, what for, on which basis, when."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("起草中")
        SUBMITTED = "SUBMITTED", _("待负责人批准")
        SENT_BACK = "SENT_BACK", _("退回修改")
        ENDORSED = "ENDORSED", _("备案审查中")
        RETURNED = "RETURNED", _("退回补正")
        ACCEPTED = "ACCEPTED", _("准予备案")
        NOTIFIED = "NOTIFIED", _("告知备案")
        DECLINED = "DECLINED", _("不予备案")
        WITHDRAWN = "WITHDRAWN", _("已撤回")
        REVOKED = "REVOKED", _("已撤销备案")

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

    EDITABLE = (Status.DRAFT, Status.SENT_BACK, Status.RETURNED)
    FILED = (Status.ACCEPTED, Status.NOTIFIED)
    ENDED = (Status.DECLINED, Status.WITHDRAWN, Status.REVOKED)

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
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("起草人"))
    drafted_at = models.DateTimeField(_("起草时间"))
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("提交人"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    endorsed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("批准人"))
    endorsed_at = models.DateTimeField(_("批准时间"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("审查人"))
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    opinion = models.CharField(_("意见"), max_length=500, blank=True)
    # Drawn by lot when the head endorses, seen by the Office alone: a closer look betrays nothing.
    closer_look = models.BooleanField(_("从严审查"), default=False, editable=False)
    ground_code = models.CharField(_("不予备案的理由编码"), max_length=40, blank=True)
    remarks = models.CharField(_("备注意见"), max_length=500, blank=True)
    remarked_at = models.DateTimeField(_("备注时间"), null=True)
    reported_at = models.DateTimeField(_("报告上级时间"), null=True)

    objects = PlanQuerySet.as_manager()

    STEPS = {
        "revise": Step(_("修改"), EDITABLE, None, who=rules.clerk_of_its_agency),
        "submit": Step(_("提交"), EDITABLE, Status.SUBMITTED, who=rules.clerk_of_its_agency),
        "endorse": Step(_("负责人批准"), (Status.SUBMITTED,), Status.ENDORSED, who=rules.another_head_for_review),
        "notify": Step(_("负责人批准并告知"), (Status.SUBMITTED,), Status.NOTIFIED, who=rules.another_head_for_notice, grave=True),
        "send_back": Step(_("退回修改"), (Status.SUBMITTED,), Status.SENT_BACK, who=rules.another_head, needs_note=True),
        "accept": Step(_("准予备案"), (Status.ENDORSED,), Status.ACCEPTED, who=rules.another_pair_of_eyes, grave=True),
        "return_": Step(_("退回补正"), (Status.ENDORSED,), Status.RETURNED, who=rules.another_pair_of_eyes, needs_note=True),
        "decline": Step(_("不予备案"), (Status.ENDORSED,), Status.DECLINED, who=rules.another_pair_of_eyes, needs_note=True, grave=True),
        "withdraw": Step(
            _("撤回"),
            (Status.DRAFT, Status.SUBMITTED, Status.SENT_BACK, Status.ENDORSED, Status.RETURNED),
            Status.WITHDRAWN,
            who=rules.clerk_or_head,
            needs_note=True,
            grave=True,
        ),
        "revoke": Step(_("撤销备案"), (Status.ACCEPTED,), Status.REVOKED, who=rules.another_pair_of_eyes, needs_note=True, grave=True),
        "name": Step(_("登门点名"), FILED, None, who=rules.officer_on_the_plan),
        "remark": Step(_("备注意见"), (Status.NOTIFIED,), None, who=rules.another_pair_of_eyes, needs_note=True),
        "report": Step(_("报告上级"), (Status.NOTIFIED,), None, who=rules.another_pair_of_eyes, needs_note=True, grave=True),
    }
    VERBS = {"draft": _("起草")}

    class Meta:
        verbose_name = _("涉企检查备案")
        indexes = [
            models.Index(fields=["agency", "-id"], name="plans_of_an_agency"),
            models.Index(fields=["county", "status", "-id"], name="plans_waiting_in_a_county"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=("SUBMITTED", "ENDORSED", "ACCEPTED", "NOTIFIED", "DECLINED", "REVOKED"))
                | Q(submitted_by__isnull=False, submitted_at__isnull=False, starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="a_plan_sent_says_who_and_when",
            ),
            # 告知备案 may leave these out: a remark says so, and nothing is stopped.
            models.CheckConstraint(
                condition=~Q(status__in=("ENDORSED", "ACCEPTED", "DECLINED")) | (~Q(purpose="") & ~Q(requirements="")),
                name="a_plan_before_the_office_says_what_for",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("ENDORSED", "ACCEPTED", "NOTIFIED", "DECLINED", "REVOKED"))
                | Q(endorsed_by__isnull=False, endorsed_at__isnull=False),
                name="no_plan_reaches_the_office_without_its_head",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("ACCEPTED", "DECLINED")) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_decision_has_its_person_and_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | (~Q(decided_by=F("submitted_by")) & ~Q(decided_by=F("endorsed_by"))),
                name="nobody_reviews_what_they_filed",
            ),
            models.CheckConstraint(
                condition=Q(endorsed_by__isnull=True) | ~Q(endorsed_by=F("submitted_by")), name="nobody_endorses_what_they_submitted"
            ),
            models.UniqueConstraint(
                fields=["drawn_line"],
                condition=~Q(status__in=("DECLINED", "WITHDRAWN", "REVOKED")),
                name="one_living_filing_a_drawn_line",
            ),
        ]

    def __str__(self) -> str:
        return _now("%(agency)s 涉企检查备案 %(id)s 号") % {"agency": self.agency.short_name or self.agency.name, "id": self.pk or "…"}

    @property
    def is_inspection(self) -> bool:
        """Tell whether what is filed is a 行政检查; the other acts have no items and ask for no certificate."""
        return not self.act or self.act.startswith(EnterpriseAct.INSPECTION)

    @property
    def standing_targets(self) -> list[PlanTarget]:
        """Return the targets that count, out of what has been fetched beforehand."""
        return [target for target in self.targets.all() if not target.dropped]

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
            plan = cls(county=agency.county, agency=agency, drafted_by=by, drafted_at=timezone.now(), drawn_line=drawn_line)
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
            self._check("submit")
            self.submitted_by, self.submitted_at = by, timezone.now()
            self.endorsed_by = self.endorsed_at = self.decided_by = self.decided_at = None
            self.opinion = ""

    def endorse(self, *, by: User, note: str = "") -> None:
        """负责人批准: the head answers for the visit; now the Office reviews."""
        with self.step("endorse", by=by, note=note):
            self._check("endorse")
            self.endorsed_by, self.endorsed_at, self.opinion = by, timezone.now(), note
            self.closer_look = secrets.randbelow(100) < self.county.rule("review.closer_share")

    def notify(self, *, by: User, note: str = "") -> "list[Any]":
        """负责人批准并告知备案: an agency the Office can't refuse informs it; the notices are made at once."""
        with self.step("notify", by=by, note=note):
            self._check("notify")
            self.endorsed_by, self.endorsed_at, self.opinion = by, timezone.now(), note
            return self._number_notices()

    def send_back(self, *, by: User, note: str) -> None:
        """退回修改: the head sends it back to the clerk, saying why."""
        with self.step("send_back", by=by, note=_said(note)):
            self.opinion = note

    def withdraw(self, *, by: User, note: str) -> None:
        """撤回 by the unit, before a decision."""
        with self.step("withdraw", by=by, note=_said(note)):
            self.opinion = note

    # --- the Office's acts ---------------------------------------------------------------------
    def accept(self, *, by: User, note: str = "") -> "list[Any]":
        """准予备案: numbers a 《涉企检查备案通知书》 for each enterprise, in this transaction. Returns the notices."""
        with self.step("accept", by=by, note=note):
            if self.ends_on < self.county.today():
                raise WrongMoment(_now("检查期间已经过去，不能准予备案；请退回补正，由单位改期。"))
            self._check("accept", for_office=True, deciding=True)
            self._decide(by, note)
            return self._number_notices()

    def return_(self, *, by: User, note: str) -> None:
        """退回补正: the Office sends it back, saying what to mend."""
        with self.step("return_", by=by, note=_said(note)):
            self._decide(by, note)

    def decline(self, *, by: User, ground: str, note: str = "") -> None:
        """不予备案: an effect of the county's own rule. ``ground``: code of a DeclineGround in force, so that the
        reason says which rule. It carries no penalty: nothing but this filing is touched.
        """
        with self.step("decline", by=by, note=note):
            found = DeclineGround.in_force_in(self.county, ground)
            self._decide(by, f"{found.reason}{note.strip()}"[:500])
            self.ground_code = found.code

    def revoke(self, *, by: User, note: str) -> None:
        """撤销备案 by the Office: every notice of the plan becomes void, its number kept."""
        with self.step("revoke", by=by, note=_said(note)):
            self._decide(by, note)
            for notice in self.notices.exclude(status="VOID"):
                notice.void(by=by, note=note)

    def remark(self, *, by: User, note: str) -> None:
        """备注意见 on what a unit has informed of (告知备案): said to the unit, without effect on its notices."""
        with self.step("remark", by=by, note=_said(note)):
            self.remarks, self.remarked_at = note.strip(), timezone.now()

    def report(self, *, by: User, note: str) -> None:
        """报告上级: the Office reports upward on a 告知备案; the note says to whom and what."""
        with self.step("report", by=by, note=_said(note)):
            self.reported_at = timezone.now()

    def _decide(self, by: User, note: str) -> None:
        self.decided_by, self.decided_at, self.opinion = by, timezone.now(), note

    def _number_notices(self) -> "list[Any]":
        targets = list(self.targets.standing().select_related("enterprise", "establishment").order_by("pk"))
        return self.notices.model.number_all(self, targets)


def _said(note: str) -> str:
    if not note.strip():
        raise Refused(_now("请写明理由。"), field="note")
    return note.strip()


#: the fields of the plan's own row that a clerk fills in
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
