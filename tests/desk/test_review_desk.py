"""The reviewer's desk: what is on one screen, the keys' acts, the next one, the batch; as many questions for many as for few."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Reading
from desk.views import review_of
from inspection.models import InspectionPlan
from receipts.models import Complaint
from tests import make
from tests.inspection.test_at_once import copies
from tests.inspection.test_who_may import set_persons


def ordinary(desk, plan):
    """Make a filing one of those that go to the batch."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inspection_inspectionplan SET fast = %s, closer_look = %s WHERE id = %s", [True, False, plan.pk])
    plan.refresh_from_db()
    return plan


def test_the_desk_is_the_offices_alone(desk, elsewhere, signed_in):
    plan = desk.endorsed()
    for user in (desk.clerk, desk.head, desk.officer, desk.auditor):
        assert signed_in(user).get("/review/").status_code == 403
        assert signed_in(user).get(f"/review/{plan.uid}/").status_code == 403
    assert signed_in(elsewhere.reviewer).get(f"/review/{plan.uid}/").status_code == 404
    assert signed_in(desk.reviewer).get(f"/review/{plan.uid}/").status_code == 200


def test_taking_receives_the_oldest_and_deciding_brings_the_next(desk, signed_in):
    first, second = desk.endorsed(), desk.endorsed()
    browser = signed_in(desk.reviewer)
    assert browser.post("/review/take/")["Location"] == f"/review/{first.uid}/"
    first.refresh_from_db()
    assert (first.status, first.received_by) == ("RECEIVED", desk.reviewer)
    assert browser.post("/review/take/")["Location"] == f"/review/{first.uid}/", "what one has begun comes first"
    # A colleague gets another one.
    colleague = make.a_user("REVIEWER", county=desk.county)
    assert signed_in(colleague).post("/review/take/")["Location"] == f"/review/{second.uid}/"
    answer = signed_in(desk.reviewer).post(f"/review/{first.uid}/accept/", {"note": ""})
    assert answer["Location"] == "/review/"
    first.refresh_from_db()
    assert first.status == "ACCEPTED"


def test_the_receiving_post_finds_what_waits_receives_it_and_goes_on(desk, signed_in):
    first, second = desk.endorsed(), desk.endorsed()
    browser = signed_in(desk.intake)
    assert "待受理" in browser.get("/").content.decode()
    assert str(first.uid) in browser.get("/review/").content.decode()
    assert browser.post("/review/take/")["Location"] == f"/review/{first.uid}/"
    first.refresh_from_db()
    assert first.status == "ENDORSED", "looked at first"
    assert "受理 <kbd>A</kbd>" in browser.get(f"/review/{first.uid}/").content.decode()
    assert "受理 <kbd>" not in signed_in(desk.reviewer).get(f"/review/{first.uid}/").content.decode(), "who decides has it by taking it"
    browser = signed_in(desk.intake)
    assert browser.post(f"/review/{first.uid}/receive/", {"note": ""})["Location"] == f"/review/{second.uid}/"
    first.refresh_from_db()
    assert (first.status, first.received_by) == ("RECEIVED", desk.intake)
    assert browser.post(f"/review/{first.uid}/accept/", {"note": ""}).status_code == 403
    assert str(first.uid) not in browser.get("/review/").content.decode()


def test_what_is_ordinary_needs_no_receipt(desk, signed_in):
    plan = ordinary(desk, desk.endorsed())
    assert str(plan.uid) not in signed_in(desk.intake).get("/review/").content.decode()
    assert signed_in(desk.intake).post("/review/take/")["Location"] == "/review/"


def test_what_was_received_by_somebody_who_cannot_decide_comes_to_the_next_reviewer(desk, signed_in):
    by_intake, by_a_colleague, by_one_who_left = desk.endorsed(), desk.endorsed(), desk.endorsed()
    by_intake.receive(by=desk.intake)
    by_a_colleague.receive(by=make.a_user("REVIEWER", county=desk.county))
    gone = make.a_user("REVIEWER", county=desk.county)
    by_one_who_left.receive(by=gone)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET is_active = %s WHERE id = %s", [False, gone.pk])
    browser = signed_in(desk.reviewer)
    for plan in (by_intake, by_one_who_left):
        assert browser.post("/review/take/")["Location"] == f"/review/{plan.uid}/"
        browser.post(f"/review/{plan.uid}/accept/", {"note": ""})
    assert browser.post("/review/take/")["Location"] == "/review/"


