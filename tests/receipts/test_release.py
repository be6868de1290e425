"""What anyone may know of receipts: once a month, five receipts of five enterprises, and nothing by difference."""

import datetime

import pytest
import time_machine

from delivery.models import Letter
from inspection.models import Visit
from receipts.models import Receipt, ReceiptCode, Release, ReminderStop, kept_and_counted, release_due, remind_due
from receipts.models.receipt import Bearer
from receipts.models.release import in_fives, in_steps
from tests import make

LATER = datetime.timedelta(days=70)


def visited(desk, overall=None, place=None):
    """A visit that has ended, with its receipt (or none)."""
    visit = desk.visited(targets=[place or make.an_enterprise(desk.county)])
    visit.leave(by=desk.officer, result="NONE")
    if overall:
        code = ReceiptCode.hand_out(visit.notice, by=desk.intake, note="持执照")
        Receipt.give(visit.notice, code=code, answers={"notice_shown": "YES", "overall": overall})
    return visit.notice


def release(after=LATER):
    """Run the clock's task on the tenth of the month that is ``after`` from now."""
    day = (datetime.datetime.now(datetime.UTC) + after).replace(day=10)
    with time_machine.travel(day):
        return release_due(by=make.system())


def cells():
    return list(Release.objects.order_by("pk").values_list("receipts", "answered", "content"))


def test_four_receipts_or_five_of_four_enterprises_are_no_cell(desk):
    place = make.an_enterprise(desk.county)
    for _n in range(3):
        visited(desk, 5)
    visited(desk, 5, place)
    assert release() == 0
    visited(desk, 5, place)
    assert release() == 0
    assert cells() == []


def test_five_of_five_are_a_cell_that_does_not_say_whether_all_answered_or_were_content(desk):
    for _n in range(5):
        visited(desk, 5)
    assert release() == 1
    assert cells() == [(5, 80, None)]
    assert release() == 0, "written once"


def test_the_line_is_told_only_where_both_sides_are_enough(desk):
    for n in range(9):
        visited(desk, 5 if n < 5 else 1)
    assert release() == 1
    assert cells() == [(5, 80, None)], "four discontent ones would follow from nine and five"


def test_nothing_is_released_before_the_window_has_closed_nor_in_the_first_days_of_a_month(desk):
    for _n in range(5):
        visited(desk, 5)
    assert release(datetime.timedelta(days=0)) == 0
    day = (datetime.datetime.now(datetime.UTC) + LATER).replace(day=3)
    with time_machine.travel(day):
        assert release_due(by=make.system()) == 0
    assert release() == 1


def test_what_is_too_few_waits_and_cells_never_overlap(desk):
    for _n in range(5):
        visited(desk, 4)
    assert release() == 1
    first = Release.objects.get()
    assert release(LATER + datetime.timedelta(days=31)) == 0, "nothing new"
    assert Release.objects.get() == first
    assert first.notices.count() == 5


@pytest.mark.parametrize(("n", "shown"), [(5, 5), (9, 5), (10, 10), (14, 10)])
def test_numbers_are_rounded_down_to_fives(n, shown):
    assert in_fives(n) == shown


@pytest.mark.parametrize(("part", "whole", "shown"), [(10, 10, 80), (9, 10, 80), (5, 10, 40), (1, 10, 0), (0, 0, 0)])
def test_rates_go_in_steps_and_never_say_all(part, whole, shown):
    assert in_steps(part, whole) == shown


def test_the_public_page_shows_the_cells_beside_who_did_not_answer_and_nothing_else(client, desk):
    for _n in range(5):
        visited(desk, 5)
    visited(desk)
    assert "还没有" in client.get("/public/satisfaction/").content.decode()
    release()
    page = client.get("/public/satisfaction/").content.decode()
    assert desk.agency.name in page
    assert "80%" in page


def test_receipts_kept_are_receipts_counted(desk):
    notice = visited(desk, 5)
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 2})
    assert kept_and_counted(desk.county) == {"acknowledged": 2, "kept": 2, "replaced": 1, "counted": 1}


# --- reminders --------------------------------------------------------------------------------------
def later(days):
    return time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days))


def test_one_gentle_reminder_after_some_days_with_a_code_of_its_own(desk):
    notice = visited(desk)
    with later(2):
        assert remind_due(by=make.system()) == 0
    with later(12):
        assert remind_due(by=make.system()) == 1
        assert remind_due(by=make.system()) == 0
        letter = Letter.objects.latest("pk")
        for words in ("不填没有任何影响", "不会再提醒第二次", notice.label, "不再提醒"):
            assert words in letter.unsealed()
    with later(16):
        assert remind_due(by=make.system()) == 0


def test_no_reminder_to_who_has_answered_stopped_or_left_no_contact(client, desk):
    visited(desk, 5)
    visited(desk, place=make.an_enterprise(desk.county, phone=""))
    stopped = visited(desk)
    ReminderStop.stop(stopped.enterprise, by=Bearer(stopped))
    with later(12):
        assert remind_due(by=make.system()) == 0


def test_the_stop_is_one_tap_on_the_link_out_of_the_reminder(client, desk):
    import re

    notice = visited(desk)
    with later(12):
        remind_due(by=make.system())
        link = re.search(r"/C/([A-Z2-7]{26})", Letter.objects.latest("pk").unsealed())[1]
        assert client.get(f"/c/{link}").status_code == 200
        assert not ReminderStop.objects.exists(), "looking stops nothing"
        assert client.post(f"/c/{link}/stop").status_code == 200
    assert ReminderStop.objects.get().enterprise == notice.enterprise


def test_while_somebody_is_on_site_nobody_is_reminded(desk):
    desk.visited(targets=[make.an_enterprise(desk.county)])
    with later(12):
        assert remind_due(by=make.system()) == 0
    assert Visit.objects.get().status == "OPEN"
