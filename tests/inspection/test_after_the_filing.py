"""After the filing: changed, postponed, withdrawn; what began before it was filed; several units on one visit."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Effect, User, add_working_days
from audit.models import Leaf, NotYours, Refused, WrongMoment
from delivery.models import Letter
from inspection import checks, clocks, papers
from inspection.models import FilingNotice, InspectionPlan, Visit
from inspection.reminders import remind_desks_due
from oversight.overdue import overdue_in
from paper.models import StoredFile
from tests import make
from tests.inspection.test_notice_paper import text_of
from tests.inspection.test_who_may import set_effect


def issue(notice):
    notice.sign()
    notice.issue(by=make.system(), document=StoredFile.keep(f"%PDF {notice.uid}".encode(), "application/pdf"))
    return notice


def later(plan, days=3):
    return {"starts_on": plan.starts_on + datetime.timedelta(days=days), "ends_on": plan.ends_on + datetime.timedelta(days=days)}


def to_enterprises():
    return list(Letter.objects.exclude(way="inbox").order_by("pk").values_list("body", flat=True))


def scanned(client, notice):
    return client.get(f"/r/{notice.address}")


def test_a_change_counts_when_the_head_has_approved_it_and_the_old_paper_says_so_at_once(desk, client):
    old = desk.issued()
    plan = old.plan
    third = make.an_officer(desk.agency)
    plan.ask_change(by=desk.clerk, note="原定人员病假", kind="AMEND", **later(plan), officers=[desk.officer_row, third])
    old.refresh_from_db()
    assert (old.status, plan.starts_on) == ("ISSUED", desk.county.today()), "nothing changes before the head has approved"
    assert scanned(client, old).status_code == 200
    before = Leaf.objects.count()
    (new,) = plan.amend(by=desk.head, note="同意")
    assert Leaf.objects.count() == before + 1
    old.refresh_from_db()
    assert (old.status, old.replaced_by, new.replaces) == ("VOID", new, old)
    assert "原定人员病假" in old.void_reason
    assert scanned(client, old).status_code == 410
    assert (new.number, new.snapshot["replaces"]) == (old.number + 1, old.label)
    assert (new.starts_on, new.ends_on) == (plan.starts_on, plan.ends_on)
    assert [row["name"] for row in new.snapshot["officers"]] == [desk.officer_row.name, third.name]
    assert sum("由新的通知书代替" in body for body in to_enterprises()) == 1, "an enterprise that had been told is told"
    assert plan.checks_made.filter(step="amend").count() == 1, "the findings ran again"


def test_an_enterprise_that_was_not_told_of_an_unannounced_visit_is_not_told_of_its_change(desk):
    notice = desk.issued(telling="UNANNOUNCED", tell_on=None, no_telling_ground="核实投诉")
    notice.plan.ask_change(by=desk.clerk, note="改期", kind="POSTPONE", **later(notice.plan))
    issue(notice.plan.postpone(by=desk.head)[0])
    notice.plan.withdraw(by=desk.clerk, note="线索不实")
    assert to_enterprises() == []


def test_a_change_asks_what_it_is_and_a_postponement_changes_nobody(desk):
    notice = desk.numbered()
    plan, team = notice.plan, [desk.officer_row, desk.second_officer_row]
    ask = {"by": desk.clerk, "note": "改期"}
    dates = {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
    for wrong, field in (
        ({"kind": "AMEND", **dates}, "starts_on"),
        ({"kind": "POSTPONE", **dates}, "ends_on"),
        ({"kind": "POSTPONE", **later(plan), "officers": [desk.officer_row, make.an_officer(desk.agency)]}, "ends_on"),
        ({"kind": "AMEND", **later(plan, -3)}, "starts_on"),
        ({"kind": "OTHER", **later(plan)}, "kind"),
        ({"kind": "AMEND", "starts_on": plan.ends_on, "ends_on": plan.starts_on}, "ends_on"),
    ):
        with pytest.raises(Refused) as refusal:
            plan.ask_change(**ask, **wrong)
        assert refusal.value.field == field, wrong
    plan.ask_change(**ask, kind="POSTPONE", **later(plan), officers=team)
    with pytest.raises(WrongMoment, match="已有一项变更"):
        plan.ask_change(**ask, kind="AMEND", **later(plan, 5))
    with pytest.raises(WrongMoment):
        plan.amend(by=desk.head)
    plan.refuse_change(by=desk.head, note="按原计划")
    change = plan.changes.get()
    assert (change.made, change.decided_by, change.opinion) == (False, desk.head, "按原计划")
    notice.refresh_from_db()
    assert notice.status == "NUMBERED"


def test_a_change_that_blocks_is_refused_whole(desk):
    notice = desk.numbered()
    plan = notice.plan
    plan.ask_change(by=desk.clerk, note="只剩一人", kind="AMEND", **later(plan), officers=[desk.officer_row])
    with pytest.raises(Refused, match="不得少于"):
        plan.amend(by=desk.head)
    notice.refresh_from_db()
    plan.refresh_from_db()
    assert (notice.status, plan.changes.open().count(), plan.officers.standing().count()) == ("NUMBERED", 1, 2)


def test_what_was_visited_is_neither_withdrawn_nor_changed_and_the_rest_still_is(desk):
    places = [make.an_enterprise(desk.county) for _n in range(2)]
    first, second = (issue(n) for n in desk.endorsed(targets=places).accept(by=desk.reviewer))
    plan = first.plan
    Visit.arrive(by=desk.officer, notice=first, officers=[desk.officer_row])
    with pytest.raises(WrongMoment, match="已经有人入企"):
        plan.withdraw(by=desk.clerk, note="改期")
    plan.ask_change(by=desk.clerk, note="第二家检修", kind="POSTPONE", **later(plan))
    (new,) = plan.postpone(by=desk.head)
    assert new.replaces == second
    first.refresh_from_db()
    assert first.status == "ISSUED"


def test_a_withdrawal_after_acceptance_voids_the_notice_and_tells_the_enterprise_once(desk, client):
    notice = desk.issued()
    notice.plan.withdraw(by=desk.head, note="改为网上核查")
    notice.refresh_from_db()
    assert (notice.status, notice.plan.status) == ("VOID", "WITHDRAWN")
    assert scanned(client, notice).status_code == 410
    assert sum("已经撤回" in body for body in to_enterprises()) == 1


# --- before its filing ------------------------------------------------------------------------------
def test_an_urgent_check_gives_a_provisional_notice_at_once_and_tells_heads_and_office(desk, client):
    plan = desk.urgent()
    notice = plan.notices.get()
    assert (plan.status, plan.before, notice.snapshot["provisional"]) == ("PROVISIONAL", "URGENT", True)
    assert "燃气泄漏" in notice.snapshot["provisional_ground"]
    for user in (desk.head, desk.reviewer, desk.issuer):
        assert Letter.objects.filter(reader=user.pk, subject__contains="先行实施").count() == 1
    assert to_enterprises() == []
    Visit.arrive(by=desk.officer, notice=issue(notice), officers=[desk.officer_row])
    assert scanned(client, notice).status_code == 200


def test_the_formality_is_completed_looked_at_as_any_other_and_the_notice_keeps_its_number(desk):
    plan = desk.urgent()
    elsewhere, another_day = make.an_enterprise(desk.county), desk.county.today() + datetime.timedelta(9)
    facts = {**make.plan_facts(desk), "targets": [elsewhere], "starts_on": another_day}
    plan.revise(by=desk.clerk, facts=facts)
    assert plan.targets.standing().get().establishment == desk.establishment, "what was done on the spot is not written differently"
    assert plan.starts_on == desk.county.today()
    plan.complete(by=desk.clerk)
    assert plan.completed_at
    plan.endorse(by=desk.head)
    assert plan.accept(by=desk.reviewer) == []
    assert plan.notices.get().number == 1


def test_an_urgent_filing_is_not_lapsed_by_the_clock_and_is_overdue_a_working_day_after_its_term(desk):
    plan = desk.urgent()
    due = clocks.Clocks(desk.county).of(plan).due_on
    assert due == clocks.day_after(desk.county, plan.began_at, clocks.COMPLETE)
    with time_machine.travel(datetime.datetime.combine(due + datetime.timedelta(days=7), datetime.time(4), datetime.UTC), tick=False):
        assert clocks.Clocks(desk.county).of(plan).late
        assert InspectionPlan.lapse_due(by=User.objects.system()) == 0


def test_an_urgent_check_that_was_never_completed_is_not_forgotten_at_new_year_nor_by_taking_it_back(desk):
    with time_machine.travel(datetime.datetime(2026, 12, 21, 4, tzinfo=datetime.UTC), tick=False):
        left, taken_back = desk.urgent(), desk.urgent(establishments=[make.an_enterprise(desk.county)])
    with time_machine.travel(datetime.datetime(2026, 12, 30, 4, tzinfo=datetime.UTC), tick=False):
        taken_back.withdraw(by=desk.clerk, note="不办了")
        rows = overdue_in(desk.county)
        assert [(row.address, row.done) for row in rows] == [(left.get_absolute_url(), False), (taken_back.get_absolute_url(), True)]
    with time_machine.travel(datetime.datetime(2027, 1, 15, 4, tzinfo=datetime.UTC), tick=False):
        assert [row.address for row in overdue_in(desk.county)] == [left.get_absolute_url()]


def test_a_filing_made_by_hand_keeps_its_number_and_its_hour(desk):
    yesterday = timezone.now() - datetime.timedelta(days=1)
    with pytest.raises(Refused) as refusal:
        desk.urgent(before="OUTAGE", began_at=yesterday)
    assert refusal.value.field == "paper_number"
    plan = desk.urgent(before="OUTAGE", began_at=yesterday, paper_number="手备〔2026〕3号", ground="系统中断一日")
    assert (plan.began_at, plan.notices.get().snapshot["paper_number"]) == (yesterday, "手备〔2026〕3号")


def by_hand(desk, **facts):
    """What was filed on paper yesterday, while the system was down."""
    said = {"began_at": timezone.now() - datetime.timedelta(days=1), "paper_number": "手备〔2026〕3号", "ground": "系统中断一日"}
    return desk.urgent(before="OUTAGE", **{**said, **facts})


def test_a_filing_made_by_hand_is_not_called_urgent_and_its_number_stands_on_paper_and_scan_page(desk, client):
    notice = issue(by_hand(desk).notices.get())
    paper = text_of(papers.notice_paper(notice.snapshot))
    page = scanned(client, notice).content.decode()
    for said in (paper, page, text_of(papers.order_paper(notice.order.snapshot))):
        assert "紧急" not in said.replace("紧急情况", "")
        assert "手工备案" in said
    assert ("手备〔2026〕3号" in paper, "手备〔2026〕3号" in page) == (True, True)


def test_a_paper_is_entered_once_however_its_number_is_typed(desk, elsewhere):
    plan = by_hand(desk)
    for number in ("手备〔2026〕3号", " 手备[2026]3号 ", "手备（２０２６）3号"):
        with pytest.raises(Refused) as refusal:
            by_hand(desk, paper_number=number)
        assert (refusal.value.field, str(plan) in refusal.value.message) == ("paper_number", True)
    assert by_hand(desk, paper_number="手备〔2026〕4号")
    assert InspectionPlan.begin_urgent(
        by=elsewhere.officer, agency=elsewhere.agency, establishments=[elsewhere.establishment], before="OUTAGE", ground="系统中断",
        officers=[elsewhere.officer_row, elsewhere.second_officer_row], began_at=timezone.now(), paper_number="手备〔2026〕3号",
    )  # fmt: skip
    plan.withdraw(by=desk.clerk, note="录错了企业")
    assert by_hand(desk), "what was withdrawn is entered anew"


def test_a_visit_of_a_filing_made_by_hand_has_the_hours_at_which_it_was(desk, signed_in):
    now = timezone.now().replace(second=0, microsecond=0)
    began, arrived, left = (now - datetime.timedelta(hours=n) for n in (25, 24, 23))
    notice = issue(by_hand(desk, began_at=began).notices.get())
    minute = datetime.timedelta(minutes=1)
    for wrong in (began - minute, now + 2 * minute):
        with pytest.raises(Refused) as refusal:
            Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row], arrived_at=wrong)
        assert refusal.value.field == "arrived_at"
    with time_machine.travel(now + datetime.timedelta(days=2)):  # entered when its days are over
        browser = signed_in(desk.officer)
        page = browser.get(f"/notices/{notice.uid}/arrive/")
        assert "当时的入企时间" in page.content.decode()
        said = {"officers": [desk.officer_row.pk], "uid": str(notice.uid), "arrived_at": local(arrived)}
        there = browser.post(f"/notices/{notice.uid}/arrive/", said)["Location"]
        visit = Visit.objects.get()
        for wrong in (arrived - minute, now + datetime.timedelta(days=3)):
            with pytest.raises(Refused) as refusal:
                visit.leave(by=desk.officer, result="NONE", left_at=wrong)
            assert refusal.value.field == "left_at"
        assert browser.post(f"{there}leave/", {"result": "NONE", "left_at": local(left)}).status_code == 302
    visit.refresh_from_db()
    assert (visit.arrived_at, visit.left_at, visit.minutes) == (arrived, left, 60)


def local(moment):
    return f"{moment.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%dT%H:%M}"


def test_no_other_visit_is_dated_back(desk, signed_in):
    then = timezone.now() - datetime.timedelta(minutes=5)
    for notice in (issue(desk.urgent().notices.get()), desk.issued(targets=[make.an_enterprise(desk.county)])):
        with pytest.raises(Refused) as refusal:
            Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row], arrived_at=then)
        assert refusal.value.field == "arrived_at"
        assert "当时的入企时间" not in signed_in(desk.officer).get(f"/notices/{notice.uid}/arrive/").content.decode()
    visit = Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    with pytest.raises(Refused):
        visit.leave(by=desk.officer, result="NONE", left_at=timezone.now())


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ground": " "}, "ground"),
        ({"officers": []}, "officers"),
        ({"officers": "one alone"}, "officers"),  # 行政处罚法 Art. 42
        ({"establishments": []}, "establishments"),
        ({"before": "LATER"}, "before"),
        ({"began_at": timezone.now() + datetime.timedelta(days=2)}, "began_at"),
    ],
)
def test_an_urgent_check_without_its_few_facts_is_refused(desk, facts, field):
    if facts.get("officers"):
        facts = {"officers": [desk.officer_row]}
    with pytest.raises(Refused) as refusal:
        desk.urgent(**facts)
    assert refusal.value.field == field
    with pytest.raises(NotYours):
        InspectionPlan.begin_urgent(
            by=desk.head, agency=desk.agency, establishments=[desk.establishment], officers=[desk.officer_row], ground="急"
        )
    assert FilingNotice.objects.count() == 0


# --- several units ----------------------------------------------------------------------------------
def test_a_joint_inspection_waits_for_every_partner_and_is_one_notice_and_one_visit(desk):
    partner = make.a_partner(desk)
    plan = desk.draft(partners=[partner.agency], officers=[desk.officer_row, desk.second_officer_row, partner.officer_row])
    plan.submit(by=desk.clerk)
    assert plan in InspectionPlan.objects.visible_to(partner.head)
    with pytest.raises(WrongMoment, match="还没有确认"):
        plan.endorse(by=desk.head)
    plan.confirm(by=partner.head)
    with pytest.raises(NotYours):
        plan.confirm(by=partner.head)
    plan.endorse(by=desk.head)
    (notice,) = plan.accept(by=desk.reviewer)
    assert notice.snapshot["partners"] == [partner.agency.name]
    visit = Visit.arrive(by=partner.officer, notice=issue(notice), officers=[desk.officer_row, partner.officer_row])
    assert (Visit.objects.count(), visit.agency) == (1, desk.agency)
    visit.leave(by=partner.officer, result="NONE")


def test_one_unit_under_review_puts_a_joint_inspection_under_review(desk):
    """Who joins a unit that only informs the Office does not go round it."""
    partner = make.a_partner(desk)
    set_effect(desk.agency, Effect.NOTIFY)
    # What the Office must see blocks again: under review the purpose is no mere remark.
    bare = desk.draft(partners=[partner.agency], purpose="")
    with pytest.raises(Refused):
        bare.submit(by=desk.clerk)
    plan = desk.submitted(partners=[partner.agency])
    plan.confirm(by=partner.head)
    assert {"endorse"} == {"endorse", "notify"} & set(plan.steps_open_to(desk.head))
    with pytest.raises(NotYours):
        plan.notify(by=desk.head)
    plan.endorse(by=desk.head)
    notice = plan.accept(by=desk.reviewer)[0]
    assert notice.snapshot["filing"] == str(Effect.REVIEW.label)
    set_effect(partner.agency, Effect.NOTIFY)
    second = desk.submitted(partners=[partner.agency], targets=[make.an_enterprise(desk.county)])
    second.confirm(by=partner.head)
    assert second.notify(by=desk.head)[0].snapshot["filing"] == str(Effect.NOTIFY.label)


def test_what_is_typed_is_checked_with_the_partners_and_their_items_are_offered(desk, signed_in):
    partner = make.a_partner(desk)
    theirs = make.an_item(desk.county, kind=partner.agency.kind)
    facts = make.plan_facts(desk, partners=[partner.agency], items=[desk.item, theirs], officers=[desk.officer_row, partner.officer_row])
    found = {finding.code for finding in checks.findings(InspectionPlan.typed(agency=desk.agency, facts=facts))}
    assert not found & {"people.own", "items.own"}
    plan = InspectionPlan.draft(by=desk.clerk, agency=desk.agency, facts=facts)
    without = {name: value for name, value in facts.items() if name != "partners"}
    again = {finding.code for finding in checks.findings(InspectionPlan.typed(agency=desk.agency, facts=without, plan=plan))}
    assert not again & {"people.own", "items.own"}
    browser = signed_in(desk.clerk)
    page = browser.get(f"/plans/{plan.uid}/edit/").content.decode()
    assert theirs.name in page
    sent = {"items": [desk.item.pk, theirs.pk], "partners": [partner.agency.pk], "officers": [desk.officer_row.pk, partner.officer_row.pk]}
    assert browser.post(f"/plans/{plan.uid}/edit/", {"type": "DAILY", "targets": plan.targets.get().identifier, **sent}).status_code == 302
    assert {row.item for row in plan.items.standing()} == {desk.item, theirs}
    alone = desk.draft()
    assert theirs.name not in browser.get(f"/plans/{alone.uid}/edit/").content.decode()


def working_days_on(desk, days):
    """The clock at noon, so many working days from today."""
    day = add_working_days(desk.county, desk.county.today(), days)
    return time_machine.travel(datetime.datetime.combine(day, datetime.time(4), datetime.UTC), tick=False)


def reminded(user):
    return Letter.objects.filter(reader=user.pk, once__startswith="remind:").exists()


def test_a_joint_filing_waits_first_for_the_units_that_have_not_answered(desk):
    late, quick = make.a_partner(desk), make.a_partner(desk)
    plan = desk.submitted(partners=[late.agency, quick.agency])
    plan.confirm(by=quick.head)
    with working_days_on(desk, 2):
        waiting = clocks.attach([InspectionPlan.objects.get(pk=plan.pk)])[0].waiting
        assert (waiting.whom, waiting.late) == (f"配合单位负责人：{late.agency}", True)
        assert [row.who for row in overdue_in(desk.county)] == [str(late.agency)], "not the lead, not who has answered"
        remind_desks_due(by=User.objects.system())
        assert [reminded(user) for user in (late.head, quick.head, desk.head)] == [True, False, False]
        plan.confirm(by=User.objects.get(pk=late.head.pk))
        waiting = clocks.attach([InspectionPlan.objects.get(pk=plan.pk)])[0].waiting
        assert (waiting.whom, waiting.late) == ("本单位负责人", False)
        assert waiting.since == plan.agencies.get(agency=late.agency).confirmed_at, "the head's term begins when all have answered"
    with working_days_on(desk, 4):
        assert [row.who for row in overdue_in(desk.county)] == [str(desk.agency)]


def test_a_change_that_was_asked_for_waits_for_the_head_by_the_clock(desk):
    plan = desk.numbered().plan
    assert clocks.Clocks(desk.county).of(plan) is None
    plan.ask_change(by=desk.clerk, note="车间检修", kind="POSTPONE", **later(plan))
    waiting = clocks.Clocks(desk.county).of(plan)
    assert (waiting.whom, waiting.since) == ("本单位负责人（变更、延期）", plan.changes.get().asked_at)
    assert waiting.due_on == clocks.day_after(desk.county, waiting.since, clocks.ENDORSE)
    with working_days_on(desk, 2):
        assert [row.who for row in overdue_in(desk.county)] == [str(desk.agency)]
        remind_desks_due(by=User.objects.system())
        assert reminded(desk.head)
        plan.refuse_change(by=User.objects.get(pk=desk.head.pk), note="按原计划")
        assert clocks.Clocks(desk.county).of(plan) is None
        assert overdue_in(desk.county) == []


def test_a_partner_may_stay_away_and_its_own_filing_may_be_folded_in(desk):
    partner = make.a_partner(desk)
    plan = desk.draft(partners=[partner.agency])
    plan.submit(by=desk.clerk)
    plan.refuse_joining(by=partner.head, note="本月无人")
    assert (plan.status, "本月无人" in plan.opinion) == ("SENT_BACK", True)
    plan.submit(by=desk.clerk)
    own = InspectionPlan.draft(by=partner.clerk, agency=partner.agency, facts={"targets": [desk.establishment]})
    with pytest.raises(Refused):
        plan.confirm(by=partner.head, instead_of=desk.draft())
    plan.confirm(by=partner.head, instead_of=own)
    own.refresh_from_db()
    assert own.status == "WITHDRAWN"


def test_another_unit_that_was_not_asked_sees_nothing_of_a_joint_filing(desk, elsewhere):
    partner, stranger = make.a_partner(desk), make.a_partner(desk)
    plan = desk.submitted(partners=[partner.agency])
    for user in (stranger.head, stranger.clerk, elsewhere.head):
        assert plan not in InspectionPlan.objects.visible_to(user)
    with pytest.raises(Refused) as refusal:
        desk.draft(partners=[elsewhere.agency])
    assert refusal.value.field == "partners"
