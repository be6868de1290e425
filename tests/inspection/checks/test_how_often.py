"""How often: other filings near by, calls by all units, streaks without a finding, the yearly cap."""

import datetime

import pytest
import time_machine

from audit.models import Refused
from inspection.checks.often import most_in_a_span
from inspection.models import Visit
from tests import make

#: a Wednesday in the middle of a month, so that weeks and months do not end by chance
WEDNESDAY = datetime.datetime(2026, 10, 14, 2, 0, tzinfo=datetime.UTC)


def test_a_filing_of_another_unit_near_by_is_to_be_joined_or_the_reason_said(desk, told):
    there = told.neighbour()
    there.endorsed(starts_on=told.day(5), ends_on=told.day(6), tell_on=told.day(0))
    plan = desk.draft(starts_on=told.day(0), ends_on=told.day(1), reasons={})
    (finding,) = told.of(plan, "join.near")
    assert (finding.level, there.agency.name in finding.message) == ("REASON", True)
    assert "合并、联合检查" in finding.message


def test_what_lies_beyond_the_days_of_the_rule_is_not_near(desk, told):
    there = told.neighbour()
    there.endorsed(starts_on=told.day(9), ends_on=told.day(9), tell_on=told.day(0))
    plan = desk.draft(starts_on=told.day(0), ends_on=told.day(1), reasons={})
    assert told.of(plan, "join.near") == []
    told.rule("join.days", 8)
    assert len(told.of(plan, "join.near")) == 1


def test_an_unannounced_filing_of_another_unit_is_known_to_the_office_alone(desk, told):
    there = told.neighbour()
    plan = desk.draft(reasons={})
    before = [str(f) for f in plan.findings()]
    there.endorsed(telling="UNANNOUNCED", no_telling_ground="食品安全法第110条", tell_on=None)
    there.numbered(telling="UNANNOUNCED", no_telling_ground="食品安全法第110条", tell_on=None)
    assert [str(f) for f in plan.findings()] == before
    assert len(told.of(plan, "join.near", for_office=True)) == 1


def test_what_only_the_office_sees_and_the_clerk_could_not_answer_does_not_stop_its_acceptance(desk, told):
    there = told.neighbour()
    plan = desk.endorsed(reasons={})
    there.endorsed(telling="UNANNOUNCED", no_telling_ground="食品安全法第110条", tell_on=None)
    assert [f.reason for f in told.of(plan, "join.near", for_office=True, deciding=True)] == [""]
    assert plan.accept(by=desk.reviewer)[0].number == 1
    assert plan.checks_made.get(step="accept").for_office


def test_what_blocks_by_now_stops_the_acceptance_too(desk, told):
    plan, other = desk.endorsed(), desk.endorsed()
    assert other.accept(by=desk.reviewer)
    told.rule("cap.per_year", 1)
    with pytest.raises(Refused, match="上限 1 次"):
        plan.accept(by=desk.reviewer)
    assert (plan.notices.count(), plan.checks_made.filter(step="accept").count()) == (0, 0)


def test_once_made_an_unannounced_visit_counts_for_all(desk, told):
    there = told.neighbour()
    with time_machine.travel(WEDNESDAY, tick=False):
        there.visited(telling="UNANNOUNCED", no_telling_ground="食品安全法第110条", tell_on=None)
        (finding,) = told.of(desk.draft(reasons={}), "often.called")
    assert "当天第 2 次（上限 1 次）" in finding.message


def test_calls_are_counted_by_day_week_month_and_span_over_all_units(desk, told):
    there = told.neighbour()
    with time_machine.travel(WEDNESDAY, tick=False):
        told.visited(told.day(-2), desk=there)  # Monday of the same week
        told.visited(told.day(-8))
        (finding,) = told.of(desk.draft(ends_on=told.day(0), reasons={}), "often.called")
        assert "60 天内第 3 次（上限 2 次）" in finding.message
        assert "当周" not in finding.message
        told.visited(told.day(-1))
        (finding,) = told.of(desk.draft(ends_on=told.day(0), reasons={}), "often.called")
        assert "当周第 3 次（上限 2 次）、当月第 4 次（上限 3 次）、60 天内第 4 次（上限 2 次）" in finding.message
        told.rule("often.week", 3)
        told.rule("often.month", 4)
        told.rule("often.span", 9)
        assert told.of(desk.draft(ends_on=told.day(0), reasons={}), "often.called") == []


def test_the_fullest_span_that_holds_the_day_is_counted():
    days = [datetime.date(2026, 1, 1) + datetime.timedelta(days=n) for n in (0, 30, 59, 60, 90)]
    assert most_in_a_span(days, days[2], 60) == 3  # days 0–59, or 30–89
    assert most_in_a_span(days, days[4], 60) == 3  # days 31–90; the day 30 lies outside every span that holds the day 90
    assert most_in_a_span([days[0]], days[0], 60) == 1


