"""What the API refuses, how, and what is kept of it."""

import datetime
import uuid

import pytest

from fees.models import Charge
from inspection.models import InspectionPlan, Visit
from receipts.models import Receipt, ReceiptCode
from tests import make


def a_fee(desk, **said):
    return {
        "establishment": str(desk.establishment.uid),
        "kind": "FEE",
        "amount_fen": 1000,
        "charged_on": desk.county.today().isoformat(),
        "collector": str(desk.officer_row.uid),
        **said,
    }


def a_fine(desk, **said):
    return a_fee(
        desk,
        **{
            "kind": "FINE",
            "decision_number": "沂市监罚〔2026〕1号",
            "decision_date": desk.county.today().isoformat(),
            "article": "食品安全法第124条",
            **said,
        },
    )


def test_the_wrong_person_is_refused_and_the_attempt_is_kept(desk, at, attempts):
    plan = desk.submitted()
    status, said = at(desk.clerk).post(f"plans/{plan.uid}/endorse/")
    assert (status, said["code"]) == (403, "NotYours")
    assert attempts() == [(desk.clerk.name, f"POST /api/v1/plans/{plan.uid}/endorse/", "NotYours")]
    plan.refresh_from_db()
    assert plan.status == "SUBMITTED"


def test_the_wrong_moment_is_said_as_409_and_kept(desk, at, attempts):
    plan = desk.endorsed()
    assert at(desk.reviewer).post(f"plans/{plan.uid}/accept/")[0] == 200
    status, said = at(desk.issuer).post(f"plans/{plan.uid}/accept/")
    assert (status, said["code"]) == (409, "WrongMoment")
    assert plan.notices.count() == 1
    assert [a[2] for a in attempts()] == ["WrongMoment"]


def test_a_filing_with_faults_says_what_to_mend_at_its_field(desk, at, filing):
    _status, plan = at(desk.clerk).post("plans/", **{**filing, "targets": [], "purpose": ""})
    assert [found["field"] for found in plan["findings"] if found["level"] == "BLOCKS"] == ["targets", "purpose"]
    status, said = at(desk.clerk).post(f"plans/{plan['uid']}/submit/")
    assert (status, list(said["errors"]), len(said["errors"]["targets"])) == (422, ["targets"], 2)


def test_a_fee_off_the_list_is_refused_and_the_office_sees_the_try(desk, at):
    status, said = at(desk.registrar).post("charges/", **a_fee(desk, item="卫生费", amount_fen=88800))
    assert (status, said["code"], list(said["errors"])) == (422, "Refused", ["item"])
    (kept,) = at(desk.auditor).get("attempts/")[1]["results"]
    assert (kept["actor_name"], kept["facts"]["item"], kept["facts"]["amount"]) == (desk.registrar.name, "卫生费", "888.00")
    assert at(desk.registrar).get("attempts/")[0] == 403


@pytest.mark.parametrize(
    ("money", "fen"),
    [
        ({"amount_fen": 120050}, 120050),
        ({"amount": "1200.50"}, 120050),
        ({"amount": "1,200.5"}, 120050),
        ({"amount": "0.30", "amount_fen": 30}, 30),
    ],
)
def test_money_is_taken_as_fen_or_as_yuan_in_text(desk, at, money, fen):
    sent = a_fine(desk, **money)
    if "amount_fen" not in money:
        del sent["amount_fen"]
    status, charge = at(desk.registrar).post("charges/", **sent)
    assert (status, charge["amount_fen"], charge["amount"]) == (201, fen, f"{fen // 100}.{fen % 100:02d}")


@pytest.mark.parametrize(
    "money",
    [
        {},
        {"amount": "0.005"},
        {"amount": 12.5},
        {"amount": "1", "amount_fen": 1},
        {"amount_fen": 10**30},
        {"amount": "9" * 25},
        {"amount_fen": "1.5"},
        {"amount_fen": -5},
        {"amount_fen": 0},
        {"amount": "NaN"},
        {"amount": "1e5000"},
    ],
)
def test_money_that_is_not_whole_fen_is_refused(desk, at, money):
    sent = a_fine(desk)
    del sent["amount_fen"]
    status, said = at(desk.registrar).post("charges/", **sent, **money)
    assert (status, Charge.objects.count()) == (422, 0)
    assert set(said["errors"]) <= {"amount", "amount_fen"}


def test_no_state_can_be_set_by_sending_it(desk, at, filing):
    _status, plan = at(desk.clerk).post("plans/", **filing, status="ACCEPTED", endorsed_by="x", decided_at="2026-01-01")
    assert plan["status"] == "DRAFT"
    assert at(desk.clerk).patch(f"plans/{plan['uid']}/", status="ACCEPTED")[1]["status"] == "DRAFT"
    _status, charge = at(desk.registrar).post("charges/", **a_fine(desk, status="VOID"))
    assert charge["status"] == "REGISTERED"


def test_an_officer_who_is_not_named_cannot_open_the_visit(desk, at, attempts):
    notice = desk.issued()
    stranger = make.a_user("OFFICER", agency=desk.agency)
    make.an_officer(desk.agency, stranger)
    assert at(stranger).post("visits/", notice=str(notice.uid), officers=[str(desk.officer_row.uid)])[0] == 403
    assert len(attempts()) == 1
    assert at(desk.officer).post("visits/", notice=str(notice.uid), officers=[])[1]["errors"].keys() == {"officers"}


