"""加处罚款 and 滞纳金 against a table reckoned by hand; last days to pay against the announced calendar; decisions that impose them."""

import datetime

import pytest
import time_machine

from audit.models import NotYours, Refused
from fees import acts
from fees.days import fine_due_on
from fees.late import Stop, late_days, runs_of
from fees.models import Charge, PaymentLine, Refund, Stay, impose, reckon
from fees.models.sums import ALL
from tests import make, make_fees

DAY = datetime.timedelta(days=1)


def d(text):
    return datetime.date.fromisoformat(text)


THREE, LATE_FEE = 30_000, 500
#: case -> principal, due, until, rate, paid, stops, earlier decision (counted until, sum) -> the total in fen, reckoned by hand
TABLE = {
    "ten days at three per cent": (1_000_000, "2026-03-31", "2026-04-10", THREE, [], [], None, 300_000),
    "the last day itself": (1_000_000, "2026-03-31", "2026-03-31", THREE, [], [], None, 0),
    "one day late": (1_000_000, "2026-03-31", "2026-04-01", THREE, [], [], None, 30_000),
    "February of a leap year": (1_000_000, "2024-02-27", "2024-03-02", THREE, [], [], None, 4 * 30_000),
    "February of another year": (1_000_000, "2023-02-27", "2023-03-02", THREE, [], [], None, 3 * 30_000),
    "over the end of a year": (1_000_000, "2025-12-30", "2026-01-02", THREE, [], [], None, 3 * 30_000),
    "thirty-three days": (1_000_000, "2026-01-01", "2026-02-03", THREE, [], [], None, 990_000),
    "the thirty-fourth day only fills up": (1_000_000, "2026-01-01", "2026-02-04", THREE, [], [], None, 1_000_000),
    "a year late is no more": (1_000_000, "2026-01-01", "2027-01-01", THREE, [], [], None, 1_000_000),
    "part paid on the fifth day": (
        1_000_000, "2026-03-31", "2026-04-10", THREE, [("2026-04-05", 400_000)], [], None, 5 * 30_000 + 5 * 18_000,
    ),
    "all paid on the fifth day": (1_000_000, "2026-03-31", "2026-04-10", THREE, [("2026-04-05", 1_000_000)], [], None, 5 * 30_000),
    "all paid in time": (1_000_000, "2026-03-31", "2026-04-10", THREE, [("2026-03-31", 1_000_000)], [], None, 0),
    "paid and given back again": (
        1_000_000, "2026-03-31", "2026-04-04", THREE, [("2026-04-01", 1_000_000), ("2026-04-02", -1_000_000)], [], None,
        30_000 + 0 + 30_000 + 30_000,
    ),
    "a review of four days": (1_000_000, "2026-03-31", "2026-04-10", THREE, [], [("2026-04-03", "2026-04-06")], None, 6 * 30_000),
    "a lawsuit that still runs": (1_000_000, "2026-03-31", "2026-04-10", THREE, [], [("2026-04-03", None)], None, 2 * 30_000),
    "a review, then a lawsuit": (
        1_000_000, "2026-03-31", "2026-04-20", THREE, [], [("2026-04-01", "2026-04-05"), ("2026-04-08", "2026-04-19")], None, 3 * 30_000,
    ),
    "a review before the last day": (1_000_000, "2026-03-31", "2026-04-02", THREE, [], [("2026-03-01", "2026-03-31")], None, 60_000),
    "fen are rounded down": (33_333, "2026-03-31", "2026-04-03", THREE, [], [], None, 3 * 999),
    "one fen": (1, "2026-03-31", "2026-04-30", THREE, [], [], None, 0),
    "thirty-three fen": (33, "2026-03-31", "2026-04-30", THREE, [], [], None, 0),
    "thirty-four fen": (34, "2026-03-31", "2026-05-31", THREE, [], [], None, 34),
    "a second decision goes on after the first": (
        1_000_000, "2026-03-31", "2026-04-10", THREE, [], [], ("2026-04-05", 150_000), 150_000,
    ),
    "the cap holds over both": (1_000_000, "2026-03-31", "2026-06-30", THREE, [], [], ("2026-05-03", 990_000), 10_000),
    "a fee at five in ten thousand": (1_000_000, "2026-03-31", "2026-05-01", LATE_FEE, [], [], None, 31 * 500),
    "a late fee is capped too": (10_000, "2010-01-01", "2026-01-01", LATE_FEE, [], [], None, 10_000),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE)
