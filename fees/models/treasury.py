"""到账核销 and refunds: from the non-tax system's feed alone. No department, no window, nobody marks anything paid."""

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import County, Duty, FenField, User, yuan
from audit.models import Audited, AuditedQuerySet, NotYours, Refused, WrongMoment, signed
from audit.steps import Step, Stepped, status_field

from .. import rules
from ..adapters import FeedLine, NotConnected, nontax
from .charge import Charge
from .collection import PaymentLine
from .entry import Entry
from .sums import book
from .surcharge import counted_beyond, recount


class TreasuryReceiptQuerySet(AuditedQuerySet):
    """Questions about what came in."""

    def visible_to(self, user: Any) -> "TreasuryReceiptQuerySet":
        """Return what came in for the user's agencies; all of the county for its Office and for finance."""
        whole = user.office_counties() | user.counties_carrying(Duty.MONEY_READ)
        return self.filter(Q(line__agency__in=user.agencies()) | Q(county__in=whole))

    def unmatched(self) -> "TreasuryReceiptQuerySet":
        """Return what came in under a code that no line bears: a difference."""
        return self.filter(line__isnull=True)


class TreasuryReceipt(Audited):
    """One line of the feed, kept as it came: money that reached the collecting institution, or left it again (below nothing)."""

    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("县"))
    number = models.CharField(_("流水号"), max_length=80)
    code = models.CharField(_("缴款码"), max_length=40, db_index=True)
    amount = FenField(_("金额（元）"))
    paid_on = models.DateField(_("缴款日期"))
    institution = models.CharField(_("代收机构"), max_length=100)
    ticket = models.CharField(_("票据号码"), max_length=60, blank=True)
    line = models.ForeignKey(PaymentLine, models.PROTECT, null=True, related_name="receipts", verbose_name=_("通知单的一行"))
    received_at = models.DateTimeField(_("收到时间"), auto_now_add=True)

    objects = TreasuryReceiptQuerySet.as_manager()
    VERBS = {"receive": _("到账核销")}

    class Meta:
        verbose_name = _("到账核销")
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="a_line_of_the_feed_counts_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="a_treasury_receipt_moves_money"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {yuan(self.amount)}"

    @classmethod
    def receive(cls, county: County, said: FeedLine, *, by: User) -> "TreasuryReceipt | None":
        """Keep one line of the feed and write it to its charge; a line known already is left alone (None).

        By the feed's own account alone: everybody else is refused, whatever post they hold.
        """
        post = by.holding(Duty.SYSTEM, county=county)
        if not post:
            raise NotYours(_now("到账只能由非税系统的数据核销，任何单位都不能自行登记为已缴。"), facts={"code": said.code})
        with transaction.atomic():
            if cls.objects.filter(county=county, number=said.number).exists():
                return None
            lines = PaymentLine.objects.filter(code=said.code, notice__county=county).exclude(code="")
            line = lines.select_related("charge").first()
            receipt = cls(
                county=county, line=line, **{n: getattr(said, n) for n in ("number", "code", "amount", "paid_on", "institution", "ticket")}
            )
            charge = line and Charge.locked(line.charge_id)
            late = counted_beyond(charge, said.paid_on) if charge else []
            with signed(by=by, verb="receive", post=post):
                receipt.save()
                if charge:
                    kind = Entry.Kind.RECEIVED if said.amount > 0 else Entry.Kind.RETURNED
                    book(
                        Entry.of(charge, kind, abs(said.amount), valued_on=said.paid_on, basis=f"{said.institution} {said.ticket}".strip())
                    )
                    if said.amount > 0:
                        recount(late, said.paid_on, said.amount, by=by)
                    else:
                        Refund.returned_by_feed(charge, receipt, by=by)
        return receipt

    @classmethod
    def take_in_due(cls, *, by: User) -> int:
        """Derived from state: ask the feed of the non-tax system and take in what is new. Returns how many lines."""
        try:
            lines = nontax().arrived()
        except NotConnected:
            return 0
        counties = list(County.objects.order_by("pk"))
        known = set(cls.objects.filter(number__in=[line.number for line in lines]).values_list("number", flat=True))
        taken = 0
        for said in lines:
            if said.number in known:
                continue
            county_of = PaymentLine.objects.filter(code=said.code).values_list("notice__county", flat=True).first()
            county = next((c for c in counties if c.pk == county_of), counties[0] if counties else None)
            if county and cls.receive(county, said, by=by):
                taken += 1
        return taken


class RefundQuerySet(AuditedQuerySet):
    """Questions about refunds."""

    def visible_to(self, user: Any) -> "RefundQuerySet":
        """Return the refunds of charges the user may see."""
        return self.filter(charge__in=Charge.objects.visible_to(user))