def test_three_checks_in_a_row_without_a_finding_by_one_officer_ask_for_a_reason(desk, told):
    for n in (-90, -60):
        told.visited(told.day(n))
    assert told.of(desk.draft(), "streak.no_finding") == []
    told.visited(told.day(-30))
    (finding,) = told.of(desk.draft(), "streak.no_finding")
    assert (finding.level, desk.officer_row.name in finding.message) == ("REASON", True)
    assert finding.about == f"{desk.officer_row.uid}/{desk.establishment.enterprise.uid}"
    assert told.of(desk.draft(officers=[desk.second_officer_row, make.an_officer(desk.agency)]), "streak.no_finding") == []


def test_a_check_that_found_something_or_lies_a_year_back_breaks_the_row(desk, told):
    told.visited(told.day(-300))
    told.visited(told.day(-200))
    told.visited(told.day(-100), result=Visit.Result.ORDERED)
    told.visited(told.day(-50))
    assert told.of(desk.draft(), "streak.no_finding") == []
    told.rule("streak.length", 1)
    assert len(told.of(desk.draft(), "streak.no_finding")) == 1
    told.rule("streak.days", 40)
    assert told.of(desk.draft(), "streak.no_finding") == []


def capped(desk, told, most=1):
    """The county's cap, and a visit made this year."""
    told.rule("cap.per_year", most)
    return told.visited(told.day(-3))


def test_a_daily_check_over_the_yearly_cap_is_blocked_and_says_the_figures(desk, told):
    with time_machine.travel(WEDNESDAY, tick=False):
        capped(desk, told)
        (finding,) = told.of(desk.draft(), "cap.over")
        assert (finding.level, "本单位 2026 年已有 1 次，上限 1 次" in finding.message) == ("BLOCKS", True)
        told.rule("cap.per_year", 2, starts=told.day(0))
        assert told.of(desk.draft(), "cap.over") == []


def test_another_units_visits_and_another_years_are_not_in_the_cap(desk, told):
    with time_machine.travel(WEDNESDAY, tick=False):
        told.rule("cap.per_year", 1)
        told.visited(told.day(-3), desk=told.neighbour())
        told.visited(datetime.date(2025, 12, 30))
        assert told.of(desk.draft(), "cap.over") == []


def test_a_filing_still_to_come_counts_in_the_cap_and_one_that_fell_away_does_not(desk, told):
    with time_machine.travel(WEDNESDAY, tick=False):
        told.rule("cap.per_year", 1)
        notice = desk.numbered(starts_on=told.day(20), ends_on=told.day(20))
        assert len(told.of(desk.draft(), "cap.over")) == 1
        notice.void(by=desk.issuer, note="日期有误")
        assert told.of(desk.draft(), "cap.over") == []


def test_a_case_check_over_the_cap_is_counted_and_never_blocked(desk, told):
    with time_machine.travel(WEDNESDAY, tick=False):
        capped(desk, told)
        plan = desk.draft(type="CASE")
        assert told.of(plan, "cap.over") == []
        (finding,) = told.of(plan, "cap.case")
        assert finding.level == "REASON"


def test_a_special_check_ordered_from_above_is_not_counted_and_not_stopped(desk, told):
    with time_machine.travel(WEDNESDAY, tick=False):
        ordered = {"type": "SPECIAL", "task_source": "SUPERIOR", "task_number": "鲁安办〔2026〕5号"}
        told.rule("cap.per_year", 1)
        told.visited(told.day(-3), **ordered)
        assert told.of(desk.draft(), "cap.over") == []
        told.visited(told.day(-2))
        assert told.of(desk.draft(**ordered), "cap.over") == []
        assert len(told.of(desk.draft(**ordered | {"task_source": "PROGRAMME"}), "cap.over")) == 1


def test_an_item_has_a_cap_of_its_own_and_some_do_not_count(desk, told):
    with time_machine.travel(WEDNESDAY, tick=False):
        rare = make.an_item(desk.county, yearly_cap=1, cap_source="县局公告")
        free = make.an_item(desk.county, counts_toward_cap=False)
        told.visited(told.day(-3), items=[desk.item])
        assert told.of(desk.draft(items=[rare]), "cap.over") == []
        told.visited(told.day(-2), items=[rare])
        (finding,) = told.of(desk.draft(items=[rare]), "cap.over")
        assert rare.name in finding.message
        told.rule("cap.per_year", 1)
        assert told.of(desk.draft(items=[free]), "cap.over") == []


def test_a_streak_of_reasons_is_kept_with_the_filing_and_seen_at_every_step(desk, told):
    there = told.neighbour()
    there.endorsed()
    plan = desk.endorsed()
    steps = {check.step: [f["code"] for f in check.findings] for check in plan.checks_made.all()}
    assert steps == {"submit": ["join.near", "often.called"], "endorse": ["join.near", "often.called"]}


def test_all_checks_of_one_enterprise_take_at_most_25_queries(desk, told, django_assert_max_num_queries):
    there = told.neighbour()
    there.endorsed()
    for n in (-40, -20):
        told.visited(told.day(n))
    plan = desk.draft()
    with django_assert_max_num_queries(25):
        plan.findings()
