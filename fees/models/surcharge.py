"""加处罚款 by the agency's recorded decision (行政处罚法 Art. 72, 73), 滞纳金 of a fee by its own basis; else none."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, yuan
from audit.models import Refused, WrongMoment

from .. import checks
from ..days import DAY, fine_due_on
from ..late import LateDay, late_days, runs_of
from ..standard import percent
from .charge import Charge, may_register, official
from .entry import Entry

#: one per cent in millionths
PERCENT = 10_000


@dataclass(frozen=True)
class Reckoning:
    """What may be added to a charge by a day, each day with its sum. ``fen`` is what no decision has imposed yet."""

    days: list[LateDay]
    before: int
    rate: int

    @property
    def fen(self) -> int:
        """Return what the days come to."""
        return sum(day.added for day in self.days)

    @property
    def runs(self) -> list:
        """Return the days in runs, as a page shows them."""
        return runs_of(self.days)

    @property
    def lines(self) -> list[str]:
        """Return the reckoning in words, a run of equal days a line."""
        said = [
            f"{run.first} 至 {run.last}，{run.days} 日：" + (run.note or f"{yuan(run.base)} 元 × {percent(self.rate)} × {run.days} 日")
            + f" = {yuan(run.added)} 元"
            for run in self.runs
        ]  # fmt: skip
        return [*said, f"合计 {yuan(self.fen)} 元"]


def reckon(charge: Charge, until: datetime.date, rate: int | None = None) -> Reckoning:
    """Return what the days up to ``until`` come to at ``rate`` millionths a day (default: the most the law or the item allows)."""
    most = highest_rate(charge, until)
    rate = most if rate is None else rate
    earlier = charge.surcharges.standing().order_by("counted_until")
    before = sum(row.sums.due for row in earlier.select_related("sums"))
    if charge.due_on is None or not rate:
        return Reckoning([], before, rate)
    last = earlier.last()
    return _counted(charge, charge.due_on, until, rate, before, counted_until=last and last.counted_until)


def recounted(added: Charge) -> Reckoning:
    """Return what the days of one decision come to, by the money and the stays that are known by now.

    Its own days and its own rate: a term that was moved later on takes nothing back.
    """
    earlier = added.principal.surcharges.standing().filter(counted_until__lt=added.counted_until)
    before = sum(row.sums.due for row in earlier.select_related("sums"))
    return _counted(added.principal, added.counted_from - DAY, added.counted_until, added.late_rate, before)


def _counted(
    charge: Charge, due_on: datetime.date, until: datetime.date, rate: int, before: int, counted_until: datetime.date | None = None
) -> Reckoning:
    paid = _paid(charge)
    lowered = sum(e.amount for e in charge.entries.filter(kind=Entry.Kind.REDUCED))
    due = charge.sums.due - lowered
    if due <= 0:
        return Reckoning([], before, rate)
    days = late_days(
        principal=due, due_on=due_on, until=until, rate=rate, paid=paid, stops=[s.as_stop for s in charge.stays.order_by("first")],
        counted_until=counted_until, before=before,
    )  # fmt: skip
    return Reckoning(days, before, rate)


def _paid(charge: Charge) -> list[tuple[datetime.date, int]]:
    """Return (day, fen) of what was paid: by the feed, and in cash from the day it was taken; banked, that cash is told once more."""
    moved = charge.entries.filter(kind__in=[Entry.Kind.RECEIVED, Entry.Kind.RETURNED]).order_by("valued_on", "pk")
    paid = [(entry.valued_on, entry.amount if entry.kind == Entry.Kind.RECEIVED else -entry.amount) for entry in moved]
    cash = charge.taken_in_cash
    if cash is None:
        return paid
    told = cash.told
    for n, (on, fen) in enumerate(paid):
        again = min(told, fen) if fen > 0 and cash.banked_on and on >= cash.banked_on else 0
        paid[n], told = (on, fen - again), told - again
    return [(cash.taken_on, cash.amount), *paid]


def highest_rate(charge: Charge, on: datetime.date) -> int:
    """Return the most a day may add, in millionths: 3 % for a fine (Art. 72), of a fee what its own basis says, else nothing."""
    if charge.kind == Charge.Kind.FINE:
        return int(charge.county.rule("penalty.late_rate_per_day", on=on)) * PERCENT
    return (charge.item.late_rate or 0) if charge.kind == Charge.Kind.FEE else 0


def impose(
    charge: Charge,
    *,
    by: User,
    until: datetime.date,
    decision_number: str = "",
    decision_date: datetime.date | None = None,
    served_on: datetime.date | None = None,
    article: str = "",
    rate: int | None = None,
) -> Charge:
    """Add 加处罚款 to a fine by a decision, or 滞纳金 to a fee by its own basis, for the days up to ``until``.

    Returns the charge that stands for it. Refused: nothing late, a day to come, more than the law allows a day.
    """
    asked = charge.tried(until=until.isoformat(), item=decision_number)
    post = may_register(by, charge.agency, asked)
    if charge.kind not in (Charge.Kind.FINE, Charge.Kind.FEE):
        raise Refused(_("只有罚款可以加处罚款，只有收费可以依其依据加收滞纳金。"), facts=asked)
    if charge.elsewhere:
        said = {"item": charge.item_name, "who": charge.elsewhere}
        raise Refused(_("“%(item)s”由%(who)s征收，本窗口不知是否已缴，不得加收滞纳金。") % said, facts=asked)
    most = highest_rate(charge, until)
    if not most:
        raise Refused(_("“%(item)s”的依据没有规定滞纳金，不得加收。") % {"item": charge.item_name}, facts=asked)
    if rate is not None and not 0 < rate <= most:
        raise Refused(_("每日不得超过 %(most)s。") % {"most": percent(most)}, field="rate", facts=asked)
    today = charge.county.today()
    if until > today:
        raise Refused(_("只能计算到今天为止。"), field="until", facts=asked)
    fine = charge.kind == Charge.Kind.FINE
    if fine:
        checks.decided(decision_number, decision_date, article, served_on, today, asked)
    with transaction.atomic():
        locked = Charge.locked(charge.pk)
        if locked.status != Charge.Status.REGISTERED:
            raise WrongMoment(_("“%(what)s”现在的状态不能加处。") % {"what": locked})
        found = reckon(locked, until, rate)
        if found.fen <= 0:
            raise Refused(_("按日计算，到这一天没有可以加处的数额（没有逾期、停止计算，或者已达本金）。"), field="until", facts=asked)
        served = (served_on or decision_date) if fine else None
        same = ("county", "agency", "enterprise", "establishment", "visit", "collector", "collector_name", "certificate_number")
        kind = Charge.Kind.SURCHARGE if fine else Charge.Kind.LATE_FEE
        return Charge.write(
            by=by,
            post=post,
            verb="impose",
            **{name: getattr(locked, name) for name in same},
            kind=kind,
            principal=locked,
            counted_from=found.days[0].day,
            counted_until=until,
            late_rate=found.rate,
            item=None if fine else locked.item,
            item_name=official(kind.label),
            basis=article.strip() if fine else locked.item.late_basis,
            decision_number=decision_number.strip() if fine else "",
            decision_date=decision_date if fine else None,
            served_on=served,
            charged_on=today,
            due_on=fine_due_on(locked.county, served) if fine else None,
            amount=found.fen,
            explained=found.lines,
        )


def counted_beyond(charge: Charge, day: datetime.date | None = None) -> list[Charge]:
    """Return, under their locks, what was added to the locked ``charge`` (for days from ``day`` on): before any sum is touched."""
    late = charge.surcharges.standing().filter(counted_from__isnull=False)
    if day is not None:
        late = late.filter(counted_until__gte=day)
    return list(late.select_for_update(of=("self",)).select_related("county", "principal__county").order_by("pk"))


def recount(late: list[Charge], why: str, *, by: User) -> None:
    """Count anew what was added: by the fine, the money and the stays as they stand by now. Inside the act that has changed them.

    What a decision has added may be no more than the fine as it stands (Art. 72), for no day of a review (Art. 73), and for no day
    on which the money lay at the bank already. Signed by who carries out the act; nobody chooses the sum.
    """
    for added in sorted(late, key=lambda row: (row.counted_until, row.pk)):
        found = recounted(added)
        if found.fen >= added.sums.due:
            continue
        added.fall(by=by, fen=max(found.fen, 0), note="；".join([why, *found.lines])[:300])


@contextmanager
def counting_anew(charge: Charge, why: str, *, by: User) -> Iterator[None]:
    """Count anew what was added to the locked ``charge`` after the change made inside, in the same act."""
    late = counted_beyond(charge)
    yield
    recount(late, why, by=by)
