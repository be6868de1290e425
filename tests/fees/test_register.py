"""Nothing off the list is charged, no fine without its decision, no more than the law allows on the spot."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from accounts.models import EnterpriseKind, RuleValue, User
from audit.models import NotYours, Refused, Series, signed
from fees.models import Charge
from tests import make, make_fees

DAY = datetime.timedelta(days=1)


def today(desk):
    return desk.county.today()


def fee(desk, item, **facts):
    return Charge.register(
        **{
            "by": desk.registrar, "agency": desk.agency, "establishment": desk.establishment, "kind": "FEE", "item": item,
            "amount": 12000, "charged_on": today(desk), "collector": desk.officer_row, **facts,
        }
    )  # fmt: skip


def fine(desk, **facts):
    return Charge.register(
        **{
            "by": desk.registrar, "agency": desk.agency, "establishment": desk.establishment, "kind": "FINE", "amount": 500000,
            "charged_on": today(desk), "decision_number": "沂市监罚〔2026〕1号", "decision_date": today(desk),
            "article": "食品安全法第126条", "collector": desk.officer_row, **facts,
        }
    )  # fmt: skip


def refused(act, *args, **facts):
    """Return the refusal; nothing may have been registered and no number taken."""
    before = Charge.objects.count(), list(Series.objects.filter(kind="charge").values_list("owner", "last"))
    with pytest.raises(Refused) as refusal:
        act(*args, **facts)
    assert (Charge.objects.count(), list(Series.objects.filter(kind="charge").values_list("owner", "last"))) == before
    return refusal.value


def test_a_fee_on_the_list_is_registered_under_its_code_or_its_name(desk):
    item = make.a_fee_item(desk.county)
    for words in (item.code, item.code.lower(), f" {item.name} "):
        charge = fee(desk, words)
        assert (charge.item, charge.item_name, charge.basis, charge.amount) == (item, item.name, item.law_basis, 12000)
    assert [c.number for c in Charge.objects.order_by("pk")] == [1, 2, 3]
    record = charge.history.get()
    assert (record.verb, record.actor_post, record.actor_agency, record.amount) == ("register", "收费登记员", desk.agency.name, 12000)


@pytest.mark.parametrize("words", ["卫生费", "", "XZ"])
def test_a_fee_off_the_list_is_refused_and_what_was_tried_is_kept(desk, words):
    make.a_fee_item(desk.county)
    refusal = refused(fee, desk, words)
    assert (refusal.field, "清单之外一律不得收费（优化营商环境条例第25条）" in refusal.message) == ("item", True)
    assert refusal.facts == {
        "agency": desk.agency.name, "enterprise": str(desk.establishment.enterprise), "kind": "收费", "item": words, "amount": "120.00",
    }  # fmt: skip


def test_the_list_of_another_county_does_not_count(desk, elsewhere):
    assert refused(fee, desk, make.a_fee_item(elsewhere.county).code).field == "item"


def test_an_item_counts_on_the_day_of_the_charge(desk):
    item = make.a_fee_item(desk.county, starts=today(desk) - 30 * DAY, ends=today(desk) - 10 * DAY)
    assert fee(desk, item.code, charged_on=today(desk) - 30 * DAY).item == item
    assert fee(desk, item.code, charged_on=today(desk) - 11 * DAY).item == item
    for day in (31, 10, 0):
        refusal = refused(fee, desk, item.code, charged_on=today(desk) - day * DAY)
        assert (refusal.field, "已不在收费目录有效期内" in refusal.message) == ("item", True)


def test_an_abolished_fee_is_not_taken_out_of_the_past(desk):
    item = make.a_fee_item(desk.county, ends=today(desk) - DAY)
    assert fee(desk, item.code, charged_on=today(desk) - 30 * DAY).item == item, "late by days"
    refusal = refused(fee, desk, item.code, charged_on=today(desk) - 31 * DAY)
    assert (refusal.field, "现已停征或者改税，只能补登最近 30 日以内的收费" in refusal.message) == ("charged_on", True)
    assert refusal.facts["charged_on"] == (today(desk) - 31 * DAY).isoformat()
    make_fees.a_rule(desk.county, "register.back_days", "5")
    assert refused(fee, desk, item.code, charged_on=today(desk) - 6 * DAY).field == "charged_on"


def test_a_fee_that_is_still_charged_may_be_registered_late_by_the_standard_of_its_day(desk):
    day = today(desk) - 100 * DAY
    make.a_fee_item(desk.county, code="XZ-9", way="定额", unit_price=1000, unit="件", ends=day + 10 * DAY)
    make.a_fee_item(desk.county, code="XZ-9", way="定额", unit_price=500, unit="件", starts=day + 10 * DAY)
    assert fee(desk, "XZ-9", charged_on=day, amount=None, quantity=1000).amount == 1000
    assert fee(desk, "XZ-9", amount=None, quantity=1000).amount == 500


def test_the_office_sees_who_dates_an_abolished_fee_back(desk, signed_in):
    item = make.a_fee_item(desk.county, ends=today(desk) - DAY)
    said = {"kind": "FEE", "item": item.code, "charged_on": (today(desk) - 90 * DAY).isoformat(), "collector": str(desk.officer_row.uid)}
    said |= {"target": desk.establishment.enterprise.name, "amount": "100", "uid": str(uuid.uuid4())}
    answer = signed_in(desk.registrar).post("/charges/new/", said)
    assert (answer.status_code, "只能补登最近 30 日以内的收费" in answer.content.decode()) == (422, True)
    page = signed_in(desk.auditor).get("/oversight/attempts/").content.decode()
    assert "只能补登最近 30 日以内的收费" in page


@pytest.mark.parametrize("field", ["note", "item", "article"])
def test_what_is_never_lawful_today_is_not_lawful_for_a_day_gone_by(desk, field):
    make_fees.a_demand(desk.county, starts=today(desk))
    act, facts = (fine, {"article": "关于赞助的通知"}) if field == "article" else (fee, {"note": "另收赞助三百元"})
    day = today(desk) - 20 * DAY
    facts |= {"decision_date": day} if field == "article" else {}
    args = (desk,) if field == "article" else (desk, "协会赞助费" if field == "item" else make.a_fee_item(desk.county).code)
    facts = {} if field == "item" else facts
    assert refused(act, *args, charged_on=day, **facts).field == field


def test_an_old_decision_above_the_ceiling_of_today_says_when_it_was_served(desk):
    day = today(desk) - 200 * DAY
    make_fees.a_ceiling(desk.county, code="FK-1", ceiling=1_000_000, ends=today(desk) - 100 * DAY)
    make_fees.a_ceiling(desk.county, code="FK-2", ceiling=400_000, starts=today(desk) - 100 * DAY)
    said = {"article": "某法第126条", "decision_date": day}
    for charged_on in (today(desk), day):
        assert refused(fine, desk, **said, charged_on=charged_on).field == "served_on"
    assert fine(desk, **said, decision_number="旧1号", served_on=day + 3 * DAY).amount == 500_000, "the ceiling of its day is lawful"
    assert fine(desk, **said, decision_number="旧2号", amount=400_000).amount == 400_000, "nothing escapes a newer ceiling"


def test_the_item_of_another_unit_is_refused(desk):
    item = make.a_fee_item(desk.county, collecting_unit="自然资源、水利")
    refusal = refused(fee, desk, item.code)
    assert refusal.message == f"“{item.name}”的执收单位是自然资源、水利，不由本单位收取。"


@pytest.mark.parametrize(
    ("missing", "field"),
    [({"decision_number": " "}, "decision_number"), ({"decision_date": None}, "decision_date"), ({"article": ""}, "article")],
)
@pytest.mark.parametrize("kind", ["FINE", "CONFISCATION"])
def test_no_fine_and_no_confiscation_without_its_decision(desk, kind, missing, field):
    assert refused(fine, desk, kind=kind, **missing).field == field


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"charged_on": DAY}, "charged_on"),
        ({"decision_date": DAY}, "decision_date"),
    ],
)
def test_nothing_and_tomorrow_are_refused(desk, facts, field):
    facts = {k: today(desk) + v if isinstance(v, datetime.timedelta) else v for k, v in facts.items()}
    assert refused(fine, desk, **facts).field == field


def test_a_decision_is_registered_once(desk):
    first = fine(desk)
    refusal = refused(fine, desk, decision_number=" 沂市监罚〔2026〕1号 ")
    assert (refusal.field, str(first) in refusal.message) == ("decision_number", True)
    assert fine(desk, kind="CONFISCATION").number == 2  # one decision may fine and confiscate
    first.ask_void(by=desk.registrar, note="金额写错")
    assert refused(fine, desk).field == "decision_number", "until somebody else agrees it stands"
    first.void(by=desk.head)
    assert fine(desk, amount=400000).number == 3


def test_two_agencies_may_use_the_same_number(desk):
    fine(desk)
    desk.agency = make.an_agency(desk.county)
    desk.registrar, desk.officer_row = make.a_user("REGISTRAR", agency=desk.agency), make.an_officer(desk.agency)
    assert fine(desk).number == 2


@pytest.mark.parametrize(
    ("kind", "amount", "allowed"),
    [
        (EnterpriseKind.COMPANY, 299999, True),
        (EnterpriseKind.COMPANY, 300000, True),
        (EnterpriseKind.COMPANY, 300001, False),
        (EnterpriseKind.COOPERATIVE, 300000, True),
        (EnterpriseKind.HOUSEHOLD, 19999, True),
        (EnterpriseKind.HOUSEHOLD, 20000, True),
        (EnterpriseKind.HOUSEHOLD, 20001, False),
        (EnterpriseKind.SMALL, 20001, False),
        (EnterpriseKind.UNREGISTERED, 20000, True),
        (EnterpriseKind.UNREGISTERED, 20001, False),
    ],
)
def test_what_may_be_fined_on_the_spot(desk, kind, amount, allowed):
    desk.establishment = make.an_enterprise(desk.county, kind=kind)
    if allowed:
        assert fine(desk, amount=amount, on_the_spot=True).on_the_spot
    else:
        refusal = refused(fine, desk, amount=amount, on_the_spot=True)
        limit = "3000" if kind == EnterpriseKind.COMPANY else "200"
        assert (refusal.field, f"不得超过 {limit} 元" in refusal.message) == ("amount", True)
        assert not fine(desk, amount=amount).on_the_spot, "by the ordinary procedure it may"


def test_a_county_may_treat_households_as_organisations_but_not_the_unregistered(desk):
    with signed(by=make.system(), verb="set"):
        RuleValue.objects.create(
            county=desk.county, code="penalty.spot_household_as", value="organisation", starts=make.LONG_AGO, source="县规定"
        )
    desk.establishment = make.an_enterprise(desk.county, kind=EnterpriseKind.HOUSEHOLD)
    assert fine(desk, amount=300000, on_the_spot=True).amount == 300000
    desk.establishment = make.an_enterprise(desk.county, kind=EnterpriseKind.UNREGISTERED)
    assert refused(fine, desk, amount=20001, on_the_spot=True, decision_number="2").field == "amount"


def test_nothing_is_confiscated_on_the_spot(desk):
    """行政处罚法 Art. 51 allows fines and warnings, nothing else."""
    assert refused(fine, desk, kind="CONFISCATION", amount=100, on_the_spot=True).field == "on_the_spot"


def test_only_the_registrar_of_the_agency_registers(desk, elsewhere):
    item = make.a_fee_item(desk.county)
    neighbour = make.a_user("REGISTRAR", agency=make.an_agency(desk.county))
    others = (desk.clerk, desk.head, desk.officer, desk.intake, desk.reviewer, desk.issuer, desk.auditor, desk.finance)
    for user in (*others, neighbour, elsewhere.registrar, make.system()):
        with pytest.raises(NotYours) as refusal:
            fee(desk, item.code, by=user)
        assert refusal.value.facts["item"] == item.code
    assert Charge.objects.count() == 0


def test_an_enterprise_of_another_county_is_not_charged_here(desk, elsewhere):
    assert refused(fine, desk, establishment=elsewhere.establishment).field == "establishment"


def test_a_visit_named_must_be_the_agencys_own_to_that_enterprise(desk):
    visit = desk.visited()
    assert fine(desk, visit=visit).visit == visit
    desk.establishment = make.an_enterprise(desk.county)
    assert refused(fine, desk, visit=visit, decision_number="2").field == "visit"


def test_a_void_charge_keeps_its_number_and_says_why(desk):
    charge = fine(desk)
    with pytest.raises(Refused) as refusal:
        charge.ask_void(by=desk.registrar, note=" ")
    assert refusal.value.field == "note"
    charge.ask_void(by=desk.registrar, note=" 重复 ")
    with pytest.raises(NotYours):
        charge.void(by=desk.registrar)
    assert (charge.status, list(Charge.objects.standing())) == ("VOIDING", [charge])
    charge.void(by=desk.head)
    charge.refresh_from_db()
    assert (charge.status, charge.number, charge.void_reason) == ("VOID", 1, "重复")
    assert list(Charge.objects.standing()) == []
    assert fine(desk).number == 2


def test_each_county_counts_its_own_charges(desk, elsewhere):
    assert [fine(desk).number, fine(elsewhere).number, fine(desk, decision_number="2").number] == [1, 1, 2]


def test_the_same_charge_sent_twice_is_one(desk):
    uid = uuid.uuid4()
    first = fine(desk, uid=uid)
    assert (fine(desk, uid=uid).pk, Charge.objects.count()) == (first.pk, 1)


def test_the_register_is_chinese_whatever_language_the_registrar_reads(desk, monkeypatch):
    from django.utils.translation import trans_real

    monkeypatch.setitem(trans_real.translation("en")._catalog._catalogs[0], "罚款", "Fine")
    with translation.override("en"):
        assert str(Charge.Kind.FINE.label) == "Fine"
        charge = fine(desk)
    assert Charge.objects.get(pk=charge.pk).item_name == "罚款"


def test_charges_are_seen_by_their_agency_the_office_and_finance(desk, elsewhere):
    fine(desk)
    neighbour = make.a_user("REGISTRAR", agency=make.an_agency(desk.county))
    people = {role: getattr(desk, role) for role in
              ("clerk", "head", "officer", "registrar", "intake", "reviewer", "issuer", "auditor", "finance")}  # fmt: skip
    people |= {"neighbour": neighbour, "other finance": elsewhere.finance, "other auditor": elsewhere.auditor}
    seen = {who for who, user in people.items() if Charge.objects.visible_to(User.objects.get(pk=user.pk)).exists()}
    assert seen == {"clerk", "head", "officer", "registrar", "intake", "reviewer", "issuer", "auditor", "finance"}


@pytest.mark.parametrize(
    ("name", "kind", "change"),
    [
        ("a_charge_is_more_than_nothing", "FINE", "amount = 0"),
        ("no_fee_without_its_item", "FEE", "item_id = NULL"),
        ("no_fee_without_its_item", "FEE", "decision_number = '1'"),
        ("no_fine_without_its_decision", "FINE", "decision_number = ''"),
        ("no_fine_without_its_decision", "FINE", "decision_date = NULL"),
        ("no_fine_without_its_decision", "FEE", "kind = 'FINE'"),
        ("no_fee_without_its_item", "FINE", "kind = 'FEE'"),
        ("a_void_charge_says_why", "FEE", "status = 'VOID'"),
    ],
)
def test_the_database_itself_refuses_what_the_law_forbids(desk, name, kind, change):
    charge = fine(desk) if kind == "FINE" else fee(desk, make.a_fee_item(desk.county).code)
    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE fees_charge SET {change} WHERE id = %s", [charge.pk])


def test_the_database_itself_refuses_a_number_or_a_decision_twice(desk):
    fine(desk)
    second = fine(desk, decision_number="2")
    for change in ("number = 1", "decision_number = '沂市监罚〔2026〕1号'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE fees_charge SET {change} WHERE id = %s", [second.pk])
