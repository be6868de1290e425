"""收费、罚没登记: a fee only under an item in force, a fine only under a decision. Whole fen; what moves on it are entries."""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, Enterprise, Establishment, FenField, Officer, User, yuan
from audit.models import AuditedQuerySet, NotYours, Refused, Series, WrongMoment, harmless_twice, signed
from audit.steps import Step, Stepped, status_field
from inspection.models import Visit

from .. import rules
from .catalogue import FeeItem
from .entry import Entry
from .sums import ChargeSum, book


class ChargeQuerySet(AuditedQuerySet):
    """Questions about charges."""

    def visible_to(self, user: Any) -> "ChargeQuerySet":
        """Return the charges of the user's agencies; all of the county for its Office and for finance."""
        return self.filter(Q(agency__in=user.agencies()) | Q(county__in=user.office_counties() | user.counties_carrying(Duty.MONEY_READ)))

    def standing(self) -> "ChargeQuerySet":
        """Return what has not been voided."""
        return self.exclude(status=Charge.Status.VOID)

    def not_asked_here(self) -> "ChargeQuerySet":
        """Return what the payer may owe this window nothing for: what another body collects, and what was taken in cash."""
        elsewhere = Q(item__isnull=False) & (~Q(item__goes_to__in=FeeItem.HERE) | ~Q(item__where_to_pay=""))
        return self.filter(elsewhere | Q(cash__isnull=False))

    def ungathered(self) -> "ChargeQuerySet":
        """Return what is still open and stands on no payment notice: what the window gathers next."""
        return self.filter(status=Charge.Status.REGISTERED, sums__open__gt=0).exclude(lines__dropped=False)


def _cash_is_out(charge: "Charge") -> str:
    """Say why a charge can't be voided while its cash has reached no bank: no fine, and the cash would be late for nobody."""
    cash = charge.taken_in_cash
    if cash is None or cash.status == cash.Status.BANKED or charge.sums.received >= cash.amount:
        return ""
    return _now("这笔罚款当场收缴的现金 %(sum)s 元还没有缴付银行。请先缴付，作废后由国库退付。") % {"sum": yuan(cash.amount)}


def _as_counted(charge: "Charge") -> str:
    """Say why what was added does not fall: its days come to no less than what stands. Nobody chooses the sum."""
    from .surcharge import recounted

    falls = charge.counted_from is not None and recounted(charge).fen < charge.sums.due
    return "" if falls else _now("加处的数额和按日计算的一致，没有可以重算的。")


