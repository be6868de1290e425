"""The review: return with marks, two persons, 复核 once, batches, and what follows when nobody decides in time."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts.models import CalendarDay, RuleValue, User, add_working_days
from audit.models import Leaf, NotYours, Refused, WrongMoment
from delivery.models import Letter
from inspection import clocks
from inspection.models import FilingNotice, InspectionPlan
from tests import make
from tests.inspection.test_who_may import set_persons

NOON = datetime.time(4, tzinfo=datetime.UTC)  # noon in Shandong


def at(day, hour=4):
    """The clock at noon of a legal day."""
    return time_machine.travel(datetime.datetime.combine(day, datetime.time(hour), datetime.UTC), tick=False)


def set_rule(desk, code, value):
    RuleValue.set_value(by=desk.issuer, county=desk.county, code=code, value=value, starts=desk.county.today(), source="县规则")


def afresh(user):
    return User.objects.get(pk=user.pk)


def inbox(user):
    return list(Letter.objects.filter(reader=user.pk).order_by("pk").values_list("subject", flat=True))


def test_a_return_marks_the_fields_and_the_next_sending_takes_the_marks_away(desk):
    plan = desk.endorsed()
    with pytest.raises(Refused, match="没有这一栏"):
        plan.return_(by=desk.reviewer, note="请补", marked=["status"])
    plan.return_(by=desk.reviewer, note="目的写得不具体", marked=["why_on_site", "purpose"])
    assert (plan.status, plan.marked) == ("RETURNED", ["purpose", "why_on_site"])
    plan.revise(by=desk.clerk, facts={"purpose": "核查三批次糕点的出厂检验记录"})
    assert plan.marked == ["purpose", "why_on_site"], "the clerk sees them until it is sent again"
    plan.submit(by=desk.clerk)
    assert plan.marked == []


def test_a_recheck_is_asked_once_decided_by_another_and_both_opinions_stay(desk):
    plan = desk.endorsed()
    plan.decline(by=desk.reviewer, ground=desk.ground.code, note="请改到二十一日以后")
    plan.ask_recheck(by=desk.clerk, note="属于食品安全例外")
    with pytest.raises(NotYours):
        plan.uphold(by=desk.reviewer, note="维持")
    notices = plan.recheck(by=desk.issuer, note="确属例外，准予")
    plan.refresh_from_db()
    assert (plan.status, len(notices)) == ("ACCEPTED", 1)
    assert (plan.decided_by, plan.rechecked_by) == (desk.reviewer, desk.issuer)
    assert "请改到二十一日以后" in plan.opinion
    assert plan.recheck_opinion == "确属例外，准予"

    second = desk.endorsed()
    second.decline(by=desk.reviewer, ground=desk.ground.code)
    second.ask_recheck(by=desk.clerk, note="属于例外")
    second.uphold(by=desk.issuer, note="不属于例外")
    assert (second.status, second.notices.count()) == ("DECLINED", 0)
    with pytest.raises(WrongMoment, match="只能申请一次"):
        second.ask_recheck(by=desk.head, note="再看一次")
    assert "ask_recheck" not in second.steps_open_to(desk.clerk)


def test_a_recheck_is_asked_within_its_days_and_not_after(desk):
    plan = desk.endorsed()
    plan.decline(by=desk.reviewer, ground=desk.ground.code)
    last = clocks.day_after(desk.county, plan.decided_at, clocks.ASK_RECHECK)
    with at(last + datetime.timedelta(days=1)), pytest.raises(WrongMoment, match="期限"):
        plan.ask_recheck(by=afresh(desk.clerk), note="属于例外")
    with at(last):
        plan.ask_recheck(by=afresh(desk.clerk), note="属于例外")


def test_the_database_itself_keeps_the_second_opinion_another_persons(desk):
    plan = desk.endorsed()
    plan.decline(by=desk.reviewer, ground=desk.ground.code)
    for name, column in (("another_person_rechecks", "rechecked_by_id"), ("two_persons_review_and_sign_off", "reviewed_by_id")):
        with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE inspection_inspectionplan SET {column} = %s WHERE id = %s", [desk.reviewer.pk, plan.pk])


def test_many_are_accepted_by_one_act_each_row_its_own_and_what_cannot_be_is_left(desk):
    plans = [desk.endorsed(targets=[make.an_enterprise(desk.county)]) for _n in range(4)]
    plans[2].withdraw(by=desk.clerk, note="改期")
    before = Leaf.objects.count()
    outcome = InspectionPlan.together(plans, "accept", by=desk.reviewer, note="材料齐全")
    assert [bool(why) for _plan, why in outcome] == [False, False, True, False]
    assert "已撤回" in outcome[2][1]
    assert Leaf.objects.count() == before + 1, "one signature"
    leaves = {plan.history.latest("history_id").leaf for plan in (plans[0], plans[1], plans[3])}
    assert len(leaves) == 1
    assert [plan.history.filter(verb="accept").count() for plan in plans] == [1, 1, 0, 1]
    assert list(FilingNotice.objects.values_list("number", flat=True).order_by("number")) == [1, 2, 3]


def test_a_batch_decides_nothing_by_a_verb_that_is_each_ones_own(desk):
    for verb in ("withdraw", "revoke", "lapse", "save"):
        with pytest.raises(Refused):
            InspectionPlan.together([desk.endorsed()], verb, by=desk.reviewer)


@pytest.mark.parametrize(("effect", "status"), [("LAPSED", "LAPSED"), ("HEAD", "ESCALATED"), ("NOTIFIED", "NOTIFIED")])
def test_what_nobody_decides_until_its_window_begins_becomes_what_the_rule_says_never_accepted(desk, effect, status):
    set_rule(desk, "lapse.effect", effect)
    today = desk.county.today()
    starts = add_working_days(desk.county, today, 5)
    plan = desk.endorsed(starts_on=starts, ends_on=starts + datetime.timedelta(days=2), tell_on=starts)
    with at(starts - datetime.timedelta(days=1), 15):
        assert InspectionPlan.lapse_due(by=afresh(make.system())) == 0
    with at(starts, 0):
        assert InspectionPlan.lapse_due(by=afresh(make.system())) == 1
        assert InspectionPlan.lapse_due(by=afresh(make.system())) == 0, "once"
        plan.refresh_from_db()
        assert plan.status == status
        assert plan.lapsed_at
        assert plan.decided_by is None
        if status == "NOTIFIED":
            notice = plan.notices.get()
            assert notice.snapshot["filing"] == "告知备案（备案机关逾期未审）"
        if status == "ESCALATED":
            assert plan.accept(by=afresh(desk.issuer))[0].snapshot["filing"] == "审查备案"


def test_a_filing_that_came_too_late_keeps_the_offices_term_but_not_beyond_its_window(desk):
    today = desk.county.today()
    plan = desk.endorsed(starts_on=today, ends_on=today + datetime.timedelta(days=20), tell_on=today)
    term = clocks.day_after(desk.county, plan.endorsed_at, clocks.REVIEW)
    clock = clocks.Clocks(desk.county)
    assert clock.lapses_on(plan) == term + datetime.timedelta(days=1)
    short = desk.endorsed(starts_on=today, ends_on=today, tell_on=today)
    assert clock.lapses_on(short) == today + datetime.timedelta(days=1)


def test_what_lapsed_is_filed_again_in_one_tap_on_days_to_come(desk):
    plan = desk.endorsed()
    over = clocks.Clocks(desk.county).lapses_on(plan)
    with at(over):
        InspectionPlan.lapse_due(by=afresh(make.system()))
        plan.refresh_from_db()
        plan.refile(by=afresh(desk.clerk))
        assert plan.status == "SUBMITTED"
        assert plan.ends_on - plan.starts_on == datetime.timedelta(days=2)
        plan.endorse(by=afresh(desk.head))
        assert clocks.Clocks(desk.county).lapses_on(plan) == plan.starts_on, "the Office has its whole term again"
        assert plan.history.filter(verb="lapse").count() == 1, "and what it let lapse stays counted"


def test_terms_count_working_days_holidays_and_make_up_days(desk):
    county = desk.county
    monday = datetime.date(2027, 3, 1)
    CalendarDay.set(by=desk.issuer, county=county, date=monday + datetime.timedelta(days=1), working=False, name="演示假日", source="演示")
    CalendarDay.set(by=desk.issuer, county=county, date=monday + datetime.timedelta(days=5), working=True, name="补班", source="演示")
    plan = InspectionPlan(county=county, agency=desk.agency, status="ENDORSED")
    plan.endorsed_at = plan.since = datetime.datetime.combine(monday, NOON)
    due = [clocks.Clocks(county, monday + datetime.timedelta(days=n)).of(plan) for n in (3, 4, 5, 6, 7)]
    # Tuesday is a holiday: two working days end on Thursday. Saturday is worked, Sunday is not.
    assert {waiting.due_on for waiting in due} == {datetime.date(2027, 3, 4)}
    assert [waiting.late_by for waiting in due] == [0, 1, 2, 2, 3]
    # Shortly before midnight there is another day than in UTC.
    plan.endorsed_at = datetime.datetime(2027, 3, 1, 16, 30, tzinfo=datetime.UTC)
    assert clocks.Clocks(county, monday).of(plan).due_on == datetime.date(2027, 3, 4)


def test_each_step_tells_the_people_concerned_once_and_nobody_else(desk, elsewhere):
    plan = desk.endorsed()
    plan.accept(by=desk.reviewer, note="同意")
    assert [line.split("：")[-1] for line in inbox(desk.head)] == ["等待您批准", "准予备案"]
    assert [line.split("：")[-1] for line in inbox(desk.clerk)] == ["负责人已批准，进入备案审查", "准予备案"]
    for other in (desk.reviewer, desk.registrar, elsewhere.clerk, elsewhere.head, elsewhere.reviewer):
        assert inbox(other) == []


def test_in_a_county_of_two_persons_who_signs_is_told_and_who_reviewed_is_not(desk):
    set_persons(desk, 2)
    plan = desk.endorsed()
    plan.review(by=desk.reviewer, note="材料齐全")
    assert any("等待您签发" in line for line in inbox(desk.issuer))
    assert not any("签发" in line for line in inbox(desk.reviewer))


def test_a_void_is_told_to_the_unit_and_to_who_would_have_gone_and_to_each_once(desk):
    notice = desk.issued(telling="UNANNOUNCED", no_telling_ground="事先告知会影响检查效果", tell_on=None)
    outside = Letter.objects.exclude(way="inbox").count()
    notice.void(by=desk.reviewer, note="企业名称有误")
    for user in (desk.clerk, desk.head, desk.officer):
        assert [line for line in inbox(user) if "作废" in line] == [f"{notice}：备案通知书已作废"]
    assert Letter.objects.filter(reader=desk.officer.pk).latest("pk").body.endswith("企业名称有误")
    assert Letter.objects.exclude(way="inbox").count() == outside, "of an unannounced visit nothing goes to the enterprise"
    revoked = desk.issued(targets=[make.an_enterprise(desk.county), make.an_enterprise(desk.county)])
    revoked.plan.revoke(by=desk.reviewer, note="依据有误")
    for user in (desk.clerk, desk.head, desk.officer):
        assert len([line for line in inbox(user) if str(revoked.plan) in line and "撤销" in line]) == 1
        assert len([line for line in inbox(user) if "作废" in line]) == 2, "not once more for each notice"


def test_who_is_named_hears_that_they_go_that_it_changed_and_that_it_is_off(desk):
    third = make.a_user("OFFICER", agency=desk.agency)
    third_row = make.an_officer(desk.agency, third)
    drafted = desk.submitted()
    drafted.withdraw(by=desk.clerk, note="重复")
    assert inbox(desk.officer) == [], "nobody was told to go"
    plan = desk.numbered().plan
    assert inbox(desk.officer) == [f"{plan}：准予备案"]
    later = {"starts_on": plan.starts_on, "ends_on": plan.ends_on + datetime.timedelta(days=2)}
    plan.ask_change(by=desk.clerk, note="换人", kind="AMEND", officers=[third_row, desk.second_officer_row], **later)
    plan.amend(by=desk.head)
    assert inbox(desk.officer)[1:] == [f"{plan}：已变更，不再由您前往"]
    assert inbox(third) == [f"{plan}：已变更，通知书已更换"]
    plan.withdraw(by=desk.head, note="改为网上核查")
    assert inbox(third)[1:] == [f"{plan}：单位已撤回"]
    assert len(inbox(desk.officer)) == 2
