"""Many at the window at the same time: real threads, each with its own connection to the database."""

import threading
import time

import pytest

from accounts.models import Enterprise, User
from audit.models import Series
from fees import documents
from fees.adapters import mock as bank
from fees.models import Charge, ChargeSum, EnterpriseSum, MonthSum, PaymentLine, PaymentNotice, TreasuryReceipt, impose, surcharge, treasury
from fees.models import charge as charges
from tests import make, make_fees
from tests.inspection.test_at_once import in_threads
from tests.turns import PROVE


def gathering(enterprise, user):
    """A gathering as a request of its own would do it: person and enterprise are fetched anew."""
    return lambda: PaymentNotice.gather(by=User.objects.get(pk=user.pk), enterprise=Enterprise.objects.get(pk=enterprise.pk))


def owing(desk, many):
    """So many enterprises, each with a fine."""
    places = [make.an_enterprise(desk.county, phone="") for _n in range(many)]
    for place in places:
        make_fees.a_fine(desk, establishment=place)
    return [place.enterprise for place in places]


def test_payment_notices_at_once_are_numbered_without_gap_or_twin_in_each_county(transactional_db):
    """200 and 20; a quarter of them by ``make test``."""
    many, few = (200, 20) if PROVE else (50, 5)
    here, there = make.Desk(), make.Desk("371322", "郯城县")
    ours, theirs = owing(here, many), owing(there, few)
    acts = [gathering(enterprise, here.finance) for enterprise in ours]
    for n, enterprise in enumerate(theirs):
        acts.insert(n * 10, gathering(enterprise, there.finance))
    assert [r for r in in_threads(*acts, workers=16) if isinstance(r, Exception)] == []
    for desk, count in ((here, many), (there, few)):
        notices = PaymentNotice.objects.filter(county=desk.county).order_by("number")
        year = desk.county.today().year
        assert list(notices.values_list("number", flat=True)) == list(range(1, count + 1))
        assert [n.label for n in notices] == [f"{desk.county.name}合缴〔{year}〕{n}号" for n in range(1, count + 1)]
        assert len(set(notices.values_list("token", flat=True))) == count
    assert sorted(Series.objects.filter(kind="payment-notice").values_list("owner", "last")) == [("371322", few), ("371323", many)]
    first = PaymentNotice.objects.get(county=here.county, number=7)
    first.ask_void(by=here.finance, note="写错")
    first.void(by=here.auditor)
    assert (first.number, PaymentNotice.gather(by=here.finance, enterprise=first.enterprise).number) == (7, many + 1)


@pytest.fixture
def busy_desk(transactional_db):
    """A county at work whose rows other threads can see."""
    return make.Desk()


def test_two_at_the_window_gather_an_enterprise_once(busy_desk):
    for _round in range(4):
        (enterprise,) = owing(busy_desk, 1)
        results = in_threads(gathering(enterprise, busy_desk.finance), gathering(enterprise, busy_desk.finance))
        assert sorted(type(r).__name__ for r in results) == ["PaymentNotice", "Refused"]
        assert PaymentNotice.objects.filter(enterprise=enterprise).count() == 1


def test_many_charges_on_one_enterprise_at_once_are_all_in_its_sums(busy_desk):
    def charging(n):
        def act():
            desk = busy_desk
            user = User.objects.get(pk=desk.registrar.pk)
            return make_fees.a_fine(desk, by=user, decision_number=f"并发{n}号", amount=100 + n)

        return act

    results = in_threads(*[charging(n) for n in range(16)], workers=8)
    assert [r for r in results if isinstance(r, Exception)] == []
    total = sum(100 + n for n in range(16))
    assert (EnterpriseSum.objects.get().due, MonthSum.objects.get().due, MonthSum.objects.get().charges) == (total, total, 16)
    assert sorted(Charge.objects.values_list("number", flat=True)) == list(range(1, 17))
    assert sum(ChargeSum.objects.values_list("open", flat=True)) == total


def while_it_waits(monkeypatch, where, name, act):
    """Let ``act`` begin as soon as somebody else is inside ``where.name``, which then takes half a second longer."""
    inside, plain = threading.Event(), getattr(where, name)

    def slowly(*args, **said):
        first, _set = not inside.is_set(), inside.set()
        if first:
            time.sleep(0.5)
        return plain(*args, **said)

    def afterwards():
        assert inside.wait(timeout=20)
        return act()

    monkeypatch.setattr(where, name, slowly)
    return afterwards


def asked_for(enterprise):
    """What the standing lines of an enterprise ask for, beside what is open on their charges."""
    lines = PaymentLine.objects.standing().filter(charge__enterprise=enterprise)
    return [(line.amount, line.charge.status, line.charge.sums.open) for line in lines.select_related("charge__sums")]


def the_charge(enterprise):
    return Charge.objects.select_related("county", "agency").get(enterprise=enterprise)


