"""When a receipt may be given: four cases, counted in working days."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from accounts.models import RuleValue, User
from audit.models import Gone, WrongMoment, signed
from delivery.models import Letter
from inspection.models import FilingNotice, Visit
from receipts.models import Receipt, ReceiptCode, Window, remind_due
from tests import make

D = datetime.date
SHANDONG = ZoneInfo("Asia/Shanghai")


def at(month, day, hour=10, minute=0, year=2026):
    """An instant by the clock in Shandong."""
    return datetime.datetime(year, month, day, hour, minute, tzinfo=SHANDONG)


@pytest.fixture
def notice(desk):
    """A notice for 28–30 September 2026, issued on the 21st."""
    with time_machine.travel(at(9, 21), tick=False):
        desk.clerk, desk.head, desk.reviewer, desk.officer, desk.intake = (
            User.objects.get(pk=u.pk) for u in (desk.clerk, desk.head, desk.reviewer, desk.officer, desk.intake)
        )
        return desk.issued(starts_on=D(2026, 9, 28), ends_on=D(2026, 9, 30), tell_on=D(2026, 9, 21))


def arrive(desk, notice, when):
    with time_machine.travel(when, tick=False):
        return Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])


def leave(desk, visit, when):
    with time_machine.travel(when, tick=False):
        visit.leave(by=desk.officer, result="NONE")


def said(notice, when):
    """Return whether a receipt is taken at ``when``: 'open', or the name of the refusal."""
    with time_machine.travel(when, tick=False):
        try:
            Receipt.refuse_at_wrong_time(FilingNotice.objects.get(pk=notice.pk))
        except (Gone, WrongMoment) as refusal:
            return type(refusal).__name__
    return "open"


def test_no_visit_logged_it_runs_from_the_first_day_to_15_working_days_after_the_last(notice):
    # 1–7 October are off, Saturday the 10th is worked: the fifteenth working day after 30 September is 27 October.
    assert Window.of(notice) == Window(at(9, 28, 0), D(2026, 10, 27))
    assert [said(notice, when) for when in (
        at(9, 27, 23, 59), at(9, 28, 0, 0), at(9, 30, 23), at(10, 27, 23, 59), at(10, 28, 0, 0),
    )] == ["WrongMoment", "open", "open", "open", "Gone"]  # fmt: skip


def test_a_visit_still_open_keeps_it_open_without_end(desk, notice):
    arrive(desk, notice, at(9, 29, 9))
    assert Window.of(notice) == Window(at(9, 29, 9), None)
    assert [said(notice, when) for when in (at(9, 29, 8, 59), at(9, 29, 9), at(12, 31), at(6, 1, year=2027))] == [
        "WrongMoment", "open", "open", "open",
    ]  # fmt: skip


def test_a_closed_visit_counts_from_the_day_it_was_closed(desk, notice):
    leave(desk, arrive(desk, notice, at(9, 28, 9)), at(9, 28, 11))
    # 29, 30 September; 8, 9, 10, 12–16, 19–23 October
    assert Window.of(notice) == Window(at(9, 28, 9), D(2026, 10, 23))
    assert [said(notice, when) for when in (at(9, 28, 8), at(9, 28, 10), at(10, 23, 23, 59), at(10, 24, 0))] == [
        "WrongMoment", "open", "open", "Gone",
    ]  # fmt: skip


def test_of_several_visits_the_first_opens_it_and_the_last_closes_it(desk, notice):
    leave(desk, arrive(desk, notice, at(9, 28, 9)), at(9, 28, 11))
    second = arrive(desk, notice, at(9, 30, 9))
    assert Window.of(notice) == Window(at(9, 28, 9), None)
    leave(desk, second, at(9, 30, 18))
    assert Window.of(notice) == Window(at(9, 28, 9), D(2026, 10, 27))


def test_a_visit_closed_after_midnight_counts_from_the_countys_day(desk, notice):
    leave(desk, arrive(desk, notice, at(9, 30, 20)), at(10, 1, 0, 30))  # still 30 September in UTC
    assert Window.of(notice).last_day == D(2026, 10, 27)
    assert Window.of(notice).opens_at == at(9, 30, 20)


def test_a_county_may_give_another_term_from_a_day_on(desk, notice):
    with signed(by=make.system(), verb="set"):
        RuleValue.objects.create(
            county=desk.county, code="receipt.window", value="3", unit="工作日", starts=D(2026, 9, 30), source="县规定"
        )
    assert Window.of(notice).last_day == D(2026, 10, 10)  # the make-up Saturday
    leave(desk, arrive(desk, notice, at(9, 28, 9)), at(9, 28, 11))
    assert Window.of(notice).last_day == D(2026, 10, 23), "the rule in force when the visit ended"


DURING = [at(9, 27, 23, 59), at(9, 28), at(9, 30, 23), at(10, 27, 23, 59), at(10, 28, 0)]


@pytest.mark.parametrize("when", [at(9, 21), at(9, 29), at(12, 1)])
def test_a_notice_void_before_its_first_day_takes_no_receipt_at_any_time(desk, notice, when):
    with time_machine.travel(at(9, 27, 23, 59), tick=False):
        notice.void(by=desk.reviewer, note="错")
    assert said(notice, when) == "Gone"
    assert Window.of(notice).never
    with time_machine.travel(at(9, 29), tick=False), pytest.raises(WrongMoment):
        ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")


def taken_back(desk, notice, how, when):
    """Make the notice void at ``when``: by the Office, by its unit with the whole filing, or by a new one in its place."""
    with time_machine.travel(when, tick=False):
        plan = notice.plan
        if how == "void":
            notice.void(by=desk.reviewer, note="错")
        elif how == "withdraw":
            plan.withdraw(by=desk.clerk, note="人手不够")
        else:
            plan.ask_change(by=desk.clerk, note="改期", kind="POSTPONE", starts_on=D(2026, 10, 12), ends_on=D(2026, 10, 14))
            plan.postpone(by=desk.head)
    notice.refresh_from_db()
    assert notice.status == "VOID"


@pytest.mark.parametrize("how", ["void", "withdraw", "postpone"])
@pytest.mark.parametrize("when", [at(9, 28, 0), at(9, 28, 16), at(10, 9)])
def test_a_unit_that_came_unlogged_and_takes_its_notice_back_stops_no_receipt(client, desk, notice, how, when):
    """From the first day on the window runs to its end, with a code, whatever becomes of the notice; the scan page says void."""
    if how == "postpone" and when > at(9, 30):
        pytest.skip("what is over can't be put off")
    taken_back(desk, notice, how, when)
    assert [said(notice, moment) for moment in DURING] == ["WrongMoment", "open", "open", "open", "Gone"]
    with time_machine.travel(at(10, 9, 12), tick=False):
        assert client.get(f"/r/{notice.address}").status_code == 410
        code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
        assert "这份通知书后来已经作废" in client.get(f"/r/{notice.address}/receipt").content.decode()
        Receipt.give(notice, code=code, answers={"notice_shown": "NO", "overall": 1})


def test_a_unit_that_informed_makes_nothing_void_once_somebody_has_come(desk, notice):
    leave(desk, arrive(desk, notice, at(9, 28, 9)), at(9, 28, 11))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inspection_inspectionplan SET status = 'NOTIFIED' WHERE id = %s", [notice.plan_id])
    notice = FilingNotice.objects.get(pk=notice.pk)
    with time_machine.travel(at(9, 28, 12), tick=False):
        assert "void" not in notice.steps_open_to(desk.head)
        with pytest.raises(WrongMoment):
            notice.void(by=desk.head, note="作废")
    assert said(notice, at(10, 23, 23)) == "open"


def test_the_office_may_void_what_was_visited_and_the_window_still_runs_from_the_visit(desk, notice):
    leave(desk, arrive(desk, notice, at(9, 28, 9)), at(9, 28, 11))
    taken_back(desk, notice, "void", at(9, 28, 12))
    assert Window.of(notice) == Window(at(9, 28, 9), D(2026, 10, 23))
    with time_machine.travel(at(10, 10), tick=False):
        assert remind_due(by=make.system()) == 1, "and its enterprise is reminded like any other"


def test_an_unannounced_visit_taken_back_is_answered_by_a_letter_after_its_days_and_one_put_off_is_not_given_away(desk):
    with time_machine.travel(at(9, 21), tick=False):
        facts = {"telling": "UNANNOUNCED", "tell_on": None, "no_telling_ground": "举报属实"}
        days = {"starts_on": D(2026, 9, 28), "ends_on": D(2026, 9, 30)}
        people = {name: User.objects.get(pk=getattr(desk, name).pk) for name in ("clerk", "head", "reviewer", "officer", "intake")}
        vars(desk).update(people)
        gone, put_off = (desk.issued(targets=[make.an_enterprise(desk.county)], **days, **facts) for _n in range(2))
    taken_back(desk, gone, "withdraw", at(9, 28, 15))
    taken_back(desk, put_off, "postpone", at(9, 28, 15))
    with time_machine.travel(at(9, 30, 23), tick=False):
        assert ReceiptCode.hand_out_due(by=make.system()) == 0
    with time_machine.travel(at(10, 1), tick=False):
        assert ReceiptCode.hand_out_due(by=make.system()) == 1
        letter = Letter.objects.get(kind="receipt-code")
        assert letter.about == gone.label
        assert "已经作废" in letter.unsealed()
        assert "将对你单位开展检查" not in letter.unsealed()
