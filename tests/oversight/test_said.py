"""What the receipt says beside what was logged: people, times, items, money. Differences, not grades."""

import datetime

from django.utils import timezone

from audit.models import Reading
from fees.models import Charge
from oversight.callback import drawn
from oversight.discrepancies.said import differences
from receipts.models import Receipt, ReceiptCode
from tests import make


def said(desk, visit, **answers):
    code = ReceiptCode.hand_out(visit.notice, by=desk.intake, note="持执照")
    Receipt.give(visit.notice, code=code, answers={"notice_shown": "YES", "overall": 3, **answers})
    return {(d.code, d.said, d.logged) for d in differences(desk.county, desk.county.today())}


def test_what_agrees_and_what_was_not_said_differs_from_nothing(desk):
    visit = desk.visited()
    now = timezone.localtime(visit.arrived_at).strftime("%H:%M")
    assert said(desk, visit) == set()
    agreed = {"people": 1, "people_certified": 1, "money": "NO", "people_match": "YES", "content_match": "YES", "sealed": "NO"}
    assert said(desk, visit, arrived=now, **agreed) == set()


def test_people_times_items_and_money_are_laid_side_by_side(desk):
    visit = desk.visited()
    wrong = timezone.localtime(visit.arrived_at + datetime.timedelta(minutes=45)).strftime("%H:%M")
    found = said(
        desk, visit, people=4, certificates="SOME", arrived=wrong, money="YES", money_amount=30000, content_match="NO", sealed="BARE"
    )
    codes = sorted(code for code, _said, _logged in found)
    assert ("people", "4 人", "1 人") in found
    assert ("money", "要了 300.00 元", "没有登记收费罚没") in found
    # a clock that passed midnight may lie on the other day
    assert set(codes) >= {"certificates", "items", "money", "people"}


def test_money_that_was_registered_is_compared_by_the_fen(desk):
    visit = desk.visited()
    fee = make.a_fee_item(desk.county)
    Charge.register(
        by=desk.registrar, agency=desk.agency, establishment=desk.establishment, kind="FEE", amount=10000,
        charged_on=desk.county.today(), item=fee.code, visit=visit,
    )  # fmt: skip
    assert said(desk, visit, money="YES", money_amount=10000) == set()
    assert said(desk, visit, money="YES", money_amount=10001) == {("money", "100.01", "100.00")}
    assert said(desk, visit, money="NO") == {("money", "没有", "登记了 100.00 元")}


def test_a_receipt_without_any_visit_logged_is_a_difference(desk):
    notice = desk.issued()
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 3})
    assert [d.code for d in differences(desk.county, desk.county.today())] == ["visit"]


def test_the_page_is_for_oversight_and_each_receipt_shown_is_recorded(desk, elsewhere, signed_in):
    said(desk, desk.visited(), people=4)
    assert "4 人" in signed_in(desk.auditor).get("/oversight/differences/").content.decode()
    assert Reading.objects.get().row == Receipt.objects.get().uid
    assert "4 人" not in signed_in(elsewhere.auditor).get("/oversight/differences/").content.decode()
    for person in (desk.clerk, desk.head, desk.officer, desk.registrar, desk.reviewer, desk.intake, desk.finance):
        assert signed_in(person).get("/oversight/differences/").status_code == 403


def test_whom_the_office_calls_is_drawn_by_a_key_and_not_by_who_answered(desk, signed_in):
    visits = []
    for _n in range(12):
        visit = desk.visited(targets=[make.an_enterprise(desk.county)])
        visit.leave(by=desk.officer, result="NONE")
        visits.append(visit)
    today = desk.county.today()
    first = drawn(desk.county, today.year, today.month)
    assert (len(first), first) == (10, drawn(desk.county, today.year, today.month))
    code = ReceiptCode.hand_out(visits[0].notice, by=desk.intake, note="持执照")
    Receipt.give(visits[0].notice, code=code, answers={"notice_shown": "YES", "overall": 3})
    assert drawn(desk.county, today.year, today.month) == first
    assert signed_in(desk.intake).get("/oversight/callbacks/").status_code == 200
    assert signed_in(desk.head).get("/oversight/callbacks/").status_code == 403


def test_who_asks_for_a_call_in_a_receipt_stands_before_oversight_alone_and_the_look_is_kept(desk, signed_in):
    """A word in a list calls nobody: those who asked have a list of their own."""
    receipts = []
    for answers in ({"callback": True}, {}, {"callback": True}):
        notice = desk.issued(targets=[make.an_enterprise(desk.county)])
        code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
        receipts.append(Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 2, **answers}))
    Receipt.give(receipts[2].notice, code=code, answers={"notice_shown": "YES", "overall": 4})
    page = signed_in(desk.auditor).get("/oversight/callbacks/").content.decode()
    assert [receipt.number in page for receipt in receipts] == [True, False, False], "the last word of each counts"
    assert str(receipts[0].enterprise) in page
    assert Reading.objects.get().row == receipts[0].uid
    assert receipts[0].number not in signed_in(desk.intake).get("/oversight/callbacks/").content.decode()
    assert Reading.objects.count() == 1