def test_a_correction_while_the_window_gathers_leaves_no_line_with_the_old_sum(busy_desk, monkeypatch):
    (enterprise,) = owing(busy_desk, 1)
    registrar = busy_desk.registrar

    def correcting():
        the_charge(enterprise).correct(by=User.objects.get(pk=registrar.pk), amount=300_000, note="更正")

    correcting = while_it_waits(monkeypatch, PaymentLine, "of", correcting)
    results = in_threads(gathering(enterprise, busy_desk.finance), correcting)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert asked_for(enterprise) == [], "the line that was gathered is off again"
    assert PaymentNotice.gather(by=busy_desk.finance, enterprise=enterprise).standing_lines.get().amount == 300_000


def test_the_window_gathers_what_stands_after_the_change_it_waited_for(busy_desk, monkeypatch):
    (enterprise,) = owing(busy_desk, 1)
    fine = the_charge(enterprise)

    def correcting():
        return Charge.objects.get(pk=fine.pk).correct(by=User.objects.get(pk=busy_desk.registrar.pk), amount=300_000, note="更正")

    gather = while_it_waits(monkeypatch, charges, "book", gathering(enterprise, busy_desk.finance))
    results = in_threads(correcting, gather)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert asked_for(enterprise) == [(300_000, "REGISTERED", 300_000)]


def test_a_void_while_the_paper_is_drawn_stops_the_paper(busy_desk, monkeypatch):
    (enterprise,) = owing(busy_desk, 1)
    notice = PaymentNotice.gather(by=busy_desk.finance, enterprise=enterprise)
    fine = the_charge(enterprise)
    fine.ask_void(by=busy_desk.registrar, note="写错")

    def voiding():
        Charge.objects.get(pk=fine.pk).void(by=User.objects.get(pk=busy_desk.head.pk))

    voiding = while_it_waits(monkeypatch, documents, "notice_pdf", voiding)
    issued, voided = in_threads(lambda: documents.issue_due(by=make.system()), voiding)
    assert (issued, voided) == (0, None)
    notice.refresh_from_db()
    assert (notice.status, notice.document) == ("NUMBERED", None)
    assert PaymentLine.withdraw_due(by=make.system()) == 1, "its code was kept, and is withdrawn"


def test_a_receipt_and_acts_on_what_was_added_do_not_wait_for_each_other(busy_desk, monkeypatch):
    day = busy_desk.county.today() - 40 * make_fees.DAY
    fine = make_fees.a_fine(busy_desk, charged_on=day, decision_date=day, served_on=day)
    line = make_fees.issued(busy_desk).standing_lines.get()
    said = {"decision_number": "加1号", "decision_date": busy_desk.county.today(), "article": "行政处罚法第72条"}
    added = impose(fine, by=busy_desk.registrar, until=busy_desk.county.today(), **said)
    bank.pay(line.code, line.amount, day)

    def correcting():
        return Charge.objects.get(pk=added.pk).correct(by=User.objects.get(pk=busy_desk.registrar.pk), amount=added.amount - 1, note="更正")

    correcting = while_it_waits(monkeypatch, treasury, "recount", correcting)
    received, corrected = in_threads(lambda: TreasuryReceipt.take_in_due(by=make.system()), correcting)
    assert (received, type(corrected).__name__) == (1, "WrongMoment")
    added = Charge.objects.get(pk=added.pk)
    assert (added.status, added.sums.due) == ("VOID", 0)


def test_a_correction_of_a_fine_and_acts_on_what_was_added_do_not_wait_for_each_other(busy_desk, monkeypatch):
    day, today = busy_desk.county.today() - 40 * make_fees.DAY, busy_desk.county.today()
    fine = make_fees.a_fine(busy_desk, charged_on=day, decision_date=day, served_on=day)
    said = {"decision_number": "加1号", "decision_date": today, "article": "行政处罚法第72条"}
    added = impose(fine, by=busy_desk.registrar, until=today, **said)
    make_fees.issued(busy_desk)

    def correcting(charge, amount):
        return lambda: Charge.objects.get(pk=charge.pk).correct(by=User.objects.get(pk=busy_desk.registrar.pk), amount=amount, note="更正")

    # the fine falls while the window gathers, and somebody else corrects what was added to it
    also = while_it_waits(monkeypatch, surcharge, "recounted", correcting(added, added.amount - 1))
    first, second, _gathered = in_threads(correcting(fine, 250_000), also, gathering(fine.enterprise, busy_desk.finance))
    assert first is None
    assert second is None or type(second).__name__ == "Refused", second
    assert ChargeSum.objects.get(charge=added).due == added.amount // 2
    assert not [sum_ for line, _status, sum_ in asked_for(fine.enterprise) if line != sum_], "no line asks for an old sum"


def test_two_sweeps_at_once_take_in_each_line_once(busy_desk):
    (enterprise,) = owing(busy_desk, 1)
    notice = PaymentNotice.gather(by=busy_desk.finance, enterprise=enterprise)
    line = make_fees.with_codes(notice).standing_lines.get()
    for n in range(12):
        bank.pay(line.code, n, busy_desk.county.today())  # the first of them moves nothing
    taken = in_threads(*[lambda: TreasuryReceipt.take_in_due(by=make.system())] * 3)
    assert sum(taken) == 12
    assert (TreasuryReceipt.objects.count(), TreasuryReceipt.objects.unmatched().count()) == (12, 1)
    assert ChargeSum.objects.get().received == sum(range(12))
