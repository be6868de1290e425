"""Rules by county and date; legal days and working days."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts.models import RULES, CalendarDay, RuleValue, add_working_days, is_working_day, legal_day
from audit.models import signed
from tests import make

D = datetime.date


def set_rule(county, code, value, starts, ends=None):
    with signed(by=make.system(), verb="set"):
        return RuleValue.objects.create(county=county, code=code, value=str(value), starts=starts, ends=ends, source="县规定")


def test_a_rule_is_asked_for_a_county_and_a_day(desk, elsewhere):
    set_rule(desk.county, "receipt.window", 20, D(2026, 3, 1), D(2026, 6, 1))
    set_rule(desk.county, "receipt.window", 5, D(2026, 9, 1))
    asked = {day: desk.county.rule("receipt.window", on=day) for day in
             (D(2026, 2, 28), D(2026, 3, 1), D(2026, 5, 31), D(2026, 6, 1), D(2026, 8, 31), D(2026, 9, 1), D(2030, 1, 1))}  # fmt: skip
    assert list(asked.values()) == [15, 20, 20, 15, 15, 5, 5]
    assert elsewhere.county.rule("receipt.window", on=D(2026, 4, 1)) == 15


def test_the_later_of_two_rows_in_force_counts(desk):
    set_rule(desk.county, "officers.min", 3, D(2025, 1, 1))
    set_rule(desk.county, "officers.min", 4, D(2026, 1, 1))
    assert [desk.county.rule("officers.min", on=D(y, 6, 1)) for y in (2024, 2025, 2026)] == [2, 3, 4]


def test_a_rule_asked_without_a_day_is_asked_for_the_countys_today(desk):
    set_rule(desk.county, "officers.min", 3, D(2026, 12, 1))
    with time_machine.travel(datetime.datetime(2026, 11, 30, 15, 59, tzinfo=datetime.UTC), tick=False):
        assert desk.county.rule("officers.min") == 2
    with time_machine.travel(datetime.datetime(2026, 11, 30, 16, 1, tzinfo=datetime.UTC), tick=False):
        assert desk.county.rule("officers.min") == 3


def test_a_rule_keeps_the_type_of_its_default(desk):
    assert {code: type(desk.county.rule(code)) for code in RULES} == {code: type(RULES[code].default) for code in RULES}
    set_rule(desk.county, "penalty.spot_household_as", "organisation", D(2020, 1, 1))
    assert desk.county.rule("penalty.spot_household_as") == "organisation"


def test_a_rule_nobody_defined_is_a_fault_of_the_program(desk):
    with pytest.raises(KeyError):
        desk.county.rule("no.such.rule")


def test_the_database_refuses_a_rule_twice_a_day_or_ending_before_it_starts(desk):
    row = set_rule(desk.county, "officers.min", 3, D(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        set_rule(desk.county, "officers.min", 4, D(2026, 1, 1))
    with pytest.raises(IntegrityError, match="rule_ends_after_it_starts"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_rulevalue SET ends = starts WHERE id = %s", [row.pk])


@pytest.mark.parametrize(
    ("after", "days", "expected"),
    [
        # National Day 2026: 1–7 October off; Saturday 10 October is worked (and Sunday 20 September before it).
        (D(2026, 9, 30), 1, D(2026, 10, 8)),
        (D(2026, 9, 30), 2, D(2026, 10, 9)),
        (D(2026, 9, 30), 3, D(2026, 10, 10)),  # the make-up Saturday counts
        (D(2026, 9, 30), 4, D(2026, 10, 12)),
        (D(2026, 9, 30), 15, D(2026, 10, 27)),
        (D(2026, 10, 3), 1, D(2026, 10, 8)),  # begun on a holiday
        (D(2026, 10, 9), 1, D(2026, 10, 10)),
        (D(2026, 10, 10), 1, D(2026, 10, 12)),
        (D(2026, 11, 2), 0, D(2026, 11, 2)),
        (D(2026, 11, 6), 1, D(2026, 11, 9)),  # an ordinary weekend
    ],
)
def test_working_days_over_national_day_2026(desk, after, days, expected):
    assert add_working_days(desk.county, after, days) == expected


def test_which_days_around_national_day_are_worked(desk):
    days = [D(2026, 9, 30) + datetime.timedelta(days=n) for n in range(13)]
    assert [d.day for d in days if is_working_day(desk.county, d)] == [30, 8, 9, 10, 12]


def test_a_county_may_work_on_a_day_its_neighbour_does_not(desk, elsewhere):
    with signed(by=make.system(), verb="found"):
        CalendarDay.objects.create(county=desk.county, date=D(2026, 11, 18), working=False, name="县庆", source="县政府通知")
    assert add_working_days(desk.county, D(2026, 11, 17), 1) == D(2026, 11, 19)
    assert add_working_days(elsewhere.county, D(2026, 11, 17), 1) == D(2026, 11, 18)


def test_a_year_not_yet_announced_counts_monday_to_friday(desk):
    assert add_working_days(desk.county, D(2033, 9, 30), 1) == D(2033, 10, 3)


def test_a_long_term_reads_all_its_holidays(desk):
    """200 working days from New Year 2026, counted one by one."""
    day, left = D(2026, 1, 1), 200
    while left:
        day += datetime.timedelta(days=1)
        left -= is_working_day(desk.county, day)
    assert add_working_days(desk.county, D(2026, 1, 1), 200) == day


def test_the_legal_day_turns_at_midnight_in_the_county(desk):
    before = datetime.datetime(2026, 12, 31, 15, 59, 59, tzinfo=datetime.UTC)
    assert legal_day(desk.county, before) == D(2026, 12, 31)
    assert legal_day(desk.county, before + datetime.timedelta(seconds=1)) == D(2027, 1, 1)
    assert desk.county.start_of(D(2027, 1, 1)) == before + datetime.timedelta(seconds=1)


def test_founding_twice_is_founding_once(desk):
    counts = (CalendarDay.objects.count(), desk.county.history.count())
    assert make.a_county("371323", "沂水县") == desk.county
    assert (CalendarDay.objects.count(), desk.county.history.count()) == counts
