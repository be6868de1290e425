"""Where and when: territory, quiet days, the 无事不扰清单, special campaigns, referrals."""

import pytest

from accounts.importing import Faults, import_list
from accounts.models import UndisturbedListing
from audit.models import NotYours, Refused, signed
from inspection.models import InspectionPlan, QuietRule, Referral
from tests import make


def a_quiet_rule(desk, **facts):
    facts = {"days_from": 1, "days_to": 31, "exceptions": ["COMPLAINT"], "starts": make.LONG_AGO, **facts}
    with signed(by=make.system(), verb="found"):
        return QuietRule.objects.create(county=desk.county, code="NJ-1", name="企业宁静日", source="沂水县宁静日规定第1条", **facts)


def a_referral(desk, **facts):
    said = {"kind": "HOTLINE", "number": "GD-001", "source": "县12345热线", "matter": "反映台账不全"}
    facts = {**said, "received_on": desk.county.today(), **facts}
    return Referral.enter(by=desk.intake, agency=facts.pop("agency", desk.agency), **facts)


def test_an_enterprise_registered_elsewhere_is_visited_with_a_letter_of_assistance(desk, told):
    place = make.an_enterprise(desk.county, region="370102")
    (finding,) = told.of(desk.draft(targets=[place]), "territory.letter")
    assert (finding.level, finding.field, "370102" in finding.message) == ("BLOCKS", "assistance_letter", True)
    assert told.of(desk.draft(targets=[place], assistance_letter="济协查〔2026〕3号"), "territory.letter") == []
    assert told.of(desk.draft(), "territory.letter") == []


def test_a_quiet_day_asks_for_a_reason_and_the_reason_lets_it_go(desk, told):
    a_quiet_rule(desk)
    plan = desk.draft()
    (finding,) = told.of(plan, "quiet.day")
    assert (finding.level, finding.key, finding.stops) == ("REASON", "quiet.day:NJ-1", True)
    assert "沂水县宁静日规定第1条" in finding.article
    with pytest.raises(Refused, match="宁静日"):
        plan.submit(by=desk.clerk)
    plan.revise(by=desk.clerk, facts={"reasons": {finding.key: "原料即将到期，须当日抽样"}})
    plan.submit(by=desk.clerk)
    (kept,) = [f for f in plan.checks_made.get(step="submit").findings if f["code"] == "quiet.day"]
    assert kept["reason"] == "原料即将到期，须当日抽样"


def test_a_quiet_day_leaves_its_exceptions_alone(desk, told):
    a_quiet_rule(desk)
    assert told.of(desk.draft(task_source="COMPLAINT"), "quiet.day") == []
    assert len(told.of(desk.draft(task_source="RECHECK"), "quiet.day")) == 1


def test_a_quiet_day_of_a_rule_that_has_ended_is_an_ordinary_day(desk, told):
    a_quiet_rule(desk, ends=told.day(0))
    assert told.of(desk.draft(), "quiet.day") == []


def test_which_fields_are_public_safety_is_a_rule_value(desk, told):
    a_quiet_rule(desk, exceptions=["PUBLIC_SAFETY"])
    assert len(told.of(desk.draft(), "quiet.day")) == 1
    told.rule("quiet.public_safety", "应急管理、市场监管")
    assert told.of(desk.draft(), "quiet.day") == []


def test_who_is_left_alone_is_visited_only_when_something_has_happened(desk, told):
    with signed(by=make.system(), verb="found"):
        UndisturbedListing.objects.create(enterprise=desk.establishment.enterprise, starts=make.LONG_AGO, source="县无事不扰清单（2026）")
    (finding,) = told.of(desk.draft(), "undisturbed.listed")
    assert (finding.level, finding.article) == ("REASON", "县无事不扰清单（2026）")
    for triggered in ({"task_source": "COMPLAINT"}, {"task_source": "RECHECK"}, {"type": "CASE"}):
        assert told.of(desk.draft(**triggered), "undisturbed.listed") == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "approval_document"),
        ({"approval_document": "沂政字〔2026〕8号"}, "approval_document"),
        ({"approval_document": "沂政字〔2026〕8号", "approved_by": "沂水县人民政府"}, None),
        ({"task_source": "SUPERIOR", "task_number": ""}, "task_number"),
        ({"task_source": "SUPERIOR", "task_number": "鲁安办〔2026〕5号"}, None),
    ],
)
def test_a_special_campaign_names_its_approval_or_the_order_from_above(desk, told, facts, field):
    plan = desk.draft(type=InspectionPlan.Type.SPECIAL, **facts)
    assert [f.field for f in told.of(plan, "special.approved")] == ([field] if field else [])


def test_an_individual_case_check_rests_on_a_referral(desk, told):
    (finding,) = told.of(desk.draft(type="CASE"), "referral.named")
    assert (finding.level, finding.field) == ("BLOCKS", "referral")
    referral = a_referral(desk)
    plan = desk.draft(type="CASE", referral=referral)
    assert told.of(plan, "referral.named") == []
    plan.submit(by=desk.clerk)


