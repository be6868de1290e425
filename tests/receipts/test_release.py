"""What anyone may know of receipts: sums of those who answered and those who did not, and of nobody by difference."""

import datetime
import itertools

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import County, User
from delivery.models import Letter
from inspection.models import Visit
from receipts.models import Looked, Receipt, ReceiptCode, Release, ReminderStop, kept_and_counted, release_due, remind_due
from receipts.models.receipt import Bearer
from receipts.models.release import Said, is_due, said_of
from tests import make

LATER = datetime.timedelta(days=70)


def asked(desk, overall=None, place=None, visit=False):
    """A notice whose enterprise answers, or not; its officers log the visit, or not."""
    notice = desk.issued(targets=[place or make.an_enterprise(desk.county)])
    if visit:
        Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    if overall:
        answer(desk, notice, overall)
    return notice


def answer(desk, notice, overall):
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    return Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": overall})


def visited(desk, overall=None, place=None):
    """A visit that has ended, with its receipt (or none)."""
    visit = desk.visited(targets=[place or make.an_enterprise(desk.county)])
    visit.leave(by=desk.officer, result="NONE")
    if overall:
        answer(desk, visit.notice, overall)
    return visit.notice


def release(after=LATER):
    """Run the clock's task on the tenth of the month that is ``after`` from now."""
    day = (datetime.datetime.now(datetime.UTC) + after).replace(day=10)
    with time_machine.travel(day):
        return release_due(by=make.system())


MONTH = datetime.timedelta(days=31)


def in_a_month(desk):
    """Travel a month on; the people of the desk with the posts of that day."""
    for name in ("clerk", "head", "reviewer", "officer", "intake"):
        setattr(desk, name, User.objects.get(pk=getattr(desk, name).pk))
    return time_machine.travel(datetime.datetime.now(datetime.UTC) + MONTH)


def cells():
    return list(Release.objects.order_by("pk").values_list("receipts", "answered", "content"))


@pytest.mark.parametrize(("given", "silent"), [(4, 6), (5, 0), (6, 4)])
def test_too_few_that_answered_or_too_few_that_did_not_are_no_cell(desk, given, silent):
    for n in range(given + silent):
        asked(desk, 5 if n < given else None)
    assert release() == 0
    assert cells() == []


def test_five_and_five_are_a_cell_and_an_enterprise_counts_once_with_its_worst_word(desk):
    place = make.an_enterprise(desk.county)
    for overall in (5, 5, 1, None):
        asked(desk, overall, place)
    for n in range(8):
        asked(desk, 5 if n < 3 else None)
    assert release() == 0, "ten notices and more, but four enterprises"
    for n in range(5):
        asked(desk, 5 if n < 1 else None)
    assert release(LATER + MONTH) == 1
    assert cells() == [(5, 0, 80)]
    assert release(LATER + 2 * MONTH) == 0, "written once"


def test_one_more_notice_is_not_looked_at_before_others_have_come_with_it(desk):
    """Twelve give no cell; were the thirteenth alone to give one, it would have answered for certain."""
    for n in range(12):
        asked(desk, 5 if n < 4 else None)
    assert release() == 0
    with in_a_month(desk):
        asked(desk, 5)
    assert release(LATER + MONTH) == 0
    with in_a_month(desk):
        for _n in range(4):
            asked(desk)
    assert release(LATER + 2 * MONTH) == 1
    assert cells() == [(5, 0, 80)]


def test_what_its_officers_log_or_take_back_changes_nothing_of_what_counts(desk):
    """A visit never closed, one never logged, a filing withdrawn on the day: the receipts count all the same."""
    for overall in (1, 1, 1):
        asked(desk, overall, visit=True)
    asked(desk, 1)
    withdrawn = asked(desk)
    withdrawn.plan.withdraw(by=desk.clerk, note="人手不够")
    withdrawn.refresh_from_db()
    answer(desk, withdrawn, 1)
    for _n in range(5):
        visited(desk)
    assert release() == 1
    assert cells() == [(5, 50, 0)]


