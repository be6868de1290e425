"""Who spoke ill of an agency and is to be called on by it again: for the Office alone."""

import ast
import datetime
from pathlib import Path

import time_machine
from django.apps import apps
from django.conf import settings
from django.db import connection

from inspection.models import InspectionPlan
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


def test_a_bad_word_that_was_replaced_by_a_good_one_is_still_a_sign_and_says_so(desk, signed_in):
    """Somebody may have made the enterprise replace it. Of one notice there is one sign: its last bad receipt."""
    notice = desk.issued()
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    for overall in (1, 2, 5):
        Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": overall})
    plan = desk.endorsed()
    assert [(sign.kind, sign.what, sign.replaced) for sign in signs(plan)] == [("receipt", "不满意", True)]
    assert "后来另有一份回执" in signed_in(desk.reviewer).get(f"/review/{plan.uid}/").content.decode()
    Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 1})
    assert [(sign.what, sign.replaced) for sign in signs(plan)] == [("非常不满意", False)]


def test_a_partner_of_the_visit_that_comes_again_by_itself_is_a_sign(desk):
    partner = make.a_partner(desk)
    notice = rated(desk, 1)
    make.as_joint(notice.plan, partner)
    Complaint.make(notice, category="MONEY")
    plan = desk.draft()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inspection_planagency SET agency_id = %s WHERE plan_id = %s", [partner.agency.pk, plan.pk])
        cursor.execute("UPDATE inspection_inspectionplan SET agency_id = %s WHERE id = %s", [partner.agency.pk, plan.pk])
    assert sorted(sign.kind for sign in signs(InspectionPlan.objects.get(pk=plan.pk))) == ["complaint", "receipt"]


def test_a_rated_unit_that_comes_again_as_partner_of_another_is_a_sign(desk):
    other = make.an_agency(desk.county, kind="消防救援")
    rated(desk, 1)
    plan = desk.draft()
    make.as_joint(plan, make.a_partner(desk))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inspection_inspectionplan SET agency_id = %s WHERE id = %s", [other.pk, plan.pk])
        cursor.execute("UPDATE inspection_planagency SET agency_id = %s WHERE plan_id = %s AND part = 'LEAD'", [other.pk, plan.pk])
    plan = InspectionPlan.objects.get(pk=plan.pk)
    assert signs(plan) == [], "neither who leads nor who joins was spoken of"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inspection_planagency SET agency_id = %s WHERE plan_id = %s AND part = 'PARTNER'", [desk.agency.pk, plan.pk])
    assert [sign.kind for sign in signs(plan)] == ["receipt"]


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