def test_only_people_and_items_of_the_own_agency_can_be_named(desk, elsewhere, at, filing):
    other = make.an_agency(desk.county, kind="消防救援")
    for facts in (
        {"officers": [str(make.an_officer(other).uid)]},
        {"items": [str(make.an_item(desk.county, kind="消防救援").uid)]},
        {"targets": [str(elsewhere.establishment.uid)]},
        {"officers": [str(elsewhere.officer_row.uid)]},
    ):
        status, said = at(desk.clerk).post("plans/", **{**filing, **facts, "uid": str(uuid.uuid4())})
        assert (status, said["errors"].keys()) == (422, facts.keys())
    assert InspectionPlan.objects.count() == 0


def test_nobody_files_logs_or_charges_for_an_agency_that_is_not_theirs(desk, at, filing, attempts):
    other = make.an_agency(desk.county)
    named = {"agency": str(other.uid)}
    assert at(desk.clerk).post("plans/", **{**filing, **named, "officers": []})[0] == 403
    assert at(desk.registrar).post("charges/", **a_fine(desk, **named))[0] == 403
    said = {"establishment": str(desk.establishment.uid), "officers": [], "arrived_at": "2026-01-05T09:30:00+08:00", "ground": "x"}
    assert at(desk.officer).post("visits/unfiled/", **said, **named)[0] == 403
    for user in (desk.reviewer, desk.finance):
        assert at(user).post("plans/", **filing)[0] == 403
        assert at(user).post("charges/", **a_fine(desk))[0] == 403
    assert len(attempts()) == 7


def test_a_wrong_code_is_422_a_replaced_one_410_and_too_many_tries_429(desk, at):
    notice = desk.issued()
    old = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    new = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    answers = {"notice_shown": "YES", "overall": 3}
    address = f"scan/{notice.address}/receipt/"
    assert at().post(address, code=old, **answers)[0] == 410
    status, said = at().post(address, code="000000000000", **answers)
    assert (status, list(said["errors"])) == (422, ["code"])
    for _n in range(9):
        at().post(address, code="000000000000", **answers)
    assert at().post(address, code=new, **answers)[0] == 429
    assert Receipt.objects.count() == 0


def test_before_the_first_day_no_receipt_is_taken(desk, at):
    tomorrow = desk.county.today() + datetime.timedelta(days=1)
    notice = desk.issued(starts_on=tomorrow, ends_on=tomorrow)
    assert at().get(f"scan/{notice.address}/")[1]["state"] == "early"
    assert at().post(f"scan/{notice.address}/receipt/", code="1", notice_shown="YES", overall=3)[0] == 409


# --- sending twice ------------------------------------------------------------------------------------
def test_the_same_filing_sent_twice_is_one_draft(desk, at, filing):
    first, second = at(desk.clerk).post("plans/", **filing), at(desk.clerk).post("plans/", **filing)
    assert (first[0], second[0]) == (201, 200)
    assert first[1]["uid"] == second[1]["uid"] == filing["uid"]
    assert InspectionPlan.objects.count() == 1


def test_the_same_visit_sent_twice_is_one_visit(desk, at):
    said = {"notice": str(desk.issued().uid), "officers": [str(desk.officer_row.uid)], "uid": str(uuid.uuid4())}
    assert [at(desk.officer).post("visits/", **said)[0] for _n in range(2)] == [201, 200]
    assert Visit.objects.count() == 1


def test_the_same_charge_sent_twice_is_one_charge(desk, at):
    said = a_fine(desk, uid=str(uuid.uuid4()))
    assert [at(desk.registrar).post("charges/", **said)[0] for _n in range(2)] == [201, 200]
    assert Charge.objects.count() == 1


def test_the_same_receipt_sent_twice_is_one_receipt(desk, at):
    notice = desk.issued()
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    said = {"code": code, "notice_shown": "NO", "overall": 1, "uid": str(uuid.uuid4())}
    assert [at().post(f"scan/{notice.address}/receipt/", **said)[0] for _n in range(2)] == [201, 200]
    assert Receipt.objects.count() == 1
    assert at().post(f"scan/{notice.address}/receipt/", **{**said, "uid": str(uuid.uuid4())})[0] == 201
    assert [r["uid"] for r in at(desk.auditor).get("receipts/")[1]["results"]] != [said["uid"]]


def test_a_uid_that_names_another_s_thing_is_refused_not_a_fault(desk, elsewhere, at, filing):
    uid = str(uuid.uuid4())
    assert at(desk.registrar).post("charges/", **a_fine(desk, uid=uid))[0] == 201
    status, said = at(elsewhere.registrar).post("charges/", **a_fine(elsewhere, uid=uid))
    assert (status, list(said["errors"])) == (422, ["uid"])
    visit = desk.visited()
    other = elsewhere.issued()
    said = {"notice": str(other.uid), "officers": [str(elsewhere.officer_row.uid)], "uid": str(visit.uid)}
    assert at(elsewhere.officer).post("visits/", **said)[0] == 422
    filing["uid"] = str(visit.notice.plan.uid)
    colleague = make.a_user("CLERK", agency=desk.agency)
    assert at(colleague).post("plans/", **filing)[0] == 422