def test_a_notice_void_before_its_first_day_was_never_asked(desk):
    for n in range(9):
        asked(desk, 5 if n < 5 else None)
    day = desk.county.today() + datetime.timedelta(days=1)
    desk.issued(starts_on=day, ends_on=day, targets=[make.an_enterprise(desk.county)]).void(by=desk.reviewer, note="错")
    assert release() == 0


def test_nothing_is_released_before_the_window_has_closed_nor_in_the_first_days_of_a_month(desk):
    for n in range(10):
        visited(desk, 5 if n < 5 else None)
    assert release(datetime.timedelta(days=0)) == 0
    day = (datetime.datetime.now(datetime.UTC) + LATER).replace(day=3)
    with time_machine.travel(day):
        assert release_due(by=make.system()) == 0
    assert release() == 1


def test_a_notice_counts_from_the_month_in_which_the_days_after_its_last_day_are_over(desk):
    from receipts.models.release import _ended_by

    # The fifteenth working day after 30 September 2026 is 27 October, after 9 October 31 (the make-up Saturday is the 10th).
    assert _ended_by(desk.county, datetime.date(2026, 10, 26)) < datetime.date(2026, 9, 30)
    assert _ended_by(desk.county, datetime.date(2026, 10, 27)) >= datetime.date(2026, 9, 30)


def test_cells_never_overlap_and_are_never_written_again(desk):
    for n in range(10):
        visited(desk, 4 if n < 5 else None)
    assert release() == 1
    first = Release.objects.get()
    assert release(LATER + MONTH) == 0, "nothing new"
    assert Release.objects.get() == first
    assert first.notices.count() == 10
    assert list(Looked.objects.filter(agency=desk.agency).values_list("asked", flat=True)) == [0, 0]


def test_once_it_has_looked_the_sweep_asks_of_no_notice_any_more(desk):
    """Which counties, in which post, who is still to be looked at: three questions, however many notices wait for more."""
    for _n in range(3):
        visited(desk, 5)
    system = make.system()
    assert release() == 0
    day = (datetime.datetime.now(datetime.UTC) + LATER).replace(day=11)
    with time_machine.travel(day), CaptureQueriesContext(connection) as asked_again:
        assert release_due(by=system) == 0
    assert len(asked_again) <= 1 + 2 * County.objects.count()
    assert not any("filingnotice" in query["sql"] for query in asked_again)
    assert Looked.objects.filter(agency=desk.agency).count() == 1


# --- every small case -------------------------------------------------------------------------------
FEW = 5
STATES = ("silent", "content", "discontented")


def split(number, parts):
    """Return every way to put ``number`` of enterprises into ``parts`` groups."""
    return [tuple(rest) for rest in itertools.product(range(number + 1), repeat=parts) if sum(rest) == number]


def shown(looks, rule=(is_due, said_of)):
    """Return what the agency sees: of each look, (silent, content, discontented) of all that wait, what was said."""
    due, said_by = rule
    seen, looked_at = [], 0
    for counts in looks:
        asked_now, said = sum(counts), None
        if due(asked_now, looked_at, FEW):
            looked_at, said = asked_now, said_by(asked_now, counts[1], counts[2], FEW)
        seen.append(said)
        if said:
            break  # a cell holds them all: what comes later begins anew
    return tuple(seen)


def found_out(worlds):
    """Return (what was seen, which group, what can't have been) wherever something is known for certain of an enterprise.

    ``worlds`` pairs what is shown with, for each group of enterprises that the agency can't tell apart, which states occur in it.
    """
    possible = {}
    for seen, groups in worlds:
        known = possible.setdefault(seen, [set() for _group in groups])
        for have, states in zip(known, groups, strict=True):
            have |= states
    return [(seen, n, set(STATES) - have) for seen, groups in possible.items() for n, have in enumerate(groups) if have != set(STATES)]


def occurring(counts):
    return {state for state, count in zip(STATES, counts, strict=True) if count}