class Charge(Stepped):
    """One sum asked of one enterprise by one agency, with or without a visit.

    The agency decides; the institution that collects is another (行政处罚法 Art. 67). No verb marks a charge as paid: what
    was paid comes from the treasury's feed alone.
    """

    class Status(models.TextChoices):
        REGISTERED = "REGISTERED", _("已登记")
        VOIDING = "VOIDING", _("作废待复核")
        VOID = "VOID", _("已作废")

    class Kind(models.TextChoices):
        FEE = "FEE", _("收费")
        FINE = "FINE", _("罚款")
        CONFISCATION = "CONFISCATION", _("没收")
        SURCHARGE = "SURCHARGE", _("加处罚款")
        LATE_FEE = "LATE_FEE", _("滞纳金")

    county = models.ForeignKey(County, models.PROTECT, related_name="charges", verbose_name=_("县"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="charges", verbose_name=_("执收（处罚）单位"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="charges", verbose_name=_("缴款企业"))
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+", verbose_name=_("经营场所"))
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="charges", verbose_name=_("入企登记"))
    year = models.PositiveSmallIntegerField(_("年份"))
    number = models.PositiveIntegerField(_("登记号"))
    kind = models.CharField(_("种类"), max_length=12, choices=Kind.choices)
    item = models.ForeignKey(FeeItem, models.PROTECT, null=True, related_name="+", verbose_name=_("收费项目"))
    item_name = models.CharField(_("项目"), max_length=120)
    basis = models.CharField(_("依据"), max_length=300)
    decision_number = models.CharField(_("决定书文号"), max_length=80, blank=True)
    decision_date = models.DateField(_("决定日期"), null=True, blank=True)
    served_on = models.DateField(_("送达日期"), null=True, blank=True)
    on_the_spot = models.BooleanField(_("当场处罚"), default=False)
    principal = models.ForeignKey("self", models.PROTECT, null=True, related_name="surcharges", verbose_name=_("本金"))
    counted_from = models.DateField(_("计算自"), null=True, blank=True)
    counted_until = models.DateField(_("计算至"), null=True, blank=True)
    late_rate = models.PositiveIntegerField(_("每日加处（百万分之）"), null=True, blank=True)
    collector = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("执收（执法）人员"))
    collector_name = models.CharField(_("执收（执法）人员姓名"), max_length=60, blank=True)
    certificate_number = models.CharField(_("证号"), max_length=40, blank=True)
    charged_on = models.DateField(_("收费（决定）日期"))
    due_on = models.DateField(_("缴纳期限"), null=True, blank=True)
    quantity = models.BigIntegerField(_("数量（千分之一）"), null=True, blank=True)
    base = FenField(_("计费基数（元）"), null=True, blank=True)
    amount = FenField(_("金额（元）"))
    explained = models.JSONField(_("计算过程"), default=list)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    status = status_field(Status, Status.REGISTERED)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    registered_at = models.DateTimeField(_("登记时间"), db_index=True)
    void_asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("申请作废的人"))
    voided_at = models.DateTimeField(_("作废时间"), null=True)
    void_reason = models.CharField(_("作废原因"), max_length=300, blank=True)

    objects = ChargeQuerySet.as_manager()
    STEPS = {
        "ask_void": Step(
            _("申请作废"), (Status.REGISTERED,), Status.VOIDING, who=rules.registrar_of_its_agency, needs_note=True, grave=True
        ),
        "void": Step(_("复核作废"), (Status.VOIDING,), Status.VOID, who=rules.another_in_its_agency, grave=True, unless=_cash_is_out),
        "keep": Step(_("不予作废"), (Status.VOIDING,), Status.REGISTERED, who=rules.another_in_its_agency, needs_note=True),
        "correct": Step(_("更正金额"), (Status.REGISTERED,), None, who=rules.registrar_of_its_agency, needs_note=True),
        "reduce": Step(_("减免"), (Status.REGISTERED,), None, who=rules.head_of_its_agency, needs_note=True),
        "defer": Step(_("暂缓、分期缴纳"), (Status.REGISTERED,), None, who=rules.head_of_its_agency, needs_note=True),
        "recount": Step(
            _("重算加处数额"), (Status.REGISTERED, Status.VOIDING), None, who=rules.who_moves_its_principal, unless=_as_counted
        ),
        "annul": Step(
            _("冲销加处数额"),
            (Status.REGISTERED, Status.VOIDING),
            Status.VOID,
            who=rules.who_moves_its_principal,
            unless=_as_counted,
        ),
    }
    #: verbs with a form of their own
    BY_FORM = ("correct", "reduce", "defer")
    VERBS = {"register": _("登记"), "impose": _("加处")}

    class Meta:
        verbose_name = _("收费罚没登记")
        constraints = [
            models.UniqueConstraint(fields=["county", "year", "number"], name="no_two_charges_bear_one_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_charge_is_more_than_nothing"),
            models.CheckConstraint(
                condition=~Q(kind__in=["FEE", "LATE_FEE"]) | Q(item__isnull=False, decision_number=""), name="no_fee_without_its_item"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["FEE", "LATE_FEE"]) | (Q(item__isnull=True, decision_date__isnull=False) & ~Q(decision_number="")),
                name="no_fine_without_its_decision",
            ),
            models.UniqueConstraint(
                fields=["agency", "decision_number", "kind"],
                condition=~Q(status="VOID") & ~Q(decision_number=""),
                name="one_decision_is_registered_once",
            ),
            models.CheckConstraint(
                condition=~Q(status="VOID") | (Q(voided_at__isnull=False) & ~Q(void_reason="")), name="a_void_charge_says_why"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["SURCHARGE", "LATE_FEE"], principal__isnull=False, counted_until__isnull=False)
                | (~Q(kind__in=["SURCHARGE", "LATE_FEE"]) & Q(principal__isnull=True)),
                name="what_is_added_names_what_it_is_added_to",
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "-id"], name="charges_of_an_enterprise")]

    def __str__(self) -> str:
        return _now("收费登记〔%(year)d〕%(number)d号") % {"year": self.year, "number": self.number}

    @property
    def registered_on(self) -> datetime.date:
        """Return the legal day of registration."""
        return self.county.day_of(self.registered_at)

    @property
    def open(self) -> int:
        """Return what is still to be paid, in fen; below nothing: what is to be given back."""
        return self.sums.open if hasattr(self, "sums") else self.amount

    @property
    def needs_decision(self) -> bool:
        """Tell whether it rests on a decision and goes to the treasury: fines, confiscations, what is added to a fine."""
        return self.kind in (self.Kind.FINE, self.Kind.CONFISCATION, self.Kind.SURCHARGE)

    @property
    def elsewhere(self) -> str:
        """Return by whom it is collected where this window may not, else nothing."""
        return "" if self.item is None or self.item.collected_here else self.item.asked_for_by

    @property
    def worked_out(self) -> list[str]:
        """Return in Chinese how what is open comes about: the computation, and what its entries have made of it since."""
        from .computation import computation

        return computation(self, self.open)

    @property
    def taken_in_cash(self) -> Any:
        """Return the cash that was taken for it (``CashTaken``), or None."""
        return getattr(self, "cash", None)

    @property
    def in_hand(self) -> int:
        """Return what of the open sum was taken in cash and the feed has not told yet, in fen: nobody asks the payer for it again."""
        if self.open <= 0 or (cash := self.taken_in_cash) is None:
            return 0
        return min(cash.amount - cash.told, self.open)

    @property
    def to_pay(self) -> int:
        """Return what the enterprise has still to pay at this window, in fen: not what another body collects or the unit has in cash."""
        return 0 if self.elsewhere else max(self.open - self.in_hand, 0)

    @property
    def overpaid(self) -> int:
        """Return what is to be given back to the enterprise, in fen."""
        return max(-self.open, 0)

    @classmethod
    @harmless_twice
    def register(cls, *, by: User, agency: Agency, establishment: Establishment, uid: uuid.UUID | None = None, **facts: Any) -> "Charge":
        """Register a charge. ``facts`` are those of ``fees.models.registering.Registration``; sums in fen.

        Raises Refused for a fee off the list (优化营商环境条例 Art. 25), one against its standard, a fine without its decision
        or beyond its limits (行政处罚法 Art. 51, 59); what was tried goes with the refusal, so that the Office sees it.
        """
        from .registering import Registration

        return Registration(agency=agency, establishment=establishment, **facts).carry_out(by=by, uid=uid)

    @classmethod
    def write(cls, *, by: User, post: Any, verb: str, reduction: tuple[int, str] = (0, ""), **facts: Any) -> "Charge":
        """Number and save a charge that has passed the checks, with its first entries. Inside a transaction."""
        county, now = facts["county"], timezone.now()
        charge = cls(registered_by=by, registered_at=now, year=county.day_of(now).year, **facts)
        charge.number = Series.next(owner=county.code, kind="charge", year=charge.year)
        with signed(by=by, verb=verb, post=post):
            charge.save()
            book(Entry.of(charge, Entry.Kind.DUE, charge.amount, basis=charge.basis))
            if reduction[0]:
                book(Entry.of(charge, Entry.Kind.REDUCED, reduction[0], basis=reduction[1]))
        return charge

    def tried(self, **more: Any) -> dict[str, Any]:
        """Return what goes with a refusal of an act on this charge."""
        return {"agency": self.agency.name, "enterprise": str(self.enterprise), "charge": str(self), **more}

    # --- voids need two people -------------------------------------------------------------------
    def ask_void(self, *, by: User, note: str) -> None:
        """申请作废 with a reason. Another person of the agency decides; until then the charge stands."""
        if not note.strip():
            raise Refused(_now("请写明作废原因。"), field="note")
        with self.step("ask_void", by=by, note=note):
            self.void_asked_by, self.void_reason = by, note.strip()[:300]

    def keep(self, *, by: User, note: str) -> None:
        """不予作废: the charge goes on as it was; says why."""
        if not note.strip():
            raise Refused(_now("请写明不予作废的理由。"), field="note")
        with self.step("keep", by=by, note=note):
            self.void_asked_by, self.void_reason = None, ""

    def void(self, *, by: User, note: str = "") -> None:
        """复核作废 by another person than who asked. The number is kept; entries are written against, none is taken away."""
        with self.step("void", by=by, note=note), self._moving(_now("登记作废")) as (entry, sums):
            if self.surcharges.standing().exists():
                raise WrongMoment(_now("这笔款项有加处罚款或者滞纳金，请先作废那一笔。"))
            self._write_off(entry, sums)

    def _write_off(self, entry: Any, sums: Any) -> None:
        self.voided_at = timezone.now()
        if sums.due:
            entry("VOIDED", -sums.due, self.void_reason)
        if sums.reduced:
            entry("REDUCED", -sums.reduced, self.void_reason)

    # --- what was added is counted anew when the fine falls, days turn out not to count, or money to have come earlier --
    def fall(self, *, by: User, fen: int, note: str) -> None:
        """重算加处数额 to ``fen``, or 冲销 to nothing: inside the act that moved the fine, signed by who carries that out.

        No verb of anybody's own: the sum follows from the days. It falls, it never rises.
        """
        verb = "recount" if fen > 0 else "annul"
        with self.step(verb, by=by, note=note), self._moving(str(self.STEPS[verb].label)) as (entry, sums):
            if fen > 0:
                entry("CORRECTED", fen - sums.due, note)
                if sums.reduced > fen:
                    entry("REDUCED", fen - sums.reduced, note)
            else:
                self.void_reason = note[:300]
                self._write_off(entry, sums)

    # --- corrections and reductions are new entries ------------------------------------------------
    def correct(self, *, by: User, amount: int, note: str) -> None:
        """更正金额 to ``amount`` fen with a reason: one more entry. The limits of the law hold for the new sum too."""
        from .registering import recheck
        from .surcharge import counting_anew

        if not note.strip():
            raise Refused(_now("请写明更正原因和依据。"), field="note")
        why = official(_now("本金更正为 %(sum)s 元，重新计算")) % {"sum": yuan(amount)}
        with (
            self.step("correct", by=by, note=note),
            counting_anew(self, why, by=by),
            self._moving(_now("金额更正")) as (entry, sums),
        ):
            if amount <= 0:
                raise Refused(_now("金额应当大于零；要取消这笔登记，请申请作废。"), field="amount")
            if amount == sums.due:
                raise Refused(_now("更正后的金额和原来一样。"), field="amount")
            if amount < sums.reduced:
                raise Refused(_now("更正后的金额小于已经减免的数额，请先核对。"), field="amount")
            recheck(self, amount)
            entry("CORRECTED", amount - sums.due, note)

    def reduce(self, *, by: User, amount: int, note: str) -> None:
        """减免 by ``amount`` fen, with the document it rests on: decided by the head of the agency."""
        from .surcharge import counting_anew

        if not note.strip():
            raise Refused(_now("请写明减免的依据（文件、决定的文号）。"), field="note")
        why = official(_now("本金减免 %(sum)s 元，重新计算")) % {"sum": yuan(amount)}
        with (
            self.step("reduce", by=by, note=note),
            counting_anew(self, why, by=by),
            self._moving(_now("减免")) as (entry, sums),
        ):
            if not 0 < amount <= sums.open:
                raise Refused(_now("减免数额应当大于零，不超过未缴的 %(open)s 元。") % {"open": yuan(max(sums.open, 0))}, field="amount")
            entry("REDUCED", amount, note)

    def defer(self, *, by: User, parts: list[tuple[datetime.date, int]], decision: str, note: str) -> Any:
        """暂缓、分期缴纳 (行政处罚法 Art. 66) by the agency's decision: ``parts`` are (last day, fen), one for a mere delay."""
        from .deferral import Deferral

        with self.step("defer", by=by, note=note), self._moving(_now("暂缓、分期缴纳")) as (_entry, sums):
            deferral = Deferral.of(self, parts, decision, note, open_=sums.open)
            deferral.save()
            self.due_on = deferral.last_day
        return deferral

    @contextmanager
    def _moving(self, why: str) -> Iterator[tuple[Any, Any]]:
        """Give (write an entry, the sums as they stand); lines on payment notices are taken off, to be gathered anew."""

        def entry(kind: str, amount: int, basis: str) -> None:
            book(Entry.of(self, kind, amount, basis=basis))

        yield entry, ChargeSum.objects.get(charge=self)
        for line in self.lines.filter(dropped=False).order_by("pk").select_for_update(of=("self",)):
            line.drop(why)

    @classmethod
    def open_accounts_due(cls, *, by: User, limit: int = 500) -> int:
        """Derived from state: write the first entry of charges registered before there were entries. Returns how many."""
        waiting = cls.objects.filter(entries=None).select_related("county").order_by("pk")[:limit]
        for charge in waiting:
            with signed(by=by, verb="register"):
                book(Entry.of(charge, Entry.Kind.DUE, charge.amount, basis=charge.basis))
                if charge.status == cls.Status.VOID:
                    book(Entry.of(charge, Entry.Kind.VOIDED, -charge.amount, basis=charge.void_reason))
        return len(waiting)

    @classmethod
    def locked(cls, key: int) -> "Charge":
        """Return the charge under its lock, inside a transaction."""
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("a charge is locked only inside a transaction")
        return cls.objects.select_for_update(of=("self",)).select_related("county").get(pk=key)


def official(words: Any) -> str:
    """Return ``words`` as the register keeps them, whatever language the page is read in."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(words)


def may_register(by: User, agency: Agency, asked: dict[str, Any]) -> Any:
    """Return the post of a registrar of ``agency``, or refuse."""
    post = by.holding(Duty.CHARGE_REGISTER, agency=agency)
    if not post:
        raise NotYours(_now("只有本单位的收费登记员可以登记收费、罚没。"), facts=asked)
    return post
