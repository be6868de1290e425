"""Who files, what is inspected, by whom: rule, edge, exception, wording."""

import datetime

import pytest

from accounts.models import Effect
from audit.models import signed
from tests import make


def test_an_entrusted_body_files_only_while_its_delegator_stands_and_its_letter_is_public(desk, told):
    station = make.an_agency(desk.county, legal_status="ENTRUSTED", delegator=desk.agency)
    desk.agency, desk.clerk = station, make.a_user("CLERK", agency=station)
    desk.officer_row, desk.second_officer_row = make.an_officer(station), make.an_officer(station)
    plan = desk.draft()
    (finding,) = told.of(plan, "subject.delegator")
    assert (finding.level, "委托书" in finding.message, finding.article) == ("BLOCKS", True, "行政处罚法第20条")
    station.delegation_letter = "沂政委〔2026〕1号"
    with signed(by=make.system(), verb="found"):
        station.save()
    assert told.of(desk.draft(), "subject.delegator") == []
    with signed(by=make.system(), verb="found"):
        station.delegator.ends = told.day(0)
        station.delegator.save()
    assert "委托机关" in told.of(desk.draft(), "subject.delegator")[0].message


@pytest.mark.parametrize(("kind", "blocks"), [("法律", False), ("部门规章", False), ("规范性文件", True)])
def test_a_mere_notice_is_no_basis_for_an_inspection(desk, told, kind, blocks):
    item = make.an_item(desk.county, basis_kind=kind)
    assert bool(told.of(desk.draft(items=[item]), "items.basis")) is blocks


def test_whether_a_rule_of_a_ministry_is_a_basis_is_the_countys_rule(desk, told):
    item = make.an_item(desk.county, basis_kind="部门规章")
    told.rule("items.basis_kinds", "法律、行政法规")
    (finding,) = told.of(desk.draft(items=[item]), "items.basis")
    assert "依据是部门规章" in finding.message


def test_what_can_be_done_from_the_desk_says_why_it_is_done_on_site(desk, told):
    item = make.an_item(desk.county, off_site_possible=True)
    (finding,) = told.of(desk.draft(items=[item], why_on_site=" "), "items.off_site")
    assert (finding.field, item.name in finding.message) == ("why_on_site", True)
    assert told.of(desk.draft(items=[item], why_on_site="须现场取样"), "items.off_site") == []
    assert told.of(desk.draft(why_on_site=""), "items.off_site") == []


def test_helpers_never_come_alone_and_say_where_they_are_from(desk, told):
    helper = {"name": "郑某", "body": "县检验检测中心"}
    assert told.of(desk.draft(assistants=[helper]), "people.helpers") == []
    assert [f.field for f in told.of(desk.draft(assistants=[helper], officers=[]), "people.helpers")] == ["assistants"]
    (finding,) = told.of(desk.draft(assistants=[{"name": "郑某", "body": ""}]), "people.helpers")
    assert "郑某" in finding.message


def test_how_many_officers_are_enough_is_the_countys_rule_never_below_the_law(desk, told):
    assert told.of(desk.draft(), "people.enough") == []
    told.rule("officers.min", 3)
    (finding,) = told.of(desk.draft(), "people.enough")
    assert "不得少于 3 人" in finding.message


def test_an_officer_who_leaves_before_the_first_day_is_not_of_the_unit(desk, told):
    with signed(by=make.system(), verb="found"):
        desk.second_officer_row.ends = told.day(1)
        desk.second_officer_row.save()
    assert told.of(desk.draft(starts_on=told.day(0)), "people.own") == []
    (finding,) = told.of(desk.draft(starts_on=told.day(1), ends_on=told.day(1)), "people.own")
    assert desk.second_officer_row.name in finding.message


def test_who_only_informs_is_stopped_by_nothing_but_a_paper_without_meaning(desk, told):
    informing = make.Desk.__new__(make.Desk)
    informing.__dict__.update(desk.__dict__)
    informing.agency = make.an_agency(desk.county, effect=Effect.NOTIFY)
    informing.clerk, informing.head = make.a_user("CLERK", agency=informing.agency), make.a_user("HEAD", agency=informing.agency)
    informing.officer_row = make.an_officer(informing.agency)
    plan = informing.draft(officers=[informing.officer_row], purpose="", requirements="", telling="", items=[], reasons={})
    assert {f.code for f in plan.faults()} == set()
    assert {"people.enough", "words.said", "telling.said", "items.named"} <= {f.code for f in plan.findings()}
    assert {f.level for f in plan.findings()} == {"NOTE"}
    plan.submit(by=informing.clerk)
    assert plan.notify(by=informing.head)[0].label
    meaningless = informing.draft(officers=[], targets=[], starts_on=None, ends_on=None)
    assert {f.code for f in meaningless.faults()} == {"objects.named", "people.named", "window.said"}


@pytest.mark.parametrize("level", ["BLOCKS", "REASON", "NOTE", "OFF", "nonsense"])
def test_the_weight_of_every_law_is_a_rule_value(desk, told, level):
    told.rule("check.window.long", level)
    plan = desk.draft(ends_on=told.day(45))
    found = [f.level for f in told.of(plan, "window.long")]
    assert found == {"OFF": [], "nonsense": ["REASON"]}.get(level, [level])
    assert bool(plan.faults()) is (level in ("BLOCKS", "REASON", "nonsense"))


def test_what_held_on_an_earlier_day_can_be_asked(desk, told):
    told.rule("window.most_days", 60, starts=datetime.date(2020, 1, 1), ends=told.day(0))
    told.rule("window.most_days", 10, starts=told.day(0))
    plan = desk.draft(ends_on=told.day(20))
    assert len(told.of(plan, "window.long")) == 1
    assert told.of(plan, "window.long", on=told.day(-1)) == []


@pytest.mark.parametrize("character", ["\U0010fffd", "\ue000", "\u200b", "\U0001f600"])
def test_a_character_that_cannot_be_printed_is_named_to_who_can_mend_it(desk, told, character):
    number = f"U+{ord(character):04X}"
    (finding,) = told.of(desk.draft(purpose=f"核查{character}记录"), "words.printable")
    assert (finding.field, finding.level, number in finding.message) == ("purpose", "BLOCKS", True)
    place = make.an_enterprise(desk.county, name=f"沂水{character}记商行")
    (finding,) = told.of(desk.draft(targets=[place]), "words.printable")
    assert (finding.field, number in finding.message, "维护清单的岗位" in finding.message) == ("targets", True, True)


def test_rare_names_can_be_filed(desk, told):
    place = make.an_enterprise(desk.county, name="沂水喆堃䶮㛃商行", operator="𠮷某")
    assert told.of(desk.draft(targets=[place], purpose="核查“台账”（①—③）、㎡"), "words.printable") == []