class Refund(Stepped):
    """退付: what came in too much, or for a charge that no longer stands, is given back by the treasury, never by us."""

    class Status(models.TextChoices):
        ASKED = "ASKED", _("待窗口核对")
        AGREED = "AGREED", _("已报退付")
        REFUSED = "REFUSED", _("不予退付")
        RETURNED = "RETURNED", _("已退付")

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="refunds", verbose_name=_("登记"))
    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("县"))
    amount = FenField(_("金额（元）"))
    reason = models.CharField(_("原因、依据"), max_length=300)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    status = status_field(Status, Status.ASKED)
    answer = models.CharField(_("核对意见"), max_length=300, blank=True)
    receipt = models.OneToOneField(TreasuryReceipt, models.PROTECT, null=True, related_name="refund", verbose_name=_("退付流水"))

    objects = RefundQuerySet.as_manager()
    STEPS = {
        "agree": Step(_("报国库退付"), (Status.ASKED,), Status.AGREED, who=rules.the_window_but_not_who_asked),
        "refuse": Step(_("不予退付"), (Status.ASKED,), Status.REFUSED, who=rules.the_window_but_not_who_asked, needs_note=True),
        "give_back": Step(_("退付到账"), (Status.AGREED,), Status.RETURNED, who=rules.the_system),
    }
    VERBS = {"ask": _("申请退付")}

    class Meta:
        verbose_name = _("退付")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_refund_gives_something_back"),
            models.UniqueConstraint(fields=["charge"], condition=Q(status__in=["ASKED", "AGREED"]), name="one_running_refund_a_charge"),
        ]

    def __str__(self) -> str:
        return f"{self.charge} {yuan(self.amount)}"

    @property
    def code(self) -> str:
        """Return the code under which the money came in."""
        return self.charge.lines.filter(receipts__amount__gt=0).order_by("-pk").values_list("code", flat=True).first() or ""

    @classmethod
    def ask(cls, charge: Charge, *, by: User, amount: int, reason: str) -> "Refund":
        """申请退付: by the agency that charged, of what came in beyond what is due."""
        post = rules.registrar_of_its_agency(by, charge) or rules.head_of_its_agency(by, charge)
        if not post:
            raise NotYours(_now("只有登记这笔款项的单位可以申请退付。"))
        if not reason.strip():
            raise Refused(_now("请写明退付的原因和依据。"), field="reason")
        with transaction.atomic():
            locked = Charge.locked(charge.pk)
            over = -locked.sums.open
            if not 0 < amount <= over:
                message = _now("可以退付的是多缴的 %(over)s 元。请先更正、减免或者作废登记，再申请退付。")
                raise Refused(message % {"over": yuan(max(over, 0))}, field="amount")
            if locked.refunds.filter(status__in=[cls.Status.ASKED, cls.Status.AGREED]).exists():
                raise WrongMoment(_now("这笔款项已有正在办理的退付。"))
            with signed(by=by, verb="ask", post=post):
                return cls.objects.create(charge=locked, county=locked.county, amount=amount, reason=reason.strip()[:300], asked_by=by)

    def agree(self, *, by: User, note: str = "") -> None:
        """报国库退付: the window has checked it. The treasury gives back; the feed tells when."""
        with self.step("agree", by=by, note=note):
            self.answer = note.strip()[:300]

    def refuse(self, *, by: User, note: str) -> None:
        """不予退付 with a reason."""
        if not note.strip():
            raise Refused(_now("请写明不予退付的理由。"), field="note")
        with self.step("refuse", by=by, note=note):
            self.answer = note.strip()[:300]

    def give_back(self, *, by: User, receipt: TreasuryReceipt) -> None:
        """退付到账: told by the feed."""
        with self.step("give_back", by=by):
            self.receipt = receipt

    @classmethod
    def returned_by_feed(cls, charge: Charge, receipt: TreasuryReceipt, *, by: User) -> None:
        """Close the running refund of ``charge`` that the feed has just carried out, if its sum agrees."""
        running = cls.objects.filter(charge=charge, status=cls.Status.AGREED, amount=-receipt.amount).first()
        if running:
            running.give_back(by=by, receipt=receipt)

    @classmethod
    def send_due(cls, *, by: User) -> int:
        """Derived from state: tell the non-tax system of each agreed refund. It is known there by its uid: telling twice is harmless."""
        try:
            system = nontax()
        except NotConnected:
            return 0
        waiting = list(cls.objects.filter(status=cls.Status.AGREED).select_related("charge__county").order_by("pk")[:100])
        known = {line.number for line in system.arrived()}
        told = [refund for refund in waiting if f"TF-{refund.uid}" not in known]
        for refund in told:
            system.refund(refund)
        return len(told)