def worlds_of(*sizes, rule=(is_due, said_of)):
    """Return every world in which so many enterprises come to those that wait, look by look."""
    for world in itertools.product(*(split(size, 3) for size in sizes)):
        looks = [tuple(map(sum, zip(*world[: n + 1], strict=True))) for n in range(len(world))]
        seen = shown(looks, rule)
        yield seen, [occurring(counts) for counts in world[: len(seen)]]


@pytest.mark.parametrize("size", range(1, 27))
def test_no_single_cell_says_of_anybody_whether_or_what_it_answered(size):
    assert found_out(worlds_of(size)) == []


@pytest.mark.parametrize(("first", "more"), [(n, m) for n in (5, 9, 10, 11, 12, 14, 16, 17) for m in range(1, 9)])
def test_nor_do_two_looks_by_their_difference(first, more):
    assert found_out(worlds_of(first, more)) == []


@pytest.mark.parametrize("sizes", [(10, 5, 5), (11, 4, 2), (5, 5, 5), (12, 1, 5)])
def test_nor_do_three(sizes):
    assert found_out(worlds_of(*sizes)) == []


@pytest.mark.parametrize(("others", "again", "more"), [(6, 4, 5), (9, 3, 5), (5, 5, 4), (12, 2, 6)])
def test_nor_does_an_enterprise_that_is_visited_again_between_two_looks(others, again, more):
    """Silent at first it may answer now, content at first it may be discontented now; never the other way."""
    ways = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]

    def worlds():
        for ours, returning, new in itertools.product(split(others, 3), split(again, len(ways)), split(more, 3)):
            then, now = ([sum(n for n, way in zip(returning, ways, strict=True) if way[at] == k) for k in range(3)] for at in (0, 1))
            first = tuple(a + b for a, b in zip(ours, then, strict=True))
            seen = shown([first, tuple(a + b + c for a, b, c in zip(ours, now, new, strict=True))])
            yield seen, [occurring(ours), occurring(then if len(seen) == 1 else now), occurring(new if len(seen) == 2 else (1, 1, 1))]

    assert found_out(worlds()) == []


def test_the_trial_finds_what_the_rules_are_there_against():
    """It sings: were five of five published, or a cell that the thirteenth alone brings about, somebody would be found out."""

    def before(asked, content, discontented, few):
        return Said(0, 0) if content + discontented >= few else None

    def in_fives(asked, content, discontented, few):
        said = said_of(asked, content, discontented, few)
        return said and ((content + discontented) // 5, (content + discontented) * 5 // asked)

    def line_where_enough(asked, content, discontented, few):
        said = said_of(asked, content, discontented, few)
        return said and (said.answered, min(content, discontented) >= few)

    def always(asked, looked_at, few):
        return asked >= few

    assert ((Said(0, 0),), 0, {"silent"}) in found_out(worlds_of(5, rule=(always, before)))
    assert any(group == 1 for _seen, group, _states in found_out(worlds_of(12, 1, rule=(always, said_of))))
    assert found_out(worlds_of(16, 5, rule=(is_due, in_fives))), "numbers in fives beside rates in twenties"
    assert found_out(worlds_of(20, 6, rule=(is_due, line_where_enough))), "the line told only where both sides are enough"


@pytest.mark.parametrize(("content", "discontented", "said"), [(5, 0, 80), (4, 1, 80), (3, 2, 40), (2, 3, 40), (1, 4, 0), (0, 5, 0)])
def test_content_is_told_in_three_steps(content, discontented, said):
    assert said_of(10, content, discontented, FEW) == (50, said)
    assert said_of(11, content, discontented, FEW) == (0, said)


def test_the_public_page_shows_the_cells_beside_who_did_not_answer_and_nothing_else(client, desk):
    for _n in range(5):
        visited(desk, 5)
        visited(desk)
    visited(desk)
    assert "还没有" in client.get("/public/satisfaction/").content.decode()
    release()
    page = client.get("/public/satisfaction/").content.decode()
    assert desk.agency.name in page
    for words in ("不到 50%", "不低于 80%"):
        assert words in page


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