def test_what_is_refused_comes_back_with_all_that_was_written(desk, signed_in):
    plan = desk.endorsed()
    browser = signed_in(desk.reviewer)
    answer = browser.post(f"/review/{plan.uid}/return_/", {"note": " ", "marked": ["purpose"]})
    assert answer.status_code == 422
    assert "请写明理由" in answer.content.decode()
    answer = browser.post(f"/review/{plan.uid}/return_/", {"note": "目的不具体", "marked": ["purpose"]})
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert (plan.status, plan.marked) == ("RETURNED", ["purpose"])
    page = signed_in(desk.clerk).get(f"/plans/{plan.uid}/edit/").content.decode()
    assert "备案机关请您补正" in page
    assert signed_in(desk.reviewer).post(f"/review/{plan.uid}/withdraw/").status_code == 404


def test_the_screen_shows_the_signs_to_who_decides_and_keeps_that_it_did(desk, signed_in):
    notice = desk.issued()
    Complaint.make(notice, category="OTHER", words="索要赞助")
    plan = desk.endorsed()
    page = signed_in(desk.reviewer).get(f"/review/{plan.uid}/").content.decode()
    assert "只有备案机关知道的" in page
    assert "索要赞助" not in page
    assert Reading.objects.filter(actor_id=desk.reviewer.pk, what="retaliation").count() == 1
    assert "只有备案机关知道的" not in signed_in(desk.intake).get(f"/review/{plan.uid}/").content.decode()
    assert "只有备案机关知道的" not in signed_in(desk.clerk).get(f"/plans/{plan.uid}/").content.decode()


def test_the_screen_shows_why_it_began_before_who_approved_it_and_the_letter_of_assistance(desk, signed_in):
    began = desk.urgent(before="OUTAGE", paper_number="手2026-7", began_at=timezone.now())
    said = {"approval_document": "沂政字〔2026〕9号", "approved_by": "沂水县人民政府", "assistance_letter": "协〔2026〕3号"}
    began.revise(by=desk.clerk, facts={**make.plan_facts(desk), **said})
    began.complete(by=desk.clerk)
    began.endorse(by=desk.head)
    page = signed_in(desk.reviewer).get(f"/review/{began.uid}/").content.decode()
    for words in ("接报燃气泄漏", "手2026-7", timezone.localtime(began.began_at).strftime("%Y-%m-%d %H:%M"), *said.values()):
        assert words in page


def test_what_comes_again_shows_what_it_was_sent_back_for_and_what_has_changed_since(desk, signed_in):
    plan = desk.endorsed()
    page = signed_in(desk.reviewer).get(f"/review/{plan.uid}/").content.decode()
    assert "上次退回补正" not in page
    plan.return_(by=desk.reviewer, note="目的不具体，人员不足", marked=["purpose", "officers"])
    third = make.an_officer(desk.agency)
    plan.revise(by=desk.clerk, facts={"purpose": "核查三批次糕点", "officers": [desk.officer_row, desk.second_officer_row, third]})
    plan.submit(by=desk.clerk)
    plan.endorse(by=desk.head)
    page = signed_in(desk.reviewer).get(f"/review/{plan.uid}/").content.decode()
    assert "目的不具体，人员不足" in page
    assert "请补正：检查目的、检查人员" in page
    assert "此后改动：检查目的、检查人员<" in page


def test_the_findings_are_compared_with_the_last_sending_in_whichever_way_it_was_sent(desk):
    desk.endorsed()  # near by, so that something is found
    began = desk.urgent()
    began.revise(by=desk.clerk, facts=make.plan_facts(desk))
    began.complete(by=desk.clerk)
    began.endorse(by=desk.head)
    assert review_of(began).findings
    assert not review_of(began).new, "nothing has come up since it was completed"