def test_the_reckoning_is_the_one_made_by_hand(case):
    principal, due, until, rate, paid, stops, earlier, total = TABLE[case]
    days = late_days(
        principal=principal, due_on=d(due), until=d(until), rate=rate, paid=[(d(on), fen) for on, fen in paid],
        stops=[Stop(d(first), last and d(last), "复议") for first, last in stops],
        counted_until=earlier and d(earlier[0]), before=earlier[1] if earlier else 0,
    )  # fmt: skip
    assert sum(day.added for day in days) == total
    assert [day.day for day in days] == sorted({day.day for day in days}), "every day once, in order"
    assert sum(run.added for run in runs_of(days)) == total
    assert sum(run.days for run in runs_of(days)) == len(days)
    if days:
        assert days[-1].total == total + (earlier[1] if earlier else 0)


#: received on -> last day to pay; public holidays of 2026 as announced
LAST_DAYS = [
    ("2026-03-02", "2026-03-17"),  # a Tuesday
    ("2026-03-06", "2026-03-23"),  # a Saturday moves to Monday
    ("2026-09-16", "2026-10-08"),  # National Day moves to the first day of work
    ("2026-02-01", "2026-02-24"),  # Spring Festival
    ("2026-02-13", "2026-02-28"),  # a Saturday that is worked is the last day
    ("2024-02-14", "2024-02-29"),  # the leap day
]


@pytest.mark.parametrize(("received", "last"), LAST_DAYS)
def test_the_last_of_fifteen_days_is_a_day_of_work(desk, received, last):
    assert fine_due_on(desk.county, d(received)) == d(last)


@pytest.fixture
def late_fine(desk):
    """A fine of 10 000 yuan received on 2026-03-02, and the desk at 2026-03-27: ten days after its last day."""
    with time_machine.travel(datetime.datetime(2026, 3, 2, 3, tzinfo=datetime.UTC), tick=False):
        fine = make_fees.a_fine(desk, amount=1_000_000)
    with time_machine.travel(datetime.datetime(2026, 3, 27, 3, tzinfo=datetime.UTC), tick=False):
        yield fine


def decided(**facts):
    return {"decision_number": "加1号", "decision_date": d("2026-03-27"), "article": "行政处罚法第72条", "until": d("2026-03-27"), **facts}


def test_it_is_added_only_by_a_decision_and_explained_day_by_day(desk, late_fine):
    assert late_fine.sums.due == 1_000_000, "nothing grows by itself"
    assert reckon(late_fine, d("2026-03-27")).fen == 300_000
    for missing in ("decision_number", "decision_date", "article"):
        with pytest.raises(Refused) as refusal:
            impose(late_fine, by=desk.registrar, **decided(**{missing: None if missing == "decision_date" else ""}))
        assert refusal.value.field == missing
    with pytest.raises(NotYours):
        impose(late_fine, by=desk.finance, **decided())
    added = impose(late_fine, by=desk.registrar, **decided())
    assert (added.kind, added.amount, added.principal, added.counted_until) == ("SURCHARGE", 300_000, late_fine, d("2026-03-27"))
    assert added.explained == ["2026-03-18 至 2026-03-27，10 日：10,000.00 元 × 3% × 10 日 = 3,000.00 元", "合计 3,000.00 元"]
    with pytest.raises(Refused, match="没有可以加处的数额"):
        impose(late_fine, by=desk.registrar, **decided(decision_number="加2号"))
    assert [line.amount for line in make_fees.issued(desk).standing_lines] == [1_000_000, 300_000], "each with its own code"


