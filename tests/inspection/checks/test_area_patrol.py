"""区域巡查: a street and a trade with a ceiling; each enterprise is named at its door, and checked there."""

import pytest

from audit.models import NotYours, Refused
from tests import make


@pytest.fixture
def patrol(desk):
    """An accepted patrol of 沂城街道, at most two enterprises."""
    plan = desk.endorsed(targets=[], area="沂城街道", area_trade="小餐饮", area_ceiling=2)
    assert plan.accept(by=desk.reviewer) == []
    return plan


def a_place(desk, township="沂城街道"):
    place = make.an_enterprise(desk.county)
    from audit.models import signed

    with signed(by=make.system(), verb="found"):
        place.township = township
        place.save()
    return place


def test_a_patrol_names_its_trade_and_a_ceiling_of_at_most_twenty(desk):
    fields = [f.field for f in desk.draft(targets=[], area="沂城街道", area_ceiling=21).faults()]
    assert fields == ["area_trade", "area_ceiling"]
    assert desk.draft(targets=[], area="沂城街道", area_trade="小餐饮", area_ceiling=20).faults() == []


def test_a_patrol_does_not_name_enterprises_beforehand(desk):
    (fault,) = desk.draft(area="沂城街道", area_trade="小餐饮", area_ceiling=2).faults()
    assert fault.field == "targets"


def test_each_notice_is_made_at_the_door_and_named_twice_is_one(desk, patrol):
    place = a_place(desk)
    notice = patrol.name_at_door(by=desk.officer, establishment=place)
    assert (notice.enterprise, notice.status, notice.number) == (place.enterprise, "NUMBERED", 1)
    assert patrol.name_at_door(by=desk.officer, establishment=place) == notice
    assert patrol.targets.standing().count() == 1


def test_the_ceiling_holds(desk, patrol):
    for _n in range(2):
        patrol.name_at_door(by=desk.officer, establishment=a_place(desk))
    with pytest.raises(Refused, match="达到备案的上限"):
        patrol.name_at_door(by=desk.officer, establishment=a_place(desk))


def test_another_street_is_refused(desk, patrol):
    with pytest.raises(Refused, match="不在备案的巡查区域"):
        patrol.name_at_door(by=desk.officer, establishment=a_place(desk, "许家湖镇"))


def test_only_an_officer_named_on_the_plan_names(desk, patrol):
    for person in (desk.clerk, desk.head, desk.reviewer, make.a_user("OFFICER", agency=desk.agency)):
        with pytest.raises(NotYours):
            patrol.name_at_door(by=person, establishment=a_place(desk))


def test_the_cap_runs_at_the_door_and_leaves_nothing_behind(desk, told, patrol):
    place = a_place(desk)
    told.rule("cap.per_year", 1)
    told.visited(told.day(-1), targets=[place])
    with pytest.raises(Refused, match="上限 1 次"):
        patrol.name_at_door(by=desk.officer, establishment=place)
    assert (patrol.targets.count(), patrol.notices.count()) == (0, 0)


def test_a_reason_asked_for_at_the_door_is_given_there_and_kept(desk, told, patrol):
    place = a_place(desk)
    told.visited(told.day(0), targets=[place])
    with pytest.raises(Refused, match="当天第 2 次"):
        patrol.name_at_door(by=desk.officer, establishment=place)
    key = f"often.called:{place.enterprise.uid}"
    patrol.name_at_door(by=desk.officer, establishment=place, reasons={key: "前次为另一环节"})
    assert patrol.reasons.get(about=str(place.enterprise.uid)).reason == "前次为另一环节"
