"""What the Office does with a filing: 受理, 审核, the decision, 复核; and what follows when it does nothing in time."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import County, Duty, Effect, User
from audit.models import Refusal, Refused, WrongMoment
from audit.steps import Stepped

from .. import checks, clocks
from .catalogue import DeclineGround
from .plan_rows import PLAIN_FACTS, said
from .plan_steps import InspectionPlanStatus


class DecidedByOffice(Stepped):
    """The part of a plan that lies with the Office."""

    #: the fields of the form that the Office may mark when it returns a filing
    MARKABLE = (*PLAIN_FACTS, "programme_line", "targets", "items", "officers", "assistants", "papers", "partners")

    class Proposal(models.TextChoices):
        ACCEPT = "ACCEPT", _("建议准予备案")
        DECLINE = "DECLINE", _("建议不予备案")

    received_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("受理人"))
    received_at = models.DateTimeField(_("受理时间"), null=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("审核人"))
    reviewed_at = models.DateTimeField(_("审核时间"), null=True)
    proposal = models.CharField(_("审核建议"), max_length=8, choices=Proposal.choices, blank=True)
    review_opinion = models.CharField(_("审核意见"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("审查人"))
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    opinion = models.CharField(_("意见"), max_length=500, blank=True)
    marked = models.JSONField(_("请补正的栏目"), default=list, blank=True)
    ground_code = models.CharField(_("不予备案的理由编码"), max_length=40, blank=True)
    # Drawn by lot when the head endorses, seen by the Office alone: a closer look betrays nothing.
    closer_look = models.BooleanField(_("从严审查"), default=False, editable=False)
    fast = models.BooleanField(_("快速备案"), default=False, editable=False)
    remarks = models.CharField(_("备注意见"), max_length=500, blank=True)
    remarked_at = models.DateTimeField(_("备注时间"), null=True)
    reported_at = models.DateTimeField(_("报告上级时间"), null=True)
    recheck_reason = models.CharField(_("申请复核的理由"), max_length=500, blank=True)
    recheck_asked_at = models.DateTimeField(_("申请复核时间"), null=True)
    rechecked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("复核人"))
    rechecked_at = models.DateTimeField(_("复核时间"), null=True)
    recheck_opinion = models.CharField(_("复核意见"), max_length=500, blank=True)
    lapsed_at = models.DateTimeField(_("逾期时间"), null=True)

    class Meta:
        abstract = True

    # --- 受理, 审核, 签发 ------------------------------------------------------------------------
    def receive(self, *, by: User, note: str = "") -> None:
        """受理: somebody of the Office has it on the desk. The clock has been running since the head endorsed."""
        with self.step("receive", by=by, note=note):
            self.received_by, self.received_at = by, timezone.now()

    def review(self, *, by: User, note: str, proposal: str = Proposal.ACCEPT) -> None:
        """审核 where two persons decide: the reviewer's opinion and proposal; another signs it off (签发)."""
        if proposal not in self.Proposal.values:
            raise Refused(_now("请选择审核建议。"), field="proposal")
        with self.step("review", by=by, note=said(note)):
            self._check("review", for_office=True, deciding=True)
            self.reviewed_by, self.reviewed_at, self.proposal, self.review_opinion = by, timezone.now(), proposal, note.strip()

    def set_aside(self, *, by: User, note: str = "") -> None:
        """转逐件审查: what a batch of 快速备案 refused, or a reviewer left out of it, is looked at by itself like any other."""
        with self.step("set_aside", by=by, note=note):
            self.fast = False

    def accept(self, *, by: User, note: str = "") -> list[Any]:
        """准予备案: numbers a 《涉企检查备案通知书》 for each enterprise, in this transaction. Returns the notices."""
        with self.step("accept", by=by, note=note):
            if self.ends_on < self.county.today() and not self.before:
                raise WrongMoment(_now("检查期间已经过去，不能准予备案；请退回补正，由单位改期。"))
            self._check("accept", for_office=True, deciding=True)
            self._decide(by, note)
            return self._number_notices()

    def return_(self, *, by: User, note: str, marked: list[str] | tuple[str, ...] = ()) -> None:
        """退回补正: the Office sends it back, saying what to mend; ``marked`` names the fields of the form it means."""
        strangers = [name for name in marked if name not in self.MARKABLE]
        if strangers:
            raise Refused(_now("没有这一栏：%(what)s。") % {"what": "、".join(strangers)[:100]}, field="marked")
        with self.step("return_", by=by, note=said(note)):
            self._decide(by, note)
            self.marked = [name for name in self.MARKABLE if name in marked]

    def decline(self, *, by: User, ground: str, note: str = "") -> None:
        """不予备案: an effect of the county's own rule. ``ground``: code of a DeclineGround in force, so that the
        reason says which rule. It carries no penalty: nothing but this filing is touched.
        """
        with self.step("decline", by=by, note=note):
            found = DeclineGround.in_force_in(self.county, ground)
            self._decide(by, f"{found.reason}{note.strip()}"[:500])
            self.ground_code = found.code
            self._void_unvisited(by, self.opinion)

    def revoke(self, *, by: User, note: str) -> None:
        """撤销备案 by the Office: every notice of the plan becomes void, its number kept."""
        with self.step("revoke", by=by, note=said(note)):
            self._decide(by, note)
            for notice in self.notices.exclude(status="VOID").order_by("pk"):
                notice.void(by=by, note=note, alone=False)

    def remark(self, *, by: User, note: str) -> None:
        """备注意见 on what a unit has informed of (告知备案): said to the unit, without effect on its notices."""
        with self.step("remark", by=by, note=said(note)):
            self.remarks, self.remarked_at = note.strip(), timezone.now()

    def report(self, *, by: User, note: str) -> None:
        """报告上级: the Office reports upward on a 告知备案; the note says to whom and what."""
        with self.step("report", by=by, note=said(note)):
            self.reported_at = timezone.now()

    @classmethod
    def together(cls, plans: list[Any], verb: str, *, by: User, **how: Any) -> list[tuple[Any, str]]:
        """Decide several filings by one act: one signature, one leaf, in it each row for itself. Returns (plan, why not) of each.

        What can't be decided (somebody was faster, something blocks) is left as it is and said; the others are decided.
        """
        if verb not in cls.TOGETHER:
            raise Refused(_now("这一步不能批量办理。"), field="verb")
        outcome = []
        with cls.one_act(verb, by=by):
            # In the order of their keys, so that two batches never wait for each other.
            for plan in sorted(plans, key=lambda row: row.pk):
                try:
                    with transaction.atomic():
                        getattr(plan, verb)(by=by, **how)
                    outcome.append((plan, ""))
                except Refusal as refusal:
                    outcome.append((plan, refusal.message))
        return outcome

    # --- 复核 ------------------------------------------------------------------------------------
    def ask_recheck(self, *, by: User, note: str) -> None:
        """申请复核 of a 不予备案, once, within its days. Another person of the Office decides; both opinions stay."""
        with self.step("ask_recheck", by=by, note=said(note)):
            self.recheck_reason, self.recheck_asked_at = note.strip(), timezone.now()

    def uphold(self, *, by: User, note: str) -> None:
        """复核: it stays 不予备案, with a second reason."""
        with self.step("uphold", by=by, note=said(note)):
            self._recheck(by, note)

    def recheck(self, *, by: User, note: str) -> list[Any]:
        """复核: 准予备案 after all. Numbers the notices as ``accept`` does; the first opinion stays beside the second."""
        with self.step("recheck", by=by, note=said(note)):
            if self.ends_on < self.county.today() and not self.before:
                raise WrongMoment(_now("检查期间已经过去，复核认为可以准予的，请维持并请单位改期另报。"))
            self._check("recheck", for_office=True, deciding=True)
            self._recheck(by, note)
            return self._number_notices()

    def _recheck(self, by: User, note: str) -> None:
        self.rechecked_by, self.rechecked_at, self.recheck_opinion = by, timezone.now(), note.strip()

    def _decide(self, by: User, note: str) -> None:
        self.decided_by, self.decided_at, self.opinion = by, timezone.now(), note

    def _void_unvisited(self, by: User, why: str) -> None:
        for notice in self.notices.exclude(status="VOID").filter(visits__isnull=True).order_by("pk"):
            notice.void(by=by, note=why, alone=False)

    # --- 快速备案 --------------------------------------------------------------------------------
    def is_ordinary(self, found: list[checks.Finding]) -> bool:
        """Tell whether a filing is what 快速备案 is for: inside a filed programme, from the list, and nothing found on it."""
        plain = self.programme_line_id and self.is_inspection and self.telling == self.Telling.ADVANCE and not self.before
        nothing = not any(f.level in (checks.Level.BLOCKS, checks.Level.REASON) for f in found)
        return bool(plain and nothing and not self.agencies.partners().exists() and self.items.standing().exists())

    # --- the clock ---------------------------------------------------------------------------------
    @classmethod
    def lapse_due(cls, *, by: Any) -> int:
        """Derived from state: what nobody decided until its window began, by the rule value. Never 准予备案. Returns how many."""
        done = 0
        for county in County.objects.order_by("pk"):
            post, clock = by.holding(Duty.SYSTEM, county=county), clocks.Clocks(county)
            rows = cls.objects.filter(county=county, before="", starts_on__lte=clock.on).awaiting_office().order_by("pk")
            for plan in rows.select_related("county", "agency") if post else ():
                if clock.lapses_on(plan) <= clock.on:
                    done += plan._run_out(by, clock.rules[clocks.EFFECT])
        return done

    def _run_out(self, by: Any, effect: str) -> int:
        """Let one undecided filing become what the county's rule says. Returns 0 where somebody was faster."""
        over = self.ends_on < self.county.today()
        verb = {"HEAD": "pass_up", "NOTIFIED": "count_as_notice"}.get(effect, "lapse")
        if over or self.status == InspectionPlanStatus.ESCALATED:
            verb = "lapse"
        try:
            with self.step(verb, by=by, note=_now("检查期间开始，备案机关仍未作出决定")):
                self.lapsed_at = self.lapsed_at or timezone.now()
                if verb == "count_as_notice":
                    self._number_notices()
        except WrongMoment:
            return 0
        return 1

    @property
    def filed_as(self) -> str:
        """Return how it was filed, as the notice says it: 审查备案, 告知备案, or 告知备案 because nobody decided in time."""
        if self.effect == Effect.NOTIFY:
            return str(Effect.NOTIFY.label)
        return _now("告知备案（备案机关逾期未审）") if self.lapsed_at and not self.decided_at else str(Effect.REVIEW.label)
