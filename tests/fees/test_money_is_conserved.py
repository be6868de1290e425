"""Random acts on the register against a small model of its own: due = paid + reduced + open, by line, notice, enterprise, month.

A fixed share runs always; with ``PROVE=1`` a hundred thousand acts.
"""

import datetime
import random
from collections import defaultdict, deque

import time_machine
from django.db.models import Sum

from audit.models import Refusal, WrongMoment
from fees.adapters import FeedLine
from fees.models import (
    CashTaken,
    Charge,
    ChargeSum,
    DaySum,
    EnterpriseSum,
    Entry,
    MonthSum,
    PaymentLine,
    PaymentNotice,
    Refund,
    TreasuryReceipt,
    impose,
    late_cash,
)
from fees.models.sums import ALL
from tests import make, make_fees
from tests.turns import PROVE

ACTS = 100_000 if PROVE else 300
PLACES = 100 if PROVE else 4
DAY = datetime.timedelta(days=1)
START = datetime.datetime(2026, 1, 12, 3, tzinfo=datetime.UTC)


class Model:
    """What should stand in the register, kept with plain numbers."""

    def __init__(self):
        self.charges = {}  # key -> [due, reduced, received, returned]
        self.months = defaultdict(lambda: [0, 0, 0, 0])
        self.month = None
        self.came = defaultdict(list)  # key -> [(day at the bank, fen)]
        self.cash = {}  # key -> [fen taken on the spot, day, day it was banked or None]
        self.added = {}  # key of what was added and stands -> (key of its principal, first day, last day)

    def move(self, key, place, fen):
        self.charges.setdefault(key, [0, 0, 0, 0])[place] += fen
        self.months[self.month][place] += fen

    def open(self, key):
        due, reduced, received, returned = self.charges[key]
        return due - reduced - received + returned

    def cash_is_out(self, key):
        """Whether cash was taken for a charge and is on its way: neither said to be banked nor told by the feed."""
        fen, _on, banked = self.cash.get(key, (0, None, True))
        return not banked and self.charges[key][2] < fen

    def paid_before(self, key, day):
        """What was paid before a day: by the feed, and the cash once, though the bank tells of it a second time."""
        fen, taken, banked = self.cash.get(key, (0, day, None))
        told = sum(came for on, came in self.came[key] if banked and banked <= on < day and came > 0)
        return sum(came for on, came in self.came[key] if on < day) + (fen if taken < day else 0) - min(told, fen)

    def late(self, key, first, last, but=None):
        """What three per cent a day come to on a charge, from day to day, after what other decisions added for days before."""
        due, reduced, *_rest = self.charges[key]
        room = due - reduced
        total, left = 0, room
        for other, (principal, _first, until) in self.added.items():
            left -= self.charges[other][0] if principal == key and other != but and until < last else 0
        for n in range((last - first).days + 1):
            day = first + n * DAY
            base = room - self.paid_before(key, day)
            total += min(max(base, 0) * 3 // 100, left - total)
        return max(total, 0)

    def came_in(self, key, fen, on):
        """Money on a charge; what was added for days on which it lay at the bank falls."""
        self.move(key, 2, fen)
        self.came[key].append((on, fen))
        self.count_anew(key, on)

    def count_anew(self, key, since=datetime.date.min):
        """What was added for days from ``since`` on falls to what the charge and its money now come to; it never rises."""
        for added in sorted((a for a, (k, _f, last) in self.added.items() if k == key and last >= since), key=lambda a: self.added[a][2]):
            _key, first, last = self.added[added]
            left, (due, reduced, *_rest) = self.late(key, first, last, added), self.charges[added]
            if left < due:
                self.move(added, 0, left - due)
                self.move(added, 1, min(left - reduced, 0))
                if not left:
                    del self.added[added]


class World:
    """Two departments, their people, a handful of enterprises, the window and the bank."""

    def __init__(self, desk, chance):
        self.desk, self.chance, self.model, self.n = desk, chance, Model(), 0
        self.came_before = {}  # key -> what had come in before the paper that asks for it now was gathered
        self.places = [make.an_enterprise(desk.county) for _n in range(PLACES)]
        other = make.an_agency(desk.county)
        second = make.a_user("REGISTRAR", agency=other)
        self.sides = [
            (desk.agency, desk.registrar, desk.head, desk.officer_row),
            (other, second, make.a_user("HEAD", agency=other), make.an_officer(other)),
        ]
        self.item = make.a_fee_item(desk.county, way="定额", unit_price=1234, unit="件")
        self.system = make.system()
        self.newest = deque(maxlen=40)

    def act(self):
        name = self.chance.choice(
            ["register"] * 5
            + ["gather"] * 3
            + ["pay"] * 6
            + ["reduce"] * 2
            + ["correct"] * 2
            + ["void"] * 2
            + ["refund"] * 2
            + ["defer"]
            + ["impose"] * 5
            + ["cash"] * 3
        )
        getattr(self, name)()

    def any_charge(self):
        if not self.newest:
            return None
        return Charge.objects.select_related("county", "sums", "agency", "enterprise", "item").get(pk=self.chance.choice(self.newest))

    def side_of(self, charge):
        return next(side for side in self.sides if side[0].pk == charge.agency_id)

    def register(self):
        agency, registrar, _head, officer = self.chance.choice(self.sides)
        self.n += 1
        today = self.desk.county.today()
        facts = {"collector": officer, "charged_on": today, "establishment": self.chance.choice(self.places)}
        reduction = self.chance.choice([0, 0, 0, 1, 55])
        if reduction:
            facts |= {"reduction": reduction, "reduction_basis": "文件"}
        if self.chance.random() < 0.4:
            facts |= {"kind": "FEE", "item": self.item.code, "quantity": self.chance.randrange(1_000, 90_000)}
        else:
            said = {"decision_number": f"第{self.n}号", "decision_date": today, "article": "某法第1条"}
            facts |= {"kind": "FINE", "amount": self.chance.randrange(60, 9_000_000), **said}
        charge = Charge.register(by=registrar, agency=agency, **facts)
        self.newest.append(charge.pk)
        self.model.move(charge.pk, 0, charge.amount)
        if reduction:
            self.model.move(charge.pk, 1, reduction)

    def gather(self):
        enterprise = self.chance.choice(self.places).enterprise
        asked = set(PaymentLine.objects.filter(charge__enterprise=enterprise, dropped=False).values_list("charge", flat=True))
        standing = Charge.objects.filter(enterprise=enterprise, status="REGISTERED").values_list("pk", flat=True)
        open_ = {key for key in standing if self.model.open(key) > 0 and key not in asked}
        notice = PaymentNotice.gather(by=self.desk.finance, enterprise=enterprise) if open_ else None
        if notice is None:
            return
        make_fees.with_codes(notice)
        for key in open_:
            _due, _reduced, received, returned = self.model.charges[key]
            self.came_before[key] = received - returned
        got = notice.standing_lines.order_by("charge").values("charge").annotate(sum=Sum("amount"))
        assert {row["charge"]: row["sum"] for row in got} == {key: self.model.open(key) for key in open_}

    def pay(self):
        lines = list(PaymentLine.objects.exclude(code="").order_by("-pk")[:30])
        if not lines:
            return
        line = self.chance.choice(lines)
        self.n += 1
        fen = self.chance.choice([line.amount, line.amount, max(line.amount // 3, 1), line.amount + 7])
        on = self.desk.county.today() - self.chance.choice([0, 0, 1, 5, 20, 30]) * DAY  # the feed tells it later
        said = FeedLine(f"流水{self.n}", line.code, fen, on, "银行")
        TreasuryReceipt.receive(self.desk.county, said, by=self.system)
        assert TreasuryReceipt.receive(self.desk.county, said, by=self.system) is None, "told twice counts once"
        self.model.came_in(line.charge_id, fen, on)

    def impose(self):
        late = Charge.objects.filter(kind="FINE", status="REGISTERED", due_on__lt=self.desk.county.today()).order_by("-pk")
        if not (rows := list(late.select_related("county", "agency", "enterprise")[:20])):
            return
        fine, today = self.chance.choice(rows), self.desk.county.today()
        self.n += 1
        said = {"decision_number": f"加{self.n}号", "decision_date": today, "article": "行政处罚法第72条"}
        added = impose(fine, by=self.side_of(fine)[1], until=today - self.chance.choice([0, 0, 1, 4]) * DAY, **said)
        self.newest.append(added.pk)
        self.model.move(added.pk, 0, added.amount)
        assert added.amount == self.model.late(fine.pk, added.counted_from, added.counted_until)
        self.model.added[added.pk] = (fine.pk, added.counted_from, added.counted_until)

    def reduce(self):
        if charge := self.any_charge():
            fen = self.chance.randrange(1, 400)
            charge.reduce(by=self.side_of(charge)[2], amount=fen, note="减免文件")
            self.model.move(charge.pk, 1, fen)
            self.model.count_anew(charge.pk)

    def correct(self):
        if charge := self.any_charge():
            fen = self.chance.randrange(60, 9_000_000)
            before = self.model.charges[charge.pk][0]
            charge.correct(by=self.side_of(charge)[1], amount=fen, note="更正")
            self.model.move(charge.pk, 0, fen - before)
            self.model.count_anew(charge.pk)

    def void(self):
        if charge := self.any_charge():
            _agency, registrar, head, _officer = self.side_of(charge)
            charge.ask_void(by=registrar, note="写错")
            if self.chance.random() < 0.3:
                charge.keep(by=head, note="没有写错")
                return
            out = self.model.cash_is_out(charge.pk)
            try:
                charge.void(by=head)
            except WrongMoment:
                charge.keep(by=head, note="现金还没有缴付")
                assert out or charge.surcharges.standing().exists()
                return
            assert not out, "no cash is out when its fine is void"
            due, reduced, *_rest = self.model.charges[charge.pk]
            self.model.added.pop(charge.pk, None)
            self.model.move(charge.pk, 0, -due)
            self.model.move(charge.pk, 1, -reduced)

    def cash(self):
        charge = self.any_charge()
        if not charge or charge.kind != "FINE":
            return
        registrar, today = self.side_of(charge)[1], self.desk.county.today()
        if charge.pk not in self.model.cash:
            said = {"article": "69", "reason": "水库渔船，当事人提出", "ticket": "票1", "taken_on": today}
            cash = CashTaken.take(charge, by=registrar, **said)
            assert (self.model.charges[charge.pk][2], cash.amount) == (0, self.model.open(charge.pk))
            self.model.cash[charge.pk] = [cash.amount, today, None]
            self.model.count_anew(charge.pk, today)
        elif charge.cash.status == "TAKEN":
            charge.cash.hand_in(by=registrar, on=today)
        else:
            charge.cash.bank(by=registrar, on=today, slip="回单")
            self.model.cash[charge.pk][2] = today

    def refund(self):
        over = [key for key in self.model.charges if self.model.open(key) < 0]
        if not over:
            return
        charge = Charge.objects.select_related("county", "sums", "agency").get(pk=self.chance.choice(over))
        refund = Refund.ask(charge, by=self.side_of(charge)[1], amount=-self.model.open(charge.pk), reason="多缴")
        refund.agree(by=self.desk.finance)
        code = charge.lines.exclude(code="").first().code
        said = FeedLine(f"TF-{refund.uid}", code, -refund.amount, self.desk.county.today(), "国库")
        TreasuryReceipt.receive(self.desk.county, said, by=self.system)
        refund.refresh_from_db()
        assert refund.status == "RETURNED"
        self.model.move(charge.pk, 3, refund.amount)
        self.model.came[charge.pk].append((self.desk.county.today(), -refund.amount))

    def defer(self):
        if (charge := self.any_charge()) and self.model.open(charge.pk) > 1:
            whole, today = self.model.open(charge.pk), self.desk.county.today()
            parts = [(today + datetime.timedelta(days=20), whole // 2), (today + datetime.timedelta(days=40), whole - whole // 2)]
            charge.defer(by=self.side_of(charge)[2], parts=parts, decision="延", note="困难")

    def agrees(self):
        """Compare everything the register keeps with the model, to the fen."""
        names = ("due", "reduced", "received", "returned", "open")
        right = {key: (*row, self.model.open(key)) for key, row in self.model.charges.items()}
        assert {row[0]: row[1:] for row in ChargeSum.objects.values_list("charge", *names)} == right
        told = TreasuryReceipt.objects.filter(line__isnull=False, fault="").values_list("line__charge").annotate(Sum("amount"))
        net = {key: received - returned for key, (_due, _reduced, received, returned, _open) in right.items()}
        assert dict(told) | {key: 0 for key, fen in net.items() if key not in dict(told)} == net, "what came under its codes, and no more"
        for notice in PaymentNotice.objects.order_by("-pk")[:20]:
            asked = dict(notice.standing_lines.values_list("charge").annotate(Sum("amount")).order_by())
            left = {key: fen - (net[key] - self.came_before[key]) for key, fen in asked.items()}
            assert left == {key: right[key][4] for key in asked}, "each line of the paper asks for what was open, less what came since"
        owner = dict(Charge.objects.values_list("pk", "enterprise"))
        by_enterprise = defaultdict(lambda: [0] * 5)
        for key, row in right.items():
            by_enterprise[owner[key]] = [a + b for a, b in zip(by_enterprise[owner[key]], row, strict=True)]
        assert {row[0]: list(row[1:]) for row in EnterpriseSum.objects.values_list("enterprise", *names)} == dict(by_enterprise)
        months = MonthSum.objects.values("month").order_by("month").annotate(**{f"s_{n}": Sum(n) for n in names})
        for row in months:
            due, reduced, received, returned = self.model.months[row["month"]]
            assert (row["s_due"], row["s_reduced"], row["s_received"], row["s_returned"]) == (due, reduced, received, returned)
            assert row["s_open"] == due - reduced - received + returned
        out = {key for key, (fen, _on, banked) in self.model.cash.items() if not banked or self.model.charges[key][2] < fen}
        assert {late.cash.charge_id for late in late_cash(self.desk.county, self.desk.county.today() + 60 * DAY)} == out
        days = DaySum.objects.aggregate(due=Sum("due"), open=Sum("open"), many=Sum("charges"))
        standing = Charge.objects.standing().count()
        whole = [sum(row[place] for row in right.values()) for place in (0, 4)]
        assert [days["due"] or 0, days["open"] or 0, days["many"] or 0] == [*whole, standing]


def test_money_is_conserved_whatever_is_done(desk):
    chance = random.Random(20080501)
    refusals = defaultdict(int)
    with time_machine.travel(START, tick=False) as clock:
        world = World(desk, chance)
        for n in range(ACTS):
            if n % (ACTS // 10) == 0:  # ten stretches of time: the months go by
                clock.shift(datetime.timedelta(days=17))
                for person in (*[p for side in world.sides for p in side[1:3]], desk.finance, world.system):
                    person.__dict__.pop("posts_now", None)
            world.model.month = desk.county.today().replace(day=1)
            try:
                world.act()
            except Refusal as refusal:
                refusals[type(refusal).__name__] += 1
            if n % max(ACTS // 20, 1) == 0:
                world.agrees()
        world.agrees()
    assert len(world.model.months) >= 5
    assert sum(refusals.values()) < ACTS * 0.4, dict(refusals)
    assert any(entry.charge.principal_id for entry in Entry.objects.filter(kind__in=["CORRECTED", "VOIDED"], basis__contains="按缴款日期"))
    assert any(entry.charge.principal_id for entry in Entry.objects.filter(kind__in=["CORRECTED", "VOIDED"], basis__startswith="本金更正"))
    assert {row.returned for row in ChargeSum.objects.all()} - {0}, "something was given back"
    for sums in ALL:
        assert list(sums.differences()) == []
