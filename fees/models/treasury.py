"""到账核销 and refunds: from the non-tax system's feed alone. No department, no window, nobody marks anything paid."""

import dataclasses
import datetime
import hashlib
import logging
from typing import Any

from django.db import DataError, IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import County, Duty, FenField, User, yuan
from audit.models import Audited, AuditedQuerySet, NotYours, Refused, WrongMoment, signed
from audit.steps import Step, Stepped, status_field

from .. import rules
from ..adapters import FeedLine, NotConnected, nontax
from .charge import Charge, official
from .collection import PaymentLine
from .entry import Entry
from .sums import book
from .surcharge import counted_beyond, recount

log = logging.getLogger(__name__)


class TreasuryReceiptQuerySet(AuditedQuerySet):
    """Questions about what came in."""

    def visible_to(self, user: Any) -> "TreasuryReceiptQuerySet":
        """Return what came in for the user's agencies; all of the county for its Office and for finance."""
        whole = user.office_counties() | user.counties_carrying(Duty.MONEY_READ)
        return self.filter(Q(line__agency__in=user.agencies()) | Q(county__in=whole))

    def unmatched(self) -> "TreasuryReceiptQuerySet":
        """Return what came in under a code that no line bears, and what came in faulty: a difference."""
        return self.filter(Q(line__isnull=True) | ~Q(fault=""))


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
    fault = models.CharField(_("数据问题"), max_length=300, blank=True)
    received_at = models.DateTimeField(_("收到时间"), auto_now_add=True)

    objects = TreasuryReceiptQuerySet.as_manager()
    VERBS = {"receive": _("到账核销")}

    class Meta:
        verbose_name = _("到账核销")
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="a_line_of_the_feed_counts_once"),
            models.CheckConstraint(
                condition=~Q(amount=0) | (Q(line__isnull=True) & ~Q(fault="")), name="a_treasury_receipt_moves_money_or_says_why_not"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {yuan(self.amount)}"

    @classmethod
    def receive(cls, county: County, said: FeedLine, *, by: User) -> "TreasuryReceipt | None":
        """Keep one line of the feed and write it to its charge; a line known already is left alone (None).

        One that moves nothing or tells no day is kept with its fault and written to no charge.
        By the feed's own account alone: everybody else is refused, whatever post they hold.
        """
        post = by.holding(Duty.SYSTEM, county=county)
        if not post:
            raise NotYours(_now("到账只能由非税系统的数据核销，任何单位都不能自行登记为已缴。"), facts={"code": said.code})
        said, fault = _as_kept(said)
        if not _bookable(said):
            return cls._set_aside(county, said, fault, by=by, post=post)
        with transaction.atomic():
            if cls.objects.filter(county=county, number=said.number).exists():
                return None
            lines = PaymentLine.objects.filter(code=said.code, notice__county=county).exclude(code="")
            line = lines.select_related("charge").first()
            receipt = cls(county=county, line=line, fault=fault, **vars(said))
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
                        came = {"sum": yuan(said.amount), "day": said.paid_on.isoformat()}
                        why = official(_now("本金中 %(sum)s 元已于 %(day)s 缴到代收机构，按缴款日期重新计算")) % came
                        recount(late, why, by=by)
                    else:
                        Refund.returned_by_feed(charge, receipt, by=by)
        return receipt

    @classmethod
    def _set_aside(cls, county: County, said: FeedLine, fault: str, *, by: User, post: Any) -> "TreasuryReceipt | None":
        """Keep a line that can't be booked, with its fault, among what is unmatched."""
        with transaction.atomic():
            if cls.objects.filter(county=county, number=said.number).exists():
                return None
            facts = {**vars(said), "amount": said.amount if _is_money(said.amount) else 0}
            facts["paid_on"] = said.paid_on if isinstance(said.paid_on, datetime.date) else county.today()
            with signed(by=by, verb="receive", post=post):
                return cls.objects.create(county=county, fault=fault[:300], **facts)

    @classmethod
    def take_in_due(cls, *, by: User) -> int:
        """Derived from state: ask the feed of the non-tax system and take in what is new. Returns how many lines.

        Each line stands by itself: what the database won't hold is set aside, where finance sees it. After a fault of ours the
        others go on, and the line is tried again at the next sweep; it is raised at the end, so that it is not overlooked.
        """
        try:
            lines = nontax().arrived()
        except NotConnected:
            return 0
        counties = list(County.objects.order_by("pk"))
        kept = [_as_kept(said)[0] for said in lines]
        known = set(cls.objects.filter(number__in=[line.number for line in kept]).values_list("number", flat=True))
        taken, ours = 0, None
        for said, line in zip(lines, kept, strict=True):
            if line.number in known:
                continue
            county_of = PaymentLine.objects.filter(code=line.code).values_list("notice__county", flat=True).first()
            county = next((c for c in counties if c.pk == county_of), counties[0] if counties else None)
            try:
                taken += bool(county and cls._take_in(county, said, by=by))
            except Exception as fault:
                log.exception("line %s of the feed was not taken in", line.number)
                ours = fault
        if ours:
            raise ours
        return taken

    @classmethod
    def _take_in(cls, county: County, said: FeedLine, *, by: User) -> "TreasuryReceipt | None":
        try:
            with transaction.atomic():
                return cls.receive(county, said, by=by)
        except (DataError, IntegrityError) as fault:  # taken in by another sweep meanwhile, or nothing the database holds
            log.warning("line %s of the feed could not be booked: %s", said.number, fault)
            post = by.holding(Duty.SYSTEM, county=county)
            return cls._set_aside(county, _as_kept(said)[0], _now("数据库拒绝这一行：%(why)s") % {"why": fault}, by=by, post=post)


#: no line of the feed is so much money, in fen
MOST = 10**15


def _is_money(fen: Any) -> bool:
    return isinstance(fen, int) and abs(fen) <= MOST


def _bookable(said: FeedLine) -> bool:
    return _is_money(said.amount) and said.amount != 0 and isinstance(said.paid_on, datetime.date)


def _as_kept(said: FeedLine) -> tuple[FeedLine, str]:
    """Return a line of the feed as its columns hold it, and what is wrong with it in words.

    What is too long is cut and bears its digest, so that two lines stay two; money is not left lying for the sake of a long ticket.
    """
    texts, faults = {}, []
    for name in ("number", "code", "institution", "ticket"):
        field, text = TreasuryReceipt._meta.get_field(name), str(getattr(said, name) or "")
        texts[name] = _fitting(text if text.strip() or name != "number" else repr(said), field.max_length)
        if texts[name] != text:
            faults.append(_now("%(field)s不合格式：%(text)s") % {"field": field.verbose_name, "text": texts[name]})
    if not _is_money(said.amount) or said.amount == 0:
        faults.append(_now("金额不合格式：%(text)s") % {"text": _fitting(str(said.amount), 40)})
    if not isinstance(said.paid_on, datetime.date):
        faults.append(_now("缴款日期不合格式：%(text)s") % {"text": _fitting(str(said.paid_on), 40)})
    return dataclasses.replace(said, **texts), "；".join(faults)[:300]


def _fitting(text: str, most: int) -> str:
    """Return ``text`` as a column of ``most`` characters holds it: nothing that no database takes, what is too long with its digest."""
    text = text.replace("\0", "�").encode("utf-8", "replace").decode()
    return text if len(text) <= most else f"{text[: most - 17]}…{hashlib.sha256(text.encode()).hexdigest()[:16]}"


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
