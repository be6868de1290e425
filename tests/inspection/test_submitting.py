"""What a filing must say before it may be sent: all that is wrong is said at once."""

import datetime

import pytest
import time_machine
from django.db import connection

from accounts.models import Effect, LegalStatus, RuleValue
from audit.models import NotYours, Refused, signed
from inspection.models import InspectionPlan
from tests import make


def day(desk, n):
    """The day ``n`` days from today."""
    return desk.county.today() + datetime.timedelta(days=n)


def fields(plan):
    """Return the fields found at fault, in order."""
    return [fault.field for fault in plan.faults()]


def refused_submit(desk, plan):
    """Submit, and return the refusal; the plan must have stayed a draft without trace."""
    before = plan.history.count()
    with pytest.raises(Refused) as refusal:
        plan.submit(by=desk.clerk)
    plan.refresh_from_db()
    assert (plan.status, plan.submitted_by, plan.history.count()) == ("DRAFT", None, before)
    return refusal.value


def test_an_empty_draft_is_told_everything_at_once(desk):
    plan = InspectionPlan.draft(by=desk.clerk, agency=desk.agency, facts={})
    refusal = refused_submit(desk, plan)
    assert fields(plan) == [
        "targets", "items", "purpose", "requirements", "type", "task_source", "starts_on", "officers", "telling",
    ]  # fmt: skip
    assert refusal.message.split("\n") == [str(fault) for fault in plan.faults()]
    assert refusal.field == "targets"


def test_a_draft_in_order_has_no_fault(desk):
    assert desk.draft().faults() == []


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"purpose": "  "}, "purpose", "检查目的"),
        ({"requirements": ""}, "requirements", "检查要求"),
        ({"targets": []}, "targets", "至少选择一家"),
        ({"items": []}, "items", "未公布的事项不得实施检查"),
        ({"officers": []}, "officers", "不得少于 2 人"),
        ({"telling": ""}, "telling", "提前告知或者不事先告知"),
        ({"tell_on": None}, "tell_on", "告知日期"),
        ({"telling": "UNANNOUNCED", "no_telling_ground": " "}, "no_telling_ground", "理由和依据"),
    ],
)
def test_each_thing_left_out_is_said_by_itself(desk, facts, field, words):
    plan = desk.draft(**facts)
    (fault,) = plan.faults()
    assert (fault.field, words in str(fault)) == (field, True)
    assert refused_submit(desk, plan).field == field


def test_one_officer_is_not_enough(desk):
    plan = desk.draft(officers=[desk.officer_row])
    (fault,) = plan.faults()
    assert str(fault) == "现场执法人员不得少于 2 人，请补足。（行政处罚法第42条）"


def test_one_officer_named_twice_is_still_one(desk):
    plan = desk.draft(officers=[desk.officer_row, desk.officer_row])
    assert [row.officer for row in plan.officers.standing()] == [desk.officer_row]
    assert fields(plan) == ["officers"]


def test_one_enterprise_named_twice_gets_one_notice(desk):
    plan = desk.endorsed(targets=[desk.establishment, desk.establishment])
    assert [n.establishment for n in plan.accept(by=desk.reviewer)] == [desk.establishment]


def test_a_county_may_ask_for_three_officers(desk):
    with signed(by=make.system(), verb="set"):
        RuleValue.objects.create(county=desk.county, code="officers.min", value="3", starts=make.LONG_AGO, source="县规定")
    assert fields(desk.draft()) == ["officers"]
    assert fields(desk.draft(officers=[desk.officer_row, desk.second_officer_row, make.an_officer(desk.agency)])) == []


def test_a_certificate_that_ends_inside_the_window_does_not_count(desk):
    short = make.an_officer(desk.agency, valid_to=day(desk, 1))
    plan = desk.draft(officers=[desk.officer_row, short])
    (fault,) = plan.faults()
    assert (fault.field, short.name in fault.message) == ("officers", True)
    assert plan.officers.get(officer=short).certificate is None


def test_a_certificate_good_for_the_last_day_counts(desk):
    last = make.an_officer(desk.agency, valid_to=day(desk, 2))
    assert desk.draft(officers=[desk.officer_row, last]).faults() == []


def test_a_certificate_that_begins_inside_the_window_does_not_count(desk):
    late = make.an_officer(desk.agency, valid_from=day(desk, 1))
    assert fields(desk.draft(officers=[desk.officer_row, late])) == ["officers"]


def test_a_certificate_revoked_after_the_draft_stops_the_filing(desk):
    plan = desk.draft()
    certificate = desk.second_officer_row.certificates.get()
    with signed(by=make.system(), verb="found"):
        certificate.revoked_on = day(desk, 0)
        certificate.save()
    (fault,) = plan.faults()
    assert (fault.field, desk.second_officer_row.name in fault.message) == ("officers", True)


