"""Demands that are never lawful: refused in a filing with their article, registered when reported; differences about money."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import NotYours, Reading, Refused, WrongMoment
from fees.adapters import mock
from fees.models import TreasuryReceipt
from inspection.models import ProhibitedDemand, Visit
from oversight.discrepancies.charges import differences
from oversight.models import ReportedDemand
from tests import make, make_fees
from tests.api.conftest import Hand

DAY = datetime.timedelta(days=1)


@pytest.fixture
def demand(desk):
    return make_fees.a_demand(desk.county)


def reported(desk, demand, **facts):
    said = {
        "agency": desk.agency,
        "source": "ENTERPRISE",
        "demanded_on": desk.county.today(),
        "words": "要求赞助庆典五千元",
        "given": 500000,
    }
    return ReportedDemand.report(**{"by": desk.auditor, "county": desk.county, "demand": demand, "given": 500000, **said, **facts})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("请赞助活动经费", True), ("请准备台账。另请捐款", True), ("查处强制赞助问题", False), ("检查是否索要赞助", False),
        ("不得赞助", False), ("严禁摊派和赞助", False), ("核查台账", False), ("不查台账，请赞助五百元", True), ("", False),
    ],
)  # fmt: skip
def test_what_a_text_asks_for_is_told_from_what_it_forbids(desk, demand, text, named):
    assert (ProhibitedDemand.named_in(desk.county, text, desk.county.today()) == demand) is named


def test_a_demand_counts_from_its_day_to_its_day_in_its_county(desk, elsewhere):
    today = desk.county.today()
    make_fees.a_demand(desk.county, starts=today - 9 * DAY, ends=today)
    assert ProhibitedDemand.named_in(desk.county, "赞助", today) is None
    assert ProhibitedDemand.named_in(desk.county, "赞助", today - DAY)
    assert ProhibitedDemand.named_in(elsewhere.county, "赞助", today - DAY) is None


@pytest.mark.parametrize("field", ["requirements", "purpose"])
def test_a_filing_that_is_one_is_refused_with_the_article(desk, demand, field):
    plan = desk.draft(**{field: "请准备台账，并赞助安全月活动"})
    with pytest.raises(Refused) as refusal:
        plan.submit(by=desk.clerk)
    assert "《山东省企业权益保护条例》第21条" in refusal.value.message
    plan.revise(by=desk.clerk, facts={field: "请准备台账"})
    plan.submit(by=desk.clerk)


# --- the register ---------------------------------------------------------------------------------------
def test_it_is_registered_found_and_handled_with_the_money_given_back(desk, demand):
    row = reported(desk, demand, evidence=b"%PDF-1.7", evidence_type="application/pdf")
    with pytest.raises(WrongMoment):
        row.handle(by=desk.auditor, note="先处理")
    row.find(by=desk.auditor, note="经核实属实")
    for returned, on, field in (
        (500001, desk.county.today(), "returned"),
        (500000, None, "returned_on"),
        (1, desk.county.today() + DAY, "returned_on"),
    ):
        with pytest.raises(Refused) as refusal:
            row.handle(by=desk.auditor, note="责令退还", returned=returned, returned_on=on)
        assert refusal.value.field == field
    row.handle(by=desk.auditor, note="责令退还，约谈负责人", returned=500000, returned_on=desk.county.today())
    assert (row.status, row.returned, row.evidence.read()) == ("HANDLED", 500000, b"%PDF-1.7")
    with pytest.raises(IntegrityError, match="no_more_is_returned_than_was_given"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE oversight_reporteddemand SET returned = given + 1")


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"words": " "}, "words"), ({"agency": None}, "agency"), ({"demanded_on": 1}, "demanded_on"), ({"demanded_on": -9000}, "demand")],
)
def test_what_is_missing_is_said(desk, demand, facts, field):
    facts = {name: desk.county.today() + value * DAY if isinstance(value, int) else value for name, value in facts.items()}
    with pytest.raises(Refused) as refusal:
        reported(desk, demand, **facts)
    assert refusal.value.field == field


def test_only_oversight_sees_and_writes_it_and_each_reading_is_kept(desk, elsewhere, demand, signed_in):
    row = reported(desk, demand)
    for person in (desk.clerk, desk.head, desk.registrar, desk.intake, desk.reviewer, desk.issuer, desk.finance):
        assert signed_in(person).get("/oversight/demands/").status_code == 403
        assert signed_in(person).get(f"/oversight/demands/{row.uid}/").status_code == 404
        assert Hand(person).get("reported-demands/")[1]["results"] == []
        with pytest.raises(NotYours):
            reported(desk, demand, by=person)
    assert signed_in(elsewhere.auditor).get(f"/oversight/demands/{row.uid}/").status_code == 404
    assert not Reading.objects.exists()
    assert "要求赞助庆典五千元" in signed_in(desk.auditor).get(f"/oversight/demands/{row.uid}/").content.decode()
    assert Hand(desk.auditor).get(f"reported-demands/{row.uid}/")[0] == 200
    assert Reading.objects.filter(what="demand", row=row.uid).count() == 2


def test_the_page_and_the_api_register_it(desk, demand, signed_in):
    browser, today = signed_in(desk.auditor), desk.county.today().isoformat()
    said = {
        "demand": str(demand.uid),
        "by_whom": "某协会",
        "source": "HOTLINE",
        "demanded_on": today,
        "words": "要求交会费",
        "given": "300",
    }
    assert browser.post("/oversight/demands/new/", {**said, "words": ""}).status_code == 422
    assert browser.post("/oversight/demands/new/", {**said, "enterprise": "没有这家"}).status_code == 422
    assert browser.post("/oversight/demands/new/", {**said, "enterprise": desk.establishment.enterprise.identifier}).status_code == 302
    sent = {"demand": str(demand.uid), "by_whom": "某协会", "source": "PRESS", "demanded_on": today, "words": "x", "given_fen": 100}
    status, row = Hand(desk.auditor).post("reported-demands/", **sent)
    assert (status, row["kind"], row["given_fen"]) == (201, "赞助捐赠", 100)
    assert Hand(desk.auditor).post(f"reported-demands/{row['uid']}/dismiss/", note="查无此事")[1]["status"] == "DISMISSED"
    first = ReportedDemand.objects.order_by("pk").first()
    assert (first.given, first.enterprise) == (30000, desk.establishment.enterprise)
    assert browser.post(f"/oversight/demands/{first.uid}/find/", {"note": "属实"}).status_code == 302
    handled = {"note": "退还", "returned": "300", "returned_on": today}
    assert browser.post(f"/oversight/demands/{first.uid}/handle/", handled).status_code == 302


# --- differences about money ------------------------------------------------------------------------------
def test_a_charge_without_a_filed_visit_is_a_difference(desk, signed_in):
    visit = desk.visited()
    filed = make_fees.a_fine(desk, visit=visit)
    alone = make_fees.a_fine(desk)
    urgent = Visit.record_unfiled(
        by=desk.officer, agency=desk.agency, establishment=desk.establishment, officers=[desk.officer_row, desk.second_officer_row],
        arrived_at=datetime.datetime.now(datetime.UTC) - DAY, ground="应急",
    )  # fmt: skip
    unfiled = make_fees.a_fine(desk, visit=urgent)
    elsewhere_charged = make_fees.a_fee(desk, establishment=make.an_enterprise(desk.county))
    found = {row.address: str(row.beside) for row in differences(desk.county, desk.county.today() - DAY)}
    assert filed.get_absolute_url() not in found
    assert "有经备案的入企" in found[alone.get_absolute_url()]
    assert found[unfiled.get_absolute_url()] == "对应的入企没有备案"
    assert found[elsewhere_charged.get_absolute_url()] == "该单位近期没有到这家企业的备案入企"
    assert signed_in(desk.auditor).get("/oversight/money/").status_code == 200
    assert signed_in(desk.finance).get("/oversight/money/").status_code == 403


def test_money_under_an_unknown_code_is_a_difference(desk):
    mock.pay("演没有", 12300, desk.county.today())
    TreasuryReceipt.take_in_due(by=make.system())
    (row,) = differences(TreasuryReceipt.objects.get().county, desk.county.today() - DAY)
    assert (row.code, row.amount, row.enterprise) == ("treasury.unknown", 12300, "演没有")
