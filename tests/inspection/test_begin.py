"""The way to a filing: what lies outside the rule, what is forbidden, what is filed; by page and API alike."""

import pytest
from django.contrib.sessions.models import Session

from accounts.models import Effect
from audit.models import Attempt, Leaf, Reading, Refused
from inspection.models import InspectionPlan
from tests import make


@pytest.fixture
def acts(desk):
    make.a_matter(desk.county)
    make.an_act(desk.county, "SF-2", "收费", "目录清单外", filing="禁止", law="优化营商环境条例", article="第25条", reason="一律不得执行")
    make.an_act(desk.county, "DY-1", "调研", "不含检查内容", filing="可以备案", law="优化营商环境条例", article="第48条")
    return desk


def everything():
    return Leaf.objects.count(), Attempt.objects.count(), Reading.objects.count(), InspectionPlan.objects.count()


def test_what_lies_outside_is_shown_first_with_its_article_and_asks_for_no_name(acts, signed_in):
    page = signed_in(acts.clerk).get("/plans/begin/").content.decode()
    assert page.index("刑事侦查") < page.index("目录清单外")
    assert "《刑事诉讼法》第3条、第19条" in page
    assert "<textarea" not in page
    assert 'type="text"' not in page


def test_choosing_a_matter_outside_ends_with_an_explanation_and_stores_nothing(acts, signed_in):
    browser = signed_in(acts.clerk)
    before, session = everything(), Session.objects.get().session_data
    answer = browser.post("/plans/begin/", {"matter": "XS-1", "targets": "某公司", "words": "案情"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "侦查另有法定程序" in page
    assert "第3条、第19条" in page
    assert "某公司" not in page
    assert (everything(), Session.objects.get().session_data) == (before, session)
    assert browser.post("/plans/begin/", {"matter": "XX-0"}).status_code == 404


@pytest.mark.parametrize("how", ["page", "form", "api"])
def test_a_forbidden_act_is_refused_with_its_article_and_the_office_sees_the_attempt(acts, signed_in, how):
    browser = signed_in(acts.clerk)
    match how:
        case "page":
            answer = browser.post("/plans/begin/", {"act": "SF-2"})
        case "form":
            answer = browser.post("/plans/new/", {"act": "SF-2", "purpose": "收钱"})
        case "api":
            answer = browser.post("/api/v1/plans/", {"act": "SF-2", "purpose": "收钱"}, content_type="application/json")
    assert answer.status_code == 422
    assert "《优化营商环境条例》第25条" in answer.content.decode()
    assert not InspectionPlan.objects.exists()
    kept = Attempt.objects.get()
    assert (kept.actor_name, kept.facts["act"]) == (acts.clerk.name, "SF-2")
    assert "第25条" in signed_in(acts.auditor).get("/oversight/attempts/").content.decode()


@pytest.mark.parametrize("how", ["page", "api"])
def test_the_act_is_carried_on_the_plan_with_its_words_of_that_day(acts, signed_in, how):
    browser = signed_in(acts.clerk)
    if how == "page":
        answer = browser.post("/plans/begin/", {"act": "DY-1"})
        assert answer["Location"] == "/plans/new/?act=DY-1"
        assert 'value="DY-1"' in browser.get(answer["Location"]).content.decode()
        browser.post("/plans/new/", {"act": "DY-1", "purpose": "了解用工", "keep": "1"})
    else:
        answer = browser.post("/api/v1/plans/", {"act": "DY-1"}, content_type="application/json")
        assert (answer.status_code, answer.json()["act"]) == (201, "调研（不含检查内容）")
    plan = InspectionPlan.objects.get()
    assert (plan.act_code, plan.act, plan.is_inspection) == ("DY-1", "调研（不含检查内容）", False)


def test_what_was_filed_last_is_one_tap_away_and_an_inspection_for_who_never_filed(acts, signed_in):
    browser = signed_in(acts.clerk)
    assert "/plans/new/?act=JC-1" in browser.get("/plans/begin/").content.decode()
    InspectionPlan.draft(by=acts.clerk, agency=acts.agency, facts={"act": "DY-1"})
    assert "/plans/new/?act=DY-1" in browser.get("/plans/begin/").content.decode()
    assert acts.draft().act_code == "JC-1", "left out, it is the ordinary inspection"


@pytest.mark.parametrize("code", ["nope", "JC-1' --"])
def test_an_act_that_is_not_on_the_list_is_refused(acts, code):
    with pytest.raises(Refused) as refused:
        acts.draft(act=code)
    assert refused.value.field == "act"


def test_an_act_that_became_forbidden_after_drafting_keeps_the_plan_from_going(acts):
    plan = acts.draft(act="DY-1")
    make.an_act(
        acts.county, "DY-1", "调研", "不含检查内容", filing="禁止", law="某条例", article="第9条", starts=acts.county.today()
    )  # fmt: skip
    with make.signed(by=make.system(), verb="found"):
        old = type(acts.act).objects.get(code="DY-1", filing="可以备案")
        old.ends = acts.county.today()
        old.save()
    with pytest.raises(Refused, match="某条例"):
        plan.submit(by=acts.clerk)


def test_a_visit_that_is_no_inspection_needs_no_item_and_no_certificate_and_its_paper_says_what_it_is(acts):
    bare = make.an_officer(acts.agency, revoked_on=make.LONG_AGO)
    plan = acts.draft(act="DY-1", items=[], type="", officers=[bare])
    plan.submit(by=acts.clerk)
    plan.endorse(by=acts.head)
    notice = plan.accept(by=acts.reviewer)[0]
    assert notice.snapshot["act"] == "调研（不含检查内容）"
    inspection = acts.draft(items=[], type="", officers=[bare])
    assert {fault.field for fault in inspection.faults()} == {"items", "type", "officers"}


def test_a_unit_that_only_informs_gets_its_notice_at_once_marked_so(acts):
    other = make.Desk("371321", "沂南县", effect=Effect.NOTIFY)
    plan = other.submitted()
    notice = plan.notify(by=other.head)[0]
    assert (plan.status, notice.snapshot["filing"]) == ("NOTIFIED", "告知备案")


@pytest.mark.parametrize("how", ["page", "api"])
def test_a_filing_is_declined_by_page_and_api_only_on_a_ground(acts, signed_in, how):
    plan = acts.endorsed()
    browser = signed_in(acts.reviewer)

    def decline(**said):
        if how == "page":
            return browser.post(f"/plans/{plan.uid}/decline/", said)
        return browser.post(f"/api/v1/plans/{plan.uid}/decline/", said, content_type="application/json")

    assert acts.ground.text in browser.get(f"/plans/{plan.uid}/").content.decode()
    assert decline(note="我看不行").status_code == 422
    assert decline(ground=acts.ground.code).status_code in (200, 302)
    plan.refresh_from_db()
    assert acts.ground.rule in plan.opinion
    page = signed_in(acts.clerk).get(f"/plans/{plan.uid}/").content.decode()
    assert acts.ground.rule in page
    assert "不产生任何处罚" in page


def test_the_lists_of_the_rule_are_read_by_the_api(acts, signed_in):
    browser = signed_in(acts.clerk)
    for address, count in (
        ("out-of-scope", 1),
        ("acts", 3),
        ("decline-grounds", 1),
        ("check-sheets", 0),
        ("quiet-rules", 0),
        ("undisturbed", 0),
    ):
        answer = browser.get(f"/api/v1/{address}/?on={acts.county.today()}")
        assert (answer.status_code, len(answer.json()["results"])) == (200, count), address
    year = acts.county.today().year
    assert all(row["date"].startswith(str(year)) for row in browser.get(f"/api/v1/calendar-days/?year={year}").json()["results"])
