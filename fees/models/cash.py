"""当场收缴: cash for a fine, only where 行政处罚法 Art. 68 or 69 lets it, with article, reason and ticket; handed in and banked in time."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import County, FenField, Officer, User, add_working_days, yuan
from audit.models import AuditedQuerySet, NotYours, Refused, signed
from audit.steps import Step, Stepped, status_field

from .. import rules
from ..days import DAY
from .charge import Charge, official
from .entry import Entry
from .surcharge import counting_anew


class CashQuerySet(AuditedQuerySet):
    """Questions about cash."""

    def visible_to(self, user: Any) -> "CashQuerySet":
        """Return the cash of charges the user may see."""
        return self.filter(charge__in=Charge.objects.visible_to(user))

    def on_its_way(self) -> "CashQuerySet":
        """Return what has not reached the bank as far as anybody has said."""
        return self.exclude(status=CashTaken.Status.BANKED)


class CashTaken(Stepped):
    """Cash taken on the spot. It counts as paid only when the feed says so; what is said here is where it has gone."""

    class Status(models.TextChoices):
        TAKEN = "TAKEN", _("在执法人员手中")
        HANDED_IN = "HANDED_IN", _("已交单位")
        BANKED = "BANKED", _("已缴付银行")

    class Article(models.TextChoices):
        SMALL = "68-1", _("第68条第一项：一百元以下的罚款")
        HARD = "68-2", _("第68条第二项：不当场收缴事后难以执行")
        REMOTE = "69", _("第69条：边远、水上、交通不便地区，当事人提出")

    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("县"))
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="cash", verbose_name=_("登记"))
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name=_("收缴的执法人员"))
    amount = FenField(_("金额（元）"))
    article = models.CharField(_("当场收缴的依据"), max_length=6, choices=Article.choices)
    reason = models.CharField(_("事由"), max_length=300)
    ticket = models.CharField(_("专用票据号码"), max_length=60)
    taken_on = models.DateField(_("收缴日期"))
    on_water = models.BooleanField(_("水上收缴"), default=False, help_text=_("自抵岸之日起计算，收缴日期填写抵岸日期"))
    status = status_field(Status, Status.TAKEN)
    handed_in_on = models.DateField(_("交单位日期"), null=True)
    banked_on = models.DateField(_("缴付银行日期"), null=True)
    slip = models.CharField(_("银行回单号"), max_length=60, blank=True)

    objects = CashQuerySet.as_manager()
    STEPS = {
        "hand_in": Step(_("交至单位"), (Status.TAKEN,), Status.HANDED_IN, who=rules.registrar_of_the_charge),
        "bank": Step(_("缴付指定银行"), (Status.HANDED_IN,), Status.BANKED, who=rules.registrar_of_the_charge),
    }
    VERBS = {"take": _("当场收缴")}

    class Meta:
        verbose_name = _("当场收缴")
        constraints = [
            models.CheckConstraint(condition=~Q(ticket="") & ~Q(reason=""), name="no_cash_without_ticket_and_reason"),
            models.CheckConstraint(condition=Q(status="TAKEN") | Q(handed_in_on__isnull=False), name="cash_handed_in_says_when"),
            models.CheckConstraint(
                condition=~Q(status="BANKED") | (Q(banked_on__isnull=False) & ~Q(slip="")), name="banked_cash_has_its_slip"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charge} {yuan(self.amount)}"

    @property
    def told(self) -> int:
        """Return what of it the feed has told, in fen: what came since the unit says it has banked it."""
        if self.status != self.Status.BANKED:
            return 0
        came = self.charge.entries.filter(kind=Entry.Kind.RECEIVED, valued_on__gte=self.banked_on).aggregate(fen=Sum("amount"))["fen"]
        return min(came or 0, self.amount)

    @property
    def words(self) -> str:
        """Return what the payer is told, in Chinese: 已当场收缴, with the ticket."""
        return official(_now("已当场收缴 %(sum)s 元（票号 %(ticket)s），请勿再缴")) % {"sum": yuan(self.amount), "ticket": self.ticket}

    @property
    def hand_in_by(self) -> datetime.date:
        """Return the last day to hand it in: two working days (Art. 71, 85)."""
        return add_working_days(self.county, self.taken_on, self.county.rule("penalty.cash_officer_to_agency", on=self.taken_on))

    @property
    def bank_by(self) -> datetime.date:
        """Return the last day to bank it: two working days more."""
        start = self.handed_in_on or self.hand_in_by
        return add_working_days(self.county, start, self.county.rule("penalty.cash_agency_to_bank", on=start))

    @classmethod
    def take(
        cls, charge: Charge, *, by: User, article: str, reason: str, ticket: str, taken_on: datetime.date, on_water: bool = False
    ) -> "CashTaken":
        """Record that a fine was collected on the spot. Refused beyond Art. 68 and 69, without reason or lawful ticket (Art. 70)."""
        asked = charge.tried(article=article, amount=yuan(charge.amount))
        post = rules.registrar_of_its_agency(by, charge)
        if not post:
            raise NotYours(_now("只有本单位的收费登记员可以登记当场收缴。"), facts=asked)
        with transaction.atomic():
            locked = Charge.locked(charge.pk)
            if locked.status != Charge.Status.REGISTERED or cls.objects.filter(charge=locked).exists():
                raise Refused(_now("这笔罚款已经作废，或者已经登记过当场收缴。"), facts=asked)
            _check(locked, article, reason, ticket, taken_on, asked)
            if locked.sums.received or locked.open <= 0:
                raise Refused(_now("这笔罚款已经有到账，或者没有未缴的数额，不能再登记当场收缴。"), facts=asked)
            said = {"sum": yuan(locked.open), "day": taken_on.isoformat()}
            why = official(_now("本金中 %(sum)s 元已于 %(day)s 当场收缴，重新计算")) % said
            with signed(by=by, verb="take", post=post), counting_anew(locked, why, by=by):
                cash = cls(
                    county=locked.county, charge=locked, officer=locked.collector, amount=locked.open, article=article,
                    reason=reason.strip()[:300], ticket=ticket.strip()[:60], taken_on=taken_on, on_water=on_water,
                )  # fmt: skip
                cash.save()
                return cash

    def hand_in(self, *, by: User, on: datetime.date) -> None:
        """交至单位 on a day: not before it was taken, not a day to come."""
        self._not_a_day_to_come(on, self.taken_on)
        with self.step("hand_in", by=by):
            self.handed_in_on = on

    def bank(self, *, by: User, on: datetime.date, slip: str) -> None:
        """缴付指定银行 with the number of the slip. Paid it is only when the feed says so."""
        if not slip.strip():
            raise Refused(_now("请填写银行回单号。"), field="slip")
        self._not_a_day_to_come(on, self.handed_in_on or self.taken_on)
        with self.step("bank", by=by):
            self.banked_on, self.slip = on, slip.strip()[:60]

    def _not_a_day_to_come(self, on: datetime.date, earliest: datetime.date) -> None:
        if not earliest <= on <= self.county.today():
            raise Refused(_now("日期应当不早于 %(first)s，不晚于今天。") % {"first": earliest}, field="on")


def _check(charge: Charge, article: str, reason: str, ticket: str, taken_on: datetime.date, asked: dict[str, Any]) -> None:
    if charge.kind != Charge.Kind.FINE:
        raise Refused(_now("只有罚款可以依法当场收缴；收费、没收和加处罚款一律凭缴款通知单缴纳。"), facts=asked)
    if article not in CashTaken.Article.values:
        raise Refused(_now("当场收缴只限行政处罚法第68条、第69条规定的情形，请选择。"), field="article", facts=asked)
    most = charge.county.rule("penalty.cash_on_spot_max", on=taken_on)
    if article in (CashTaken.Article.SMALL, CashTaken.Article.HARD) and not charge.on_the_spot:
        raise Refused(_now("第68条只适用于当场作出的处罚决定。"), field="article", facts=asked)
    if article == CashTaken.Article.SMALL and charge.sums.due > most * 100:
        raise Refused(_now("第68条第一项只限 %(most)s 元以下（含）的罚款。") % {"most": most}, field="article", facts=asked)
    if not reason.strip():
        raise Refused(_now("请写明当场收缴的事由；第69条的写明当事人提出的情况。"), field="reason", facts=asked)
    if not ticket.strip():
        message = _now("必须出具财政部门统一制发的专用票据并填写号码；不出具的，当事人有权拒绝缴纳（行政处罚法第70条）。")
        raise Refused(message, field="ticket", facts=asked)
    if not (charge.decision_date or taken_on) <= taken_on <= charge.county.today():
        raise Refused(_now("收缴日期不能早于决定日期，也不能晚于今天。"), field="taken_on", facts=asked)


@dataclass(frozen=True)
class LateCash:
    """Cash that is late: with whom it is, since when it should have gone on, by how many days."""

    cash: CashTaken
    stage: Any
    due_on: datetime.date
    days: int


def late_cash(county: County, on: datetime.date) -> list[LateCash]:
    """Return the cash of ``county`` that on the day ``on`` is not where the law wants it: for the 超期清单, oldest first.

    Cash a department says it has banked stays on the list until the feed has told all of it, two working days after the slip.
    Nothing the unit does with the fine takes it off: not a void, nor a fen that is paid under its code.
    """
    found = []
    rows = CashTaken.objects.filter(county=county).select_related("charge__agency", "charge__sums", "charge__county", "county", "officer")
    for cash in rows.exclude(status=CashTaken.Status.BANKED, charge__sums__received__gte=F("amount")):
        stage, due_on = {
            CashTaken.Status.TAKEN: (_("执法人员应交至单位"), cash.hand_in_by),
            CashTaken.Status.HANDED_IN: (_("单位应缴付指定银行"), cash.bank_by),
        }.get(cash.status, (_("已称缴付，非税系统未到账"), cash.banked_on and add_working_days(county, cash.banked_on, 2)))
        if on > due_on:
            found.append(LateCash(cash, stage, due_on, (on - due_on) // DAY))
    return sorted(found, key=lambda late: late.due_on)
