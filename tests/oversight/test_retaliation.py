"""Who spoke ill of an agency and is to be called on by it again: for the Office alone."""

import ast
import datetime
from pathlib import Path

import time_machine
from django.apps import apps
from django.conf import settings

from oversight.retaliation import signs
from receipts.models import Complaint, Receipt, ReceiptCode
from tests import make


def rated(desk, overall, **facts):
    notice = desk.issued(**facts)
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": overall})
    return notice


def test_a_bad_receipt_or_a_complaint_about_this_agency_within_ninety_days_is_a_sign(desk):
    rated(desk, 1)
    Complaint.complain(
        desk.county, facts={"category": "MONEY", "agency": desk.agency, "enterprise": desk.establishment.enterprise}, way="PLATE"
    )
    plan = desk.draft()
    assert sorted((sign.kind, sign.days) for sign in signs(plan)) == [("complaint", 0), ("receipt", 0)]
    assert {sign.enterprise for sign in signs(plan)} == {desk.establishment.enterprise}
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=91)):
        assert signs(plan) == []


def test_a_good_word_another_enterprise_or_another_agency_is_none(desk):
    rated(desk, 4)
    rated(desk, 1, targets=[make.an_enterprise(desk.county)])
    other = make.an_agency(desk.county)
    Complaint.complain(desk.county, facts={"category": "MONEY", "agency": other, "enterprise": desk.establishment.enterprise}, way="PLATE")
    assert signs(desk.draft()) == []


def test_a_bad_word_that_was_replaced_by_a_good_one_is_none(desk):
    notice = desk.issued()
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    for overall in (1, 5):
        Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": overall})
    assert signs(desk.draft()) == []


def test_nothing_below_and_no_page_of_an_agency_asks_for_signs():
    users = []
    house = {Path(app.path) for app in apps.get_app_configs()} | {Path(settings.BASE_DIR) / "config"}
    for path in (path for room in house if room.parent == Path(settings.BASE_DIR) for path in room.rglob("*.py")):
        if path.parts[-2] == "migrations":
            continue
        imports = [node.module or "" for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        if any(module.endswith("retaliation") for module in imports):
            users.append(str(path.relative_to(settings.BASE_DIR)))
    assert set(users) <= {"desk/review.py", "desk/views.py", "oversight/api.py"}, "who asks must be a page of the Office: look again"