def test_a_certificate_revoked_after_the_submission_stops_the_head(desk):
    plan = desk.submitted()
    certificate = desk.second_officer_row.certificates.get()
    with signed(by=make.system(), verb="found"):
        certificate.revoked_on = day(desk, 0)
        certificate.save()
    with pytest.raises(Refused):
        plan.endorse(by=desk.head)


def test_an_officer_of_another_agency_cannot_be_named(desk):
    stranger = make.an_officer(make.an_agency(desk.county))
    (fault,) = desk.draft(officers=[desk.officer_row, desk.second_officer_row, stranger]).faults()
    assert (fault.field, stranger.name in fault.message) == ("officers", True)


def test_an_officer_who_has_left_cannot_be_named(desk):
    with signed(by=make.system(), verb="found"):
        desk.second_officer_row.ends = day(desk, 0)
        desk.second_officer_row.save()
    assert fields(desk.draft()) == ["officers"]


def test_an_enterprise_of_another_county_cannot_be_filed(desk, elsewhere):
    (fault,) = desk.draft(targets=[desk.establishment, elsewhere.establishment]).faults()
    assert (fault.field, elsewhere.establishment.enterprise.name in fault.message) == ("targets", True)


@pytest.mark.parametrize("whose", ["other county", "other field"])
def test_an_item_of_another_list_cannot_be_filed(desk, elsewhere, whose):
    item = elsewhere.item if whose == "other county" else make.an_item(desk.county, kind="消防救援")
    (fault,) = desk.draft(items=[desk.item, item]).faults()
    assert (fault.field, item.name in fault.message) == ("items", True)


def test_revising_the_dates_picks_the_certificates_anew(desk):
    officer = make.an_officer(desk.agency, valid_to=day(desk, 5))
    with signed(by=make.system(), verb="found"):
        renewed = type(officer.certificates.get()).objects.create(
            officer=officer, number="3713RENEWED", field="市场监管", region="沂水县",
            valid_from=day(desk, 6), valid_to=day(desk, 900),
        )  # fmt: skip
    plan = desk.draft(officers=[desk.officer_row, officer])
    row = plan.officers.get(officer=officer)
    assert row.certificate_number != renewed.number
    plan.revise(by=desk.clerk, facts={"starts_on": day(desk, 6), "ends_on": day(desk, 7)})
    row.refresh_from_db()
    assert (row.certificate, row.certificate_number) == (renewed, renewed.number)
    assert plan.faults() == []
    plan.revise(by=desk.clerk, facts={"starts_on": day(desk, 4), "ends_on": day(desk, 7)})
    row.refresh_from_db()
    assert (row.certificate, row.certificate_number) == (None, "")
    assert fields(plan) == ["officers"]


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [(-1, 2, ["starts_on"]), (0, 0, []), (3, 2, ["ends_on"]), (0, 2, []), (None, 2, None), (0, None, None)],
)
def test_the_window_lies_ahead_and_runs_forward(desk, starts, ends, expected):
    plan = desk.draft(
        starts_on=None if starts is None else day(desk, starts), ends_on=None if ends is None else day(desk, ends), tell_on=day(desk, -3)
    )
    if expected is None:  # without both dates no certificate can be checked either
        expected = ["starts_on", "officers", "officers"]
    assert fields(plan) == expected


def test_the_day_is_the_countys_day_not_the_machines(desk):
    with time_machine.travel(datetime.datetime(2026, 11, 20, 16, 30, tzinfo=datetime.UTC), tick=False):  # 21 November in Shandong
        assert fields(desk.draft(starts_on=datetime.date(2026, 11, 20), tell_on=datetime.date(2026, 11, 19))) == ["starts_on"]
        assert fields(desk.draft(starts_on=datetime.date(2026, 11, 21))) == []


def test_an_item_no_longer_in_force_is_refused_and_one_until_tomorrow_is_not(desk):
    ended = make.an_item(desk.county, ends=day(desk, 0))
    ending = make.an_item(desk.county, ends=day(desk, 1))
    coming = make.an_item(desk.county, starts=day(desk, 1))
    assert fields(desk.draft(items=[ending])) == []
    assert [f.message for f in desk.draft(items=[ended, coming]).faults()] == [
        f"事项“{ended.name}”今天不在有效期内，请重新选择。",
        f"事项“{coming.name}”今天不在有效期内，请重新选择。",
    ]


def test_a_deregistered_enterprise_is_refused(desk):
    gone = make.an_enterprise(desk.county)
    with signed(by=make.system(), verb="found"):
        gone.enterprise.closed_on = day(desk, -10)
        gone.enterprise.save()
    (fault,) = desk.draft(targets=[desk.establishment, gone]).faults()
    assert str(fault) == f"“{gone.enterprise.name}”已经注销，请从名单中去掉。"