def test_a_batch_signs_what_is_ticked_and_leaves_what_is_not_ordinary(desk, signed_in):
    plans = [ordinary(desk, desk.endorsed()) for _n in range(3)]
    odd = desk.endorsed()
    browser = signed_in(desk.reviewer)
    page = browser.get("/review/batch/").content.decode()
    assert [str(plan.uid) in page for plan in (*plans, odd)] == [True, True, True, False]
    answer = browser.post("/review/batch/sign/", {"plan": [plans[0].uid, plans[2].uid, odd.uid, "nonsense"]}, follow=True)
    assert "准予备案 2 件" in answer.content.decode()
    assert [InspectionPlan.objects.get(pk=p.pk).status for p in (*plans, odd)] == ["ACCEPTED", "ENDORSED", "ACCEPTED", "ENDORSED"]
    leaves = {p.history.latest("history_id").leaf for p in (plans[0], plans[2])}
    assert len(leaves) == 1


def test_where_two_persons_decide_one_batch_reviews_and_the_other_signs_off(desk, signed_in):
    set_persons(desk, 2)
    plans = [ordinary(desk, desk.endorsed()) for _n in range(2)]
    ticked = {"plan": [plan.uid for plan in plans], "shown": [plan.uid for plan in plans]}
    first = signed_in(desk.reviewer)
    assert "审核，提请签发" in first.get("/review/batch/").content.decode()
    assert "审核并提请签发 2 件" in first.post("/review/batch/sign/", ticked, follow=True).content.decode()
    for plan in plans:
        plan.refresh_from_db()
        assert (plan.status, plan.reviewed_by, plan.proposal) == ("REVIEWED", desk.reviewer, "ACCEPT")
        assert plan.review_opinion
    assert str(plans[0].uid) not in first.get("/review/batch/").content.decode(), "who reviewed does not sign off"
    second = signed_in(desk.issuer)
    assert str(plans[0].uid) in second.get("/review/batch/").content.decode()
    assert "准予备案 2 件" in second.post("/review/batch/sign/", ticked, follow=True).content.decode()
    assert {InspectionPlan.objects.get(pk=plan.pk).status for plan in plans} == {"ACCEPTED"}


def test_what_the_reviewer_would_decline_is_not_signed_off_in_a_batch(desk, signed_in):
    set_persons(desk, 2)
    plan = ordinary(desk, desk.endorsed())
    plan.review(by=desk.reviewer, note="时间不妥", proposal="DECLINE")
    browser = signed_in(desk.issuer)
    assert str(plan.uid) not in browser.get("/review/batch/").content.decode()
    assert browser.post("/review/take/")["Location"] == f"/review/{plan.uid}/"


@pytest.mark.parametrize("persons", [1, 2])
def test_what_a_batch_refuses_or_leaves_out_is_brought_up_by_itself(desk, signed_in, persons):
    set_persons(desk, persons)
    refused, left_out, unseen = (ordinary(desk, desk.endorsed()) for _n in range(3))
    with connection.cursor() as cursor:  # its certificate has been taken away since
        cursor.execute("UPDATE inspection_planofficer SET certificate_id = NULL, dropped = %s WHERE plan_id = %s", [True, refused.pk])
    browser = signed_in(desk.reviewer)
    page = browser.post("/review/batch/sign/", {"plan": [refused.uid], "shown": [refused.uid, left_out.uid]}, follow=True)
    assert "有 1 件没有办理" in page.content.decode()
    assert [InspectionPlan.objects.get(pk=p.pk).fast for p in (refused, left_out, unseen)] == [False, False, True]
    assert left_out.history.latest("history_id").verb == "set_aside"
    taken = browser.post("/review/take/")["Location"]
    assert taken == f"/review/{refused.uid}/", "the oldest first"
    browser.post(f"/review/{refused.uid}/return_/", {"note": "请补人员"})
    assert browser.post("/review/take/")["Location"] == f"/review/{left_out.uid}/"


def test_the_queue_at_three_hundred_waiting_asks_as_much_as_at_thirty(desk, signed_in):
    browser = signed_in(desk.reviewer)
    one = desk.endorsed()

    def asked(address):
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    copies(one, 30)
    few = [asked("/review/"), asked(f"/review/{one.uid}/"), asked("/review/batch/"), asked("/")]
    copies(one, 300)
    assert [asked("/review/"), asked(f"/review/{one.uid}/"), asked("/review/batch/"), asked("/")] == few


