"""The twins of the review's pages: what is begun on the spot, decided together, changed afterwards; and who is refused."""

import datetime
import uuid

from inspection.models import InspectionPlan
from tests import make


def test_an_urgent_check_is_begun_by_the_officer_and_twice_is_once(desk, at):
    said = {
        "establishments": [str(desk.establishment.uid)],
        "officers": [str(desk.officer_row.uid), str(desk.second_officer_row.uid)],
        "ground": "接报燃气泄漏",
        "uid": str(uuid.uuid4()),
    }
    status, plan = at(desk.officer).post("plans/urgent/", **said)
    assert (status, plan["status"], plan["before"]) == (201, "PROVISIONAL", "URGENT")
    assert plan["waiting"]["due_on"]
    assert [notice["status"] for notice in plan["notices"]] == ["NUMBERED"]
    assert at(desk.officer).post("plans/urgent/", **said)[0] == 200
    assert InspectionPlan.objects.count() == 1
    assert at(desk.officer).post("plans/urgent/", **{**said, "uid": str(uuid.uuid4()), "ground": ""})[0] == 422
    assert at(desk.reviewer).post("plans/urgent/", **said)[0] == 403


def test_many_are_decided_by_one_call_and_each_says_what_became_of_it(desk, at):
    plans = [desk.endorsed() for _n in range(3)]
    plans[1].withdraw(by=desk.clerk, note="改期")
    status, outcome = at(desk.reviewer).post("plans/together/", plans=[str(p.uid) for p in plans], verb="accept", note="材料齐全")
    assert status == 200
    assert [(row["status"], bool(row["why"])) for row in outcome] == [("ACCEPTED", False), ("WITHDRAWN", True), ("ACCEPTED", False)]
    assert at(desk.reviewer).post("plans/together/", plans=[str(plans[0].uid)], verb="withdraw")[0] == 422


def test_a_return_names_its_fields_and_a_change_waits_for_the_head(desk, at):
    plan = desk.endorsed()
    assert at(desk.reviewer).post(f"plans/{plan.uid}/return/", note="请补", marked=["status"])[0] == 422
    status, said = at(desk.reviewer).post(f"plans/{plan.uid}/return/", note="请补", marked=["purpose"])
    assert (status, said["status"], said["marked"]) == (200, "RETURNED", ["purpose"])
    notice = desk.numbered()
    plan = notice.plan
    later = {"starts_on": plan.starts_on.isoformat(), "ends_on": (plan.ends_on + datetime.timedelta(days=3)).isoformat()}
    status, said = at(desk.clerk).post(f"plans/{plan.uid}/ask_change/", kind="POSTPONE", note="检修", **later)
    assert (status, said["changes"][0]["made"], said["ends_on"]) == (200, False, plan.ends_on.isoformat())
    assert at(desk.clerk).post(f"plans/{plan.uid}/postpone/")[0] == 403
    status, said = at(desk.head).post(f"plans/{plan.uid}/postpone/", note="同意")
    assert (status, said["ends_on"]) == (200, later["ends_on"])
    assert sorted(n["status"] for n in said["notices"]) == ["NUMBERED", "VOID"]


def test_the_clocks_own_steps_are_no_address(desk, at):
    plan = desk.endorsed()
    for verb in ("lapse", "pass_up", "count_as_notice"):
        assert at(desk.issuer).post(f"plans/{plan.uid}/{verb}/")[0] == 404


def test_a_recheck_by_another_person(desk, at):
    plan = desk.endorsed()
    at(desk.reviewer).post(f"plans/{plan.uid}/decline/", ground=desk.ground.code)
    assert at(desk.clerk).post(f"plans/{plan.uid}/ask_recheck/", note="属于例外")[1]["status"] == "RECHECKING"
    assert at(desk.reviewer).post(f"plans/{plan.uid}/recheck/", note="准予")[0] == 403
    status, said = at(desk.issuer).post(f"plans/{plan.uid}/recheck/", note="确属例外")
    assert (status, said["status"], said["recheck_opinion"]) == (200, "ACCEPTED", "确属例外")


def test_deputies_are_named_and_ended_by_their_head(desk, at):
    ends = (desk.county.today() + datetime.timedelta(days=5)).isoformat()
    status, said = at(desk.head).post("deputies/", user=str(desk.officer.uid), ends=ends)
    assert (status, said["name"]) == (200, desk.officer.name)
    assert len(at(desk.head).get("deputies/")[1]) == 1
    assert at(desk.clerk).post("deputies/", user=str(desk.officer.uid), ends=ends)[0] in (403, 422)
    assert at(desk.head).post(f"deputies/{said['uid']}/end/")[0] == 200


def test_matches_are_for_units_and_office(desk, at):
    desk.endorsed()
    assert at(desk.reviewer).get("plans/joinable/") == (200, [])
    assert at(desk.officer).get("plans/joinable/")[0] == 403


def test_a_machine_names_items_of_the_units_that_join_and_of_no_others(desk, at):
    partner = make.a_partner(desk)
    theirs, plan, clerk = make.an_item(desk.county, kind=partner.agency.kind), desk.draft(), at(desk.clerk)

    def send(**facts):
        return clerk.patch(f"plans/{plan.uid}/", **facts)[0]

    assert send(items=[str(theirs.uid)]) == 422
    assert send(items=[str(theirs.uid)], partners=[str(partner.agency.uid)]) == 200
    assert send(items=[str(desk.item.uid), str(theirs.uid)]) == 200, "those that have joined already"