def test_telling_after_the_visit_began_is_refused(desk):
    assert fields(desk.draft(tell_on=day(desk, 1))) == ["tell_on"]
    assert fields(desk.draft(telling="UNANNOUNCED", tell_on=None, no_telling_ground="食品安全法第110条")) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"confirmed_on": None},
        {"ends": datetime.date(2021, 1, 1)},
        {"legal_status": LegalStatus.NONE},
    ],
)
def test_a_body_without_standing_cannot_file(desk, facts):
    agency = make.an_agency(desk.county, **facts)
    desk.agency, desk.clerk = agency, make.a_user("CLERK", agency=agency)
    desk.officer_row, desk.second_officer_row = make.an_officer(agency), make.an_officer(agency)
    assert fields(desk.draft()) == ["agency"]


def test_a_body_to_which_filing_does_not_apply_cannot_even_draft_and_is_told_why(desk, signed_in):
    desk.agency = make.an_agency(desk.county, effect=Effect.EXEMPT, effect_source="审计法第2条：审计监督，另有程序")
    desk.clerk = make.a_user("CLERK", agency=desk.agency)
    with pytest.raises(Refused) as refusal:
        desk.draft()
    assert refusal.value.field == "agency"
    assert "审计法第2条" in refusal.value.message
    for address in ("/plans/begin/", "/plans/new/"):
        page = signed_in(desk.clerk).get(address, follow=True).content.decode()
        assert "审计法第2条" in page
        assert "被检查企业" not in page
    assert signed_in(desk.clerk).post("/plans/new/", {"purpose": "x"}, follow=True).status_code == 200
    assert not InspectionPlan.objects.filter(agency=desk.agency).exists()


def test_what_went_wrong_since_is_said_to_the_head_too(desk):
    plan = desk.submitted()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inspection_inspectionitem SET ends = %s WHERE id = %s", [day(desk, 0), desk.item.pk])
    with pytest.raises(Refused) as refusal:
        plan.endorse(by=desk.head)
    assert refusal.value.field == "items"
    assert InspectionPlan.objects.get(pk=plan.pk).status == "SUBMITTED"


def test_only_a_clerk_of_the_agency_begins_a_filing(desk, elsewhere):
    for user in (desk.head, desk.officer, desk.reviewer, elsewhere.clerk, make.a_user("CLERK", agency=make.an_agency(desk.county))):
        with pytest.raises(NotYours):
            InspectionPlan.draft(by=user, agency=desk.agency, facts={})
    assert InspectionPlan.objects.count() == 0


def test_a_draft_sent_twice_is_one_draft(desk):
    uid = desk.draft().uid
    again = InspectionPlan.draft(by=desk.clerk, agency=desk.agency, facts={"purpose": "另一个"}, uid=uid)
    assert (InspectionPlan.objects.count(), again.purpose) == (1, "核查食品生产许可和出厂检验记录")
    colleague = make.a_user("CLERK", agency=desk.agency)
    with pytest.raises(Refused) as refusal:
        InspectionPlan.draft(by=colleague, agency=desk.agency, facts={}, uid=uid)
    assert refusal.value.field == "uid"


def test_a_row_left_out_is_dropped_not_deleted_and_can_be_taken_up_again(desk):
    plan = desk.draft()
    row = plan.officers.get(officer=desk.second_officer_row)
    plan.revise(by=desk.clerk, facts={"officers": [desk.officer_row]})
    row.refresh_from_db()
    assert row.dropped
    assert fields(plan) == ["officers"]
    plan.revise(by=desk.clerk, facts={"officers": [desk.officer_row, desk.second_officer_row]})
    row.refresh_from_db()
    assert (row.dropped, plan.officers.count()) == (False, 2)
    assert [(r.verb, r.dropped) for r in row.history.order_by("history_id")] == [
        ("draft", False), ("revise", True), ("revise", False),
    ]  # fmt: skip


def test_an_accepted_filing_keeps_the_words_of_its_day(desk):
    notice = desk.numbered()
    with signed(by=make.system(), verb="found"):
        desk.item.name = "改名后的事项"
        desk.item.save()
        desk.establishment.enterprise.name = "改名后的公司"
        desk.establishment.enterprise.save()
        desk.officer_row.name = "改名后的人"
        desk.officer_row.save()
    notice.refresh_from_db()
    plan = notice.plan
    assert "改名后" not in str(notice.snapshot) + str([*plan.items.all(), *plan.targets.all(), *plan.officers.all()])


def test_a_filing_whose_window_has_passed_cannot_be_accepted(desk):
    from audit.models import WrongMoment

    plan = desk.endorsed()
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=4)), pytest.raises(WrongMoment):
        plan.accept(by=type(desk.reviewer).objects.get(pk=desk.reviewer.pk))
    plan.refresh_from_db()
    assert (plan.status, plan.notices.count(), plan.decided_by) == ("ENDORSED", 0, None)