def test_a_referral_to_another_unit_or_of_another_enterprise_does_not_serve(desk, told):
    other = a_referral(desk, agency=make.an_agency(desk.county), number="GD-002")
    assert "不是移送给本单位" in told.of(desk.draft(type="CASE", referral=other), "referral.named")[0].message
    named = a_referral(desk, number="GD-003", enterprise=make.an_enterprise(desk.county).enterprise)
    (finding,) = told.of(desk.draft(type="CASE", referral=named), "referral.named")
    assert (finding.field, desk.establishment.enterprise.name in finding.message) == ("targets", True)


def test_a_referral_is_entered_by_the_office_never_by_who_uses_it(desk):
    for person in (desk.clerk, desk.head, desk.officer, desk.auditor):
        with pytest.raises(NotYours):
            Referral.enter(
                by=person, agency=desk.agency, kind="LETTER", number="YS-1", received_on=desk.county.today(), source="县局", matter="移送"
            )
    assert Referral.objects.count() == 0


@pytest.mark.parametrize(("facts", "field"), [({"number": " "}, "number"), ({"source": ""}, "source"), ({"matter": ""}, "matter")])
def test_a_referral_without_number_source_or_matter_is_refused(desk, facts, field):
    with pytest.raises(Refused) as refusal:
        a_referral(desk, **facts)
    assert (refusal.value.field, Referral.objects.count()) == (field, 0)


def test_a_referral_entered_twice_is_told(desk):
    a_referral(desk)
    with pytest.raises(Refused, match="已经登记"):
        a_referral(desk)


def test_an_enterprise_struck_off_before_the_first_day_blocks_that_one_alone(desk, told):
    place = make.an_enterprise(desk.county, closed_on=told.day(1))
    assert told.of(desk.draft(targets=[place], starts_on=told.day(0)), "objects.standing") == []
    (finding,) = told.of(desk.draft(targets=[desk.establishment, place], starts_on=told.day(1), ends_on=told.day(1)), "objects.standing")
    assert (finding.about, finding.level) == (str(place.enterprise.uid), "BLOCKS")


def test_the_office_accepts_in_the_window_and_not_after_it(desk, told):
    plan = desk.endorsed(starts_on=told.day(0), ends_on=told.day(1))
    assert told.of(plan, "window.past", on=told.day(1), deciding=True) == []
    assert len(told.of(plan, "window.past", on=told.day(1))) == 1
    assert len(told.of(plan, "window.past", on=told.day(2), deciding=True)) == 1


REFERRALS = "种类,编号,日期,来源单位,事由,移送给,涉及企业"


def take_in(desk, *rows, by=None):
    content = "\n".join([REFERRALS, *rows]).encode()
    return import_list(desk.county, "referrals", content, name="线索.csv", by=by or desk.issuer)


def test_referrals_come_in_by_the_file_of_the_hotline_and_known_ones_are_left_alone(desk):
    here = f"12345 工单,GD-1,2026-01-05,县12345热线,反映台账不全,{desk.agency.code},{desk.establishment.enterprise.identifier}"
    result = take_in(desk, here, f"移送函,YS-2,2026-01-06,郯城县局,移送线索,{desk.agency.code},")
    assert (result.new, result.same) == (2, 0)
    first = Referral.objects.get(number="GD-1")
    assert (first.agency, first.enterprise, first.entered_by) == (desk.agency, desk.establishment.enterprise, desk.issuer)
    assert (take_in(desk, here).new, take_in(desk, here).same) == (0, 1)


def test_a_file_of_referrals_is_taken_in_whole_or_not_at_all(desk):
    good = f"移送函,YS-2,2026-01-06,郯城县局,移送线索,{desk.agency.code},"
    with pytest.raises(Faults) as faults:
        take_in(desk, good, "移送函,YS-3,2026-01-06,郯城县局,移送线索,XX-999,", "移送函,YS-4,下周,郯城县局,移送线索,,91371300")
    assert ("XX-999" in str(faults.value), Referral.objects.count()) == (True, 0)
    with pytest.raises(NotYours):
        take_in(desk, good, by=desk.clerk)


def test_a_referral_is_shown_to_its_agency_and_the_office_alone(desk, elsewhere, signed_in):
    a_referral(desk, matter="反映后厨卫生差")
    neighbour = make.a_user("CLERK", agency=make.an_agency(desk.county))
    for person, sees in ((desk.clerk, True), (desk.reviewer, True), (neighbour, False), (elsewhere.reviewer, False)):
        assert ("反映后厨卫生差" in signed_in(person).get("/referrals/").content.decode()) is sees
    assert signed_in(neighbour).get("/lists/referrals/").status_code in (403, 404)