PAGES = [
    ("/inbox/", "clerk"),
    ("/inbox/", "head"),
    ("/deputies/", "head"),
    ("/plans/joinable/", "clerk"),
    ("/plans/joinable/", "reviewer"),
    ("/oversight/overdue/", "reviewer"),
    ("/plans/urgent/", "officer"),
]


@pytest.mark.parametrize(("address", "who"), PAGES)
def test_each_page_of_the_review_opens_for_its_people(desk, signed_in, address, who):
    desk.endorsed()
    desk.urgent()
    assert signed_in(getattr(desk, who)).get(address).status_code == 200


def test_the_inbox_holds_ones_own_letters_alone(desk, signed_in):
    desk.endorsed().accept(by=desk.reviewer)
    assert "准予备案" in signed_in(desk.clerk).get("/inbox/").content.decode()
    assert "准予备案" not in signed_in(desk.registrar).get("/inbox/").content.decode()


def test_a_head_names_a_deputy_on_the_page_and_ends_it_early(desk, signed_in):
    deputy = desk.officer
    day = desk.county.today() + datetime.timedelta(days=5)
    browser = signed_in(desk.head)
    assert browser.post("/deputies/", {"user": deputy.pk, "ends": desk.county.today().isoformat()}).status_code == 422
    assert browser.post("/deputies/", {"user": deputy.pk, "ends": day.isoformat(), "note": "外出学习"}).status_code == 302
    plan = desk.submitted()
    assert "endorse" in plan.steps_open_to(type(deputy).objects.get(pk=deputy.pk))
    post = deputy.posts.get(deputises_for__isnull=False)
    assert signed_in(desk.clerk).post(f"/deputies/{post.uid}/end/").status_code == 404
    assert signed_in(desk.head).post(f"/deputies/{post.uid}/end/").status_code == 302
    assert "endorse" not in plan.steps_open_to(type(deputy).objects.get(pk=deputy.pk))


def test_two_units_that_go_to_the_same_enterprise_are_proposed_as_one_visit(desk, signed_in):
    partner = make.a_partner(desk)
    shared = make.an_enterprise(desk.county)
    desk.endorsed(targets=[shared])
    make.an_item(desk.county, kind="应急管理")
    facts = make.plan_facts(desk, targets=[shared], officers=[partner.officer_row, make.an_officer(partner.agency)], items=[])
    facts["items"] = [make.an_item(desk.county, kind=partner.agency.kind)]
    theirs = InspectionPlan.draft(by=partner.clerk, agency=partner.agency, facts=facts)
    theirs.submit(by=partner.clerk)
    theirs.endorse(by=partner.head)
    page = signed_in(desk.reviewer).get("/plans/joinable/").content.decode()
    assert "可以少上门 1 次" in page
    assert partner.agency.name in signed_in(desk.clerk).get("/plans/joinable/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inspection_inspectionplan SET telling = 'UNANNOUNCED' WHERE id = %s", [theirs.pk])
    assert partner.agency.name not in signed_in(desk.clerk).get("/plans/joinable/").content.decode(), "unannounced betrays nothing"
    assert "可以少上门 1 次" in signed_in(desk.reviewer).get("/plans/joinable/").content.decode()


def test_the_offices_own_times_are_open_to_all_and_say_what_it_let_lapse(desk, client):
    plan = desk.endorsed()
    plan.decline(by=desk.reviewer, ground=desk.ground.code)
    desk.endorsed().accept(by=desk.reviewer)
    InspectionPlan.objects.get(pk=desk.endorsed().pk)._run_out(make.system(), "LAPSED")
    figures = client.get(f"/public/office.json?county={desk.county.code}").json()
    assert (figures["decided"], figures["accepted"], figures["declined"], figures["lapsed"]) == (2, 1, 1, 1)
    assert figures["declined_by_ground"] == [{"ground": desk.ground.text, "n": 1}]
    page = client.get(f"/public/office/?county={desk.county.code}").content.decode()
    assert "检查期间开始仍未决定" in page
    assert desk.establishment.enterprise.name not in page
