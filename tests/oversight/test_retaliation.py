"""Who spoke ill of an agency and is to be called on by it again: for the Office alone."""

import ast
import datetime
from pathlib import Path

import time_machine
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Effect
from audit.models import Reading
from inspection.models import InspectionPlan, Visit
from oversight.retaliation import calls_again, signs
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


# --- all of a county --------------------------------------------------------------------------------
def unfiled(desk, agency=None, establishment=None):
    facts = {"arrived_at": timezone.now(), "ground": "路过", "officers": [desk.officer_row]}
    return Visit.record_unfiled(by=desk.officer, agency=agency or desk.agency, establishment=establishment or desk.establishment, **facts)


def told(desk):
    return [(row.thing, [sign.kind for sign in row.signs]) for row in calls_again(desk.county)]


def test_a_visit_without_any_filing_after_a_bad_word_is_on_the_list_of_oversight(desk, signed_in):
    """The likeliest retaliation never stands before a reviewer."""
    rated(desk, 1)
    unfiled(desk, establishment=make.an_enterprise(desk.county))
    visit = unfiled(desk)
    assert told(desk) == [(visit, ["receipt"])]
    page = signed_in(desk.auditor).get("/oversight/again/").content.decode()
    assert "未备案入企" in page
    assert str(desk.establishment.enterprise) in page
    read = {(r.what, r.row) for r in Reading.objects.all()}
    assert read == {("retaliation", visit.uid), ("receipt", Receipt.objects.get().uid)}
    assert "最近 90 天有 1 件" in signed_in(desk.auditor).get("/").content.decode()


def test_a_fast_filing_that_is_signed_in_bulk_is_on_the_list(desk):
    rated(desk, 1)
    plan = desk.endorsed()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inspection_inspectionplan SET fast = %s WHERE id = %s", [True, plan.pk])
    InspectionPlan.together([InspectionPlan.objects.get(pk=plan.pk)], "accept", by=desk.reviewer)
    assert told(desk) == [(plan, ["receipt"])]


def test_what_the_office_is_only_informed_of_is_on_the_list(db):
    desk = make.Desk(effect=Effect.NOTIFY)
    facts = {"category": "MONEY", "agency": desk.agency, "enterprise": desk.establishment.enterprise}
    Complaint.complain(desk.county, facts=facts, way="PLATE")
    plan = desk.submitted()
    plan.notify(by=desk.head)
    assert (plan.status, told(desk)) == ("NOTIFIED", [(plan, ["complaint"])])


def test_what_was_said_of_that_very_visit_or_later_or_long_before_is_no_sign_and_a_draft_is_nobodys(desk):
    with time_machine.travel(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=100)):
        rated(desk, 1)
    visit = desk.visited()
    code = ReceiptCode.hand_out(visit.notice, by=desk.intake, note="持执照")
    Receipt.give(visit.notice, code=code, answers={"notice_shown": "YES", "overall": 1})
    desk.draft()
    desk.submitted()
    assert told(desk) == []
    visit.leave(by=desk.officer, result="NONE")
    another = Visit.arrive(by=desk.officer, notice=visit.notice, officers=[desk.officer_row])
    assert told(desk) == [(another, ["receipt"])], "they came back under the same notice"


def test_no_agency_and_no_other_post_sees_the_list(desk, elsewhere, signed_in, client):
    rated(desk, 1)
    unfiled(desk)
    for person in (desk.clerk, desk.head, desk.officer, desk.registrar, desk.finance, desk.intake):
        assert signed_in(person).get("/oversight/again/").status_code == 403
        assert signed_in(person).get("/api/v1/calls-again/").status_code == 403
        assert "再次上门" not in signed_in(person).get("/").content.decode()
    assert signed_in(elsewhere.auditor).get("/api/v1/calls-again/").json() == []
    (row,) = signed_in(desk.auditor).get("/api/v1/calls-again/").json()
    assert (row["visit"], row["unfiled"], row["signs"][0]["kind"]) == (True, True, "receipt")


def test_the_list_asks_the_same_number_of_questions_for_few_rows_and_for_many(desk, signed_in):
    browser, asked = signed_in(desk.auditor), []
    for many in (2, 12):
        for _n in range(many):
            place = make.an_enterprise(desk.county)
            rated(desk, 1, targets=[place])
            unfiled(desk, establishment=place)
            Complaint.make(desk.issued(targets=[place]), category="MONEY")
            desk.endorsed(targets=[place])
        browser.get("/oversight/again/")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/oversight/again/").status_code == 200
        asked.append(len(queries))
    assert len(calls_again(desk.county)) > 30
    assert asked[0] == asked[1]


def test_nothing_below_and_no_page_of_an_agency_asks_for_signs():
    users = []
    house = {Path(app.path) for app in apps.get_app_configs()} | {Path(settings.BASE_DIR) / "config"}
    for path in (path for room in house if room.parent == Path(settings.BASE_DIR) for path in room.rglob("*.py")):
        if path.parts[-2] == "migrations":
            continue
        imports = [node.module or "" for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        if any(module.endswith("retaliation") for module in imports):
            users.append(str(path.relative_to(settings.BASE_DIR)))
    assert set(users) <= {"desk/review.py", "desk/home.py", "oversight/api.py", "oversight/views.py"}, (
        "who asks must be a page of the Office: look again"
    )