@pytest.mark.parametrize(("rate", "allowed"), [(29_999, True), (30_000, True), (30_001, False), (0, False)])
def test_no_more_than_three_per_cent_a_day(desk, late_fine, rate, allowed):
    if allowed:
        assert impose(late_fine, by=desk.registrar, rate=rate, **decided()).amount == 10 * (1_000_000 * rate // 1_000_000)
    else:
        with pytest.raises(Refused) as refusal:
            impose(late_fine, by=desk.registrar, rate=rate, **decided())
        assert refusal.value.field == "rate"


def test_the_days_of_a_review_are_not_counted(desk, late_fine):
    stay = Stay.begin(late_fine, by=desk.head, kind="REVIEW", case_number="沂政复〔2026〕1号", first=d("2026-03-20"))
    assert reckon(late_fine, d("2026-03-27")).fen == 60_000
    with pytest.raises(Refused):
        Stay.begin(late_fine, by=desk.head, kind="LAWSUIT", case_number="诉1号", first=d("2026-03-21"))
    stay.end(by=desk.registrar, last=d("2026-03-24"))
    assert reckon(late_fine, d("2026-03-27")).fen == 150_000
    for user in (desk.finance, desk.auditor, desk.reviewer):
        with pytest.raises(NotYours):
            Stay.begin(late_fine, by=user, kind="REVIEW", case_number="1", first=d("2026-03-20"))


def test_a_deferral_moves_the_last_day(desk, late_fine):
    late_fine.defer(by=desk.head, parts=[(d("2026-04-30"), 1_000_000)], decision="延1号", note="经济困难")
    assert reckon(Charge.objects.get(pk=late_fine.pk), d("2026-03-27")).fen == 0


def test_a_fee_has_a_late_fee_only_by_its_own_basis(desk):
    with time_machine.travel(datetime.datetime(2026, 3, 2, 3, tzinfo=datetime.UTC), tick=False):
        plain = make_fees.a_fee(desk, make.a_fee_item(desk.county, pay_within=10))
        item = make.a_fee_item(desk.county, pay_within=10, late_rate=500, late_basis="水土保持法第57条")
        based = make_fees.a_fee(desk, item, amount=1_000_000)
    assert based.due_on == d("2026-03-12")
    with time_machine.travel(datetime.datetime(2026, 3, 22, 3, tzinfo=datetime.UTC), tick=False):
        with pytest.raises(Refused, match="没有规定滞纳金"):
            impose(plain, by=desk.registrar, until=d("2026-03-22"))
        added = impose(based, by=desk.registrar, until=d("2026-03-22"))
    assert (added.kind, added.amount, added.basis, added.due_on) == ("LATE_FEE", 5_000, "水土保持法第57条", None)


def test_nothing_is_added_to_what_is_collected_elsewhere(desk):
    with time_machine.travel(datetime.datetime(2026, 3, 2, 3, tzinfo=datetime.UTC), tick=False):
        item = make.a_fee_item(desk.county, pay_within=10, late_rate=500, late_basis="水土保持法第57条", goes_to="税务征收")
        fee = make_fees.a_fee(desk, item, amount=1_000_000)
    with time_machine.travel(datetime.datetime(2026, 3, 22, 3, tzinfo=datetime.UTC), tick=False):
        assert "impose" not in acts.open_to(desk.registrar, fee)
        with pytest.raises(Refused, match="由税务机关征收，本窗口不知是否已缴"):
            impose(fee, by=desk.registrar, until=d("2026-03-22"))


#: what the feed tells after the decision: (paid on, fen) -> what is left of 3 000 yuan for the ten days 03-18 to 03-27, by hand
TOLD_LATER = {
    "on the last day": ([("2026-03-17", 1_000_000)], 0),
    "before the last day": ([("2026-03-05", 1_000_000)], 0),
    "on the third day": ([("2026-03-20", 1_000_000)], 3 * 30_000),
    "on the ninth day": ([("2026-03-26", 1_000_000)], 9 * 30_000),
    "on the day it was counted to": ([("2026-03-27", 1_000_000)], 300_000),
    "the day after": ([("2026-03-28", 1_000_000)], 300_000),
    "a part on the fifth day": ([("2026-03-22", 400_000)], 5 * 30_000 + 5 * 18_000),
    "in two parts, the later told first": ([("2026-03-22", 400_000), ("2026-03-19", 600_000)], 2 * 30_000 + 3 * 12_000),
}


@pytest.mark.parametrize("case", TOLD_LATER)
def test_what_lay_at_the_bank_before_the_decision_adds_nothing(desk, late_fine, case):
    told, left = TOLD_LATER[case]
    line = make_fees.issued(desk).standing_lines.get()
    added = impose(late_fine, by=desk.registrar, **decided())
    asked = make_fees.issued(desk).standing_lines.get()
    with time_machine.travel(datetime.datetime(2026, 3, 29, 3, tzinfo=datetime.UTC), tick=False):
        for on, fen in told:
            make_fees.paid(line, fen, d(on))
    added, asked = Charge.objects.get(pk=added.pk), PaymentLine.objects.get(pk=asked.pk)
    assert (added.sums.due, added.status) == (left, "REGISTERED" if left else "VOID")
    assert asked.dropped == (left != 300_000)
    if left < 300_000:
        last = added.entries.latest("pk")
        assert (last.kind, told[-1][0] in last.basis) == ("CORRECTED" if left else "VOIDED", True)
        assert added.history.latest("history_id").actor_name == make.system().name
    assert [list(sums.differences()) for sums in ALL] == [[]] * len(ALL)


def test_of_two_decisions_each_is_counted_anew_for_its_own_days(desk, late_fine):
    line = make_fees.issued(desk).standing_lines.get()
    first = impose(late_fine, by=desk.registrar, **decided(until=d("2026-03-22"), rate=20_000))
    second = impose(late_fine, by=desk.registrar, **decided(decision_number="加2号"))
    assert (first.sums.due, second.sums.due) == (5 * 20_000, 5 * 30_000)
    make_fees.paid(line, 1_000_000, d("2026-03-20"))
    first, second = Charge.objects.get(pk=first.pk), Charge.objects.get(pk=second.pk)
    assert (first.sums.due, second.status, second.sums.due) == (3 * 20_000, "VOID", 0)


def test_what_was_paid_of_it_too_much_can_be_given_back_and_is_not_put_up_again(desk, late_fine):
    line = make_fees.issued(desk).standing_lines.get()
    added = impose(late_fine, by=desk.registrar, **decided())
    make_fees.paid(make_fees.issued(desk).standing_lines.get())
    added.refresh_from_db()
    make_fees.paid(line, 1_000_000, d("2026-03-20"))
    added = Charge.objects.get(pk=added.pk)
    assert (added.sums.due, added.sums.open) == (90_000, -210_000)
    with pytest.raises(Refused, match="不能高于按日计算的数额"):
        added.correct(by=desk.registrar, amount=90_001, note="改回去")
    assert Refund.ask(added, by=desk.registrar, amount=210_000, reason="缴款在先").amount == 210_000


def test_a_reduction_of_what_falls_away_falls_with_it(desk, late_fine):
    line = make_fees.issued(desk).standing_lines.get()
    added = impose(late_fine, by=desk.registrar, **decided())
    added.reduce(by=desk.head, amount=200_000, note="减免文件")
    make_fees.paid(line, 1_000_000, d("2026-03-20"))
    sums = Charge.objects.get(pk=added.pk).sums
    assert (sums.due, sums.reduced, sums.open) == (90_000, 90_000, 0), "nothing is given back that was never paid"


def test_a_term_moved_after_the_decision_takes_none_of_its_days_back(desk, late_fine):
    added = impose(late_fine, by=desk.registrar, **decided())
    late_fine.defer(by=desk.head, parts=[(d("2026-04-30"), 1_000_000)], decision="延1号", note="经济困难")
    make_fees.paid(make_fees.issued(desk).standing_lines.get(charge=late_fine), 500_000, d("2026-03-27"))
    assert Charge.objects.get(pk=added.pk).sums.due == 300_000


def now(added):
    """What was added as it stands: due, reduced, status."""
    added = Charge.objects.select_related("sums").get(pk=added.pk)
    return added.sums.due, added.sums.reduced, added.status


def test_what_was_added_is_never_more_than_a_fine_that_falls(desk, late_fine):
    with time_machine.travel(datetime.datetime(2026, 6, 1, 3, tzinfo=datetime.UTC), tick=False):
        whole = decided(until=d("2026-06-01"), decision_date=d("2026-06-01"))
        added = impose(late_fine, by=make.a_user("REGISTRAR", agency=desk.agency), **whole)
        assert now(added) == (1_000_000, 0, "REGISTERED"), "the whole principal"
        asked = make_fees.issued(desk).standing_lines.get(charge=added)
        late_fine.correct(by=desk.registrar, amount=500_000, note="决定书载明五千元")
        assert now(added) == (500_000, 0, "REGISTERED"), "行政处罚法第72条"
        asked.refresh_from_db()
        assert asked.dropped, "the paper asks for the old sum no longer"
        last = added.history.latest("history_id")
        assert (last.actor_name, last.verb) == (desk.registrar.name, "recount")
        late_fine.reduce(by=desk.head, amount=200_000, note="减免文件")
        assert now(added) == (300_000, 0, "REGISTERED")
        late_fine.correct(by=desk.registrar, amount=900_000, note="又改回来")
        assert now(added) == (300_000, 0, "REGISTERED"), "it falls and never rises"
        late_fine.reduce(by=desk.head, amount=700_000, note="全部减免")
        assert now(added) == (0, 0, "VOID"), "nothing is added to nothing"
    assert [list(sums.differences()) for sums in ALL] == [[]] * len(ALL)


def test_of_two_decisions_the_later_falls_first_under_a_lower_limit(desk, late_fine):
    with time_machine.travel(datetime.datetime(2026, 4, 19, 3, tzinfo=datetime.UTC), tick=False):
        by = make.a_user("REGISTRAR", agency=desk.agency)
        first = impose(late_fine, by=by, **decided(until=d("2026-03-27")))
        second = impose(late_fine, by=by, **decided(until=d("2026-04-19"), decision_number="加2号"))
        assert (now(first)[0], now(second)[0]) == (300_000, 690_000)
        late_fine.correct(by=by, amount=500_000, note="决定书载明五千元")
        assert (now(first)[0], now(second)[0]) == (150_000, 345_000)


def test_a_review_that_is_recorded_late_takes_its_days_back(desk, late_fine):
    added = impose(late_fine, by=desk.registrar, **decided())
    with time_machine.travel(datetime.datetime(2026, 3, 28, 3, tzinfo=datetime.UTC), tick=False):
        stay = Stay.begin(late_fine, by=desk.head, kind="REVIEW", case_number="沂政复〔2026〕1号", first=d("2026-03-20"))
        assert now(added) == (2 * 30_000, 0, "REGISTERED"), "行政处罚法第73条: eight days are not counted"
        assert "沂政复〔2026〕1号" in added.entries.latest("pk").basis
        stay.end(by=desk.head, last=d("2026-03-24"))
        assert now(added) == (2 * 30_000, 0, "REGISTERED"), "what fell does not rise"
        earlier = Stay.begin(late_fine, by=desk.head, kind="LAWSUIT", case_number="诉1号", first=d("2026-03-10"))
    assert now(added) == (0, 0, "VOID")
    assert earlier.last is None
    assert [list(sums.differences()) for sums in ALL] == [[]] * len(ALL)
