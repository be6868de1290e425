"""When a receipt may be given: four cases, counted in working days."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import RuleValue, User
from audit.models import Gone, WrongMoment, signed
from inspection.models import FilingNotice, Visit
from receipts.models import Receipt, Window
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
        desk.clerk, desk.head, desk.reviewer, desk.officer = (
            User.objects.get(pk=u.pk) for u in (desk.clerk, desk.head, desk.reviewer, desk.officer)
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


@pytest.mark.parametrize("when", [at(9, 21), at(9, 29), at(12, 1)])
def test_a_void_notice_takes_no_receipt_at_any_time(desk, notice, when):
    notice.void(by=desk.reviewer, note="错")
    assert said(notice, when) == "Gone"
