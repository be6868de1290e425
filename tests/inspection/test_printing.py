"""Papers that are printed on asking: who may, what they say, batches in parts, and every asking signed."""

import io
import zipfile

import pikepdf
import pypdf
import pytest
from django.utils import timezone

from audit.models import NotYours, Refused, WrongMoment
from inspection import documents, printing
from inspection.models import Printout
from inspection.verification import verify_pdf
from tests import make
from tests.inspection.test_notice_paper import anew, text_of
from tests.inspection.test_paper_files import check_file

KIND = Printout.Kind


def issued(desk, **facts):
    """A notice with its real paper and order."""
    notice = desk.numbered(**facts)
    documents.issue_due(by=make.system())
    documents.issue_orders_due(by=make.system())
    return anew(notice)


def made(desk, kind, about, by=None):
    """Ask for a paper and let the sweep make it."""
    asked = Printout.ask(by=by or desk.clerk, kind=kind, about=about)
    assert printing.print_due(by=make.system()) >= 1
    asked.refresh_from_db()
    assert (asked.status, asked.said) == ("DONE", "")
    return asked


@pytest.fixture
def notice(desk):
    return issued(desk)


def test_both_copies_are_printed_and_neither_bears_a_receipt_code(desk, notice):
    content = made(desk, KIND.NOTICE, notice).document.read()
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert [("企业联" in page, "检查单位联" in page) for page in pages] == [(True, False)] * 2 + [(False, True)] * 2
    assert [notice.label in pages[0], notice.label in pages[2]] == [True, True]
    assert ["— 1 —" in pages[n] for n in (0, 2)] + ["— 2 —" in pages[n] for n in (1, 3)] == [True] * 4


def test_a_void_notice_is_printed_as_void(desk, notice):
    notice.void(by=desk.reviewer, note="企业名称有误")
    assert Printout.offered(desk.clerk, notice) == [KIND.NOTICE]
    text = text_of(made(desk, KIND.NOTICE, notice).document.read())
    assert text.count("已作废") == 2
    assert "企业名称有误" in text


def test_each_printing_is_signed_and_a_second_one_is_a_reprint(desk, notice):
    first, again = made(desk, KIND.NOTICE, notice), made(desk, KIND.NOTICE, notice, by=desk.officer)
    rows = [(h.verb, h.actor_name) for row in (first, again) for h in row.history.order_by("history_id")]
    assert rows == [("ask", desk.clerk.name), ("carry_out", "系统"), ("ask_again", desk.officer.name), ("carry_out", "系统")]
    assert first.document == again.document, "the same snapshot gives the same bytes"


def test_who_may_ask_is_who_works_on_it(desk, elsewhere, notice):
    neighbour = make.a_user("CLERK", agency=make.an_agency(desk.county))
    may = (desk.clerk, desk.head, desk.officer, desk.reviewer, desk.issuer)
    may_not = (desk.registrar, desk.finance, desk.auditor, neighbour, elsewhere.clerk, elsewhere.reviewer)
    for user in may:
        assert KIND.NOTICE in Printout.offered(user, notice)
    for user in may_not:
        assert Printout.offered(user, notice) == []
        with pytest.raises(NotYours):
            Printout.ask(by=user, kind=KIND.NOTICE, about=notice)
    assert Printout.objects.count() == 0


def test_what_was_printed_of_an_unannounced_filing_is_seen_by_its_agency_and_the_office_alone(desk, elsewhere):
    secret = issued(desk, telling="UNANNOUNCED", tell_on=None, no_telling_ground="举报属实")
    row = Printout.ask(by=desk.clerk, kind=KIND.NOTICE, about=secret)
    neighbour = make.a_user("CLERK", agency=make.an_agency(desk.county))
    seers = [u for u in (desk.officer, desk.reviewer, neighbour, elsewhere.reviewer) if Printout.objects.visible_to(u).exists()]
    assert seers == [desk.officer, desk.reviewer]
    assert row.plan == secret.plan


@pytest.mark.parametrize("kind", ["RESULT", "APPROVAL", "PAPER_FILING", "BATCH"])
def test_a_kind_that_does_not_fit_is_refused(desk, notice, kind):
    with pytest.raises(Refused):
        Printout.ask(by=desk.clerk, kind=kind, about=notice)


def test_the_approval_form_says_the_filing_and_the_opinions_so_far(desk):
    plan = desk.submitted(partner_note="") if False else desk.submitted()
    row = made(desk, KIND.APPROVAL, plan)
    content = row.document.read()
    text = text_of(content)
    for fact in (
        "行政检查审批表",
        desk.agency.name,
        desk.establishment.enterprise.name,
        desk.item.name,
        "需现场查看生产车间",
        desk.clerk.name,
    ):
        assert fact in text, fact
    assert "法制机构意见" in text
    check_file(content)
    plan.endorse(by=desk.head)
    assert desk.head.name in text_of(made(desk, KIND.APPROVAL, plan).document.read())


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, "是否紧急检查是（先行实施，补办手续）"),
        (
            {"before": "OUTAGE", "paper_number": "手备〔2026〕3号"},
            "是否紧急检查否（手工备案，系统中断，补办手续；手工编号：手备〔2026〕3号）",
        ),
        (None, "是否紧急检查否协助"),
    ],
)
def test_the_approval_form_says_whether_it_was_urgent(desk, facts, says):
    if facts and "before" in facts:
        facts = {**facts, "began_at": timezone.now()}
    plan = desk.submitted() if facts is None else desk.urgent(**facts)
    text = text_of(made(desk, KIND.APPROVAL, plan).document.read()).replace(" ", "")
    assert says.removesuffix("协助") in text
    assert ("先行实施" in text) == (facts == {})


def test_a_reprint_is_genuine_to_who_verifies_it(desk, notice):
    reprint = made(desk, KIND.NOTICE, notice).document.read()
    assert reprint != notice.document.read()
    found = verify_pdf(reprint)
    assert ([name for name, (good, _words) in found.checks.items() if not good], found.genuine) == ([], True)
    check_file(reprint)
    notice.void(by=desk.reviewer, note="企业名称有误")
    found = verify_pdf(made(desk, KIND.NOTICE, notice).document.read())
    assert [name for name, (good, _words) in found.checks.items() if not good] == ["status"]


def test_the_office_prints_no_approval_form_of_what_has_not_left_its_agency(desk):
    plan = desk.submitted()
    with pytest.raises(NotYours):
        Printout.ask(by=desk.reviewer, kind=KIND.APPROVAL, about=plan)


def test_the_record_is_blank_before_the_visit_and_filled_after_it(desk, notice):
    before = text_of(made(desk, KIND.RECORD, notice).document.read())
    assert "＿＿＿＿年＿＿月＿＿日＿＿时＿＿分至" in before
    visit = desk.visited()
    visit.leave(by=desk.officer, result="MENDED", note="货架未离墙，当场改正")
    content = made(desk, KIND.RECORD, visit).document.read()
    after = text_of(content)
    arrived = visit.arrived_at.astimezone(documents.datetime.timezone(documents.datetime.timedelta(hours=8)))
    for fact in (f"{arrived.year}年{arrived.month}月{arrived.day}日", "货架未离墙，当场改正", visit.notice.label, "申请检查人员回避"):
        assert fact in after, fact
    check_file(content)


def test_the_result_is_told_with_the_conclusion_ticked(desk):
    visit = desk.visited()
    with pytest.raises(Refused):
        Printout.ask(by=desk.officer, kind=KIND.RESULT, about=visit)
    visit.leave(by=desk.officer, result="ORDERED", note="责令三日内改正")
    content = made(desk, KIND.RESULT, visit, by=desk.officer).document.read()
    text = text_of(content)
    assert "■责令改正" in text
    assert text.count("■") == 1
    assert "责令三日内改正" in text
    check_file(content)


def test_a_visit_without_filing_has_its_record_too(desk):
    from inspection.models import Visit

    visit = Visit.record_unfiled(
        by=desk.officer, agency=desk.agency, establishment=desk.establishment, officers=[desk.officer_row], arrived_at=timezone.now(),
        ground="接警后立即到场",
    )  # fmt: skip
    assert "没有备案通知书" in text_of(made(desk, KIND.RECORD, visit, by=desk.officer).document.read())


def test_forms_for_when_the_system_is_down_have_numbers_of_their_own(desk):
    first, second = (made(desk, KIND.PAPER_FILING, desk.agency) for _n in range(2))
    assert [row.snapshot["number"].split("〕")[1] for row in (first, second)] == ["1号", "2号"]
    text = text_of(second.document.read())
    assert first.snapshot["number"] not in text
    for fact in (second.snapshot["number"], "不能等待系统恢复的理由", "电话报告备案机关", "0539-0000000"):
        assert fact.replace(" ", "") in text, fact


def test_the_english_page_says_the_same_facts_and_that_it_has_no_effect(desk, notice):
    content = made(desk, KIND.GLOSS, notice).document.read()
    text = text_of(content)
    for fact in (notice.label, notice.target.name, desk.agency.name, "OnlytheChinesenoticehaseffect", notice.plan.officers.first().name):
        assert fact in text, fact
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.Root.Lang) == "en"


# --- batches ---------------------------------------------------------------------------------------
def test_a_batch_waits_until_every_notice_is_issued(desk):
    plan = desk.endorsed(targets=[desk.establishment, make.an_enterprise(desk.county)])
    first, _second = plan.accept(by=desk.reviewer)
    with pytest.raises(Refused):
        Printout.ask(by=desk.clerk, kind=KIND.BATCH, about=plan)
    documents.issue_due(by=make.system(), limit=1)
    with pytest.raises(WrongMoment):
        Printout.ask(by=desk.clerk, kind=KIND.BATCH, about=plan)
    assert anew(first).status == "ISSUED"


def test_a_batch_is_one_pdf_to_print_and_an_archive_of_what_was_issued(desk, monkeypatch):
    monkeypatch.setattr(printing, "PART", 2)
    plan = desk.endorsed(targets=[desk.establishment] + [make.an_enterprise(desk.county) for _n in range(4)])
    notices = plan.accept(by=desk.reviewer)
    documents.issue_due(by=make.system())
    documents.issue_orders_due(by=make.system())
    notices[2] = anew(notices[2])
    notices[2].void(by=desk.reviewer, note="企业已注销")
    asked = Printout.ask(by=desk.clerk, kind=KIND.BATCH, about=plan)
    assert (asked.total, asked.progress) == (4, 0)
    monkeypatch.setattr(printing, "PATIENCE", 0.000001)
    seen = []
    for _sweep in range(20):
        monkeypatch.setattr(printing.time, "monotonic", iter([0.0, 0.0, 1.0, 2.0, 3.0, 4.0]).__next__)
        printing.print_due(by=make.system())
        asked.refresh_from_db()
        seen.append((asked.status, asked.progress))
        if asked.status == "DONE":
            break
    assert seen == [("WAITING", 2), ("WAITING", 4), ("DONE", 4)], "part by part, and other work in between"
    assert not asked.folder.exists()
    standing = [anew(n) for n in notices if anew(n).status == "ISSUED"]
    with zipfile.ZipFile(io.BytesIO(asked.archive.read())) as archive:
        names = archive.namelist()
        assert len(names) == 8
        kept = [archive.read(name) for name in names]
    assert kept == [content for n in standing for content in (n.document.read(), n.order.document.read())]
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(asked.document.read())).pages]
    assert len(pages) == 16
    assert [n.label in pages[4 * place] and n.label in pages[4 * place + 2] for place, n in enumerate(standing)] == [True] * 4


def rounds(monkeypatch, asked):
    """Let sweeps make one part each; yields where it stands after each, until it waits no more."""
    monkeypatch.setattr(printing, "PATIENCE", 0.000001)
    while asked.status == "WAITING":
        monkeypatch.setattr(printing.time, "monotonic", iter([0.0, 0.0, 1.0, 2.0, 3.0, 4.0]).__next__)
        printing.print_due(by=make.system())
        asked.refresh_from_db()
        yield asked.progress


def a_batch(desk, many):
    plan = desk.endorsed(targets=[make.an_enterprise(desk.county) for _n in range(many)])
    notices = plan.accept(by=desk.reviewer)
    documents.issue_due(by=make.system())
    return plan, [anew(notice) for notice in notices]


@pytest.mark.parametrize("which", [0, 1, 3])
def test_a_notice_voided_while_a_batch_is_made_is_left_out_and_takes_no_other_with_it(desk, monkeypatch, which):
    monkeypatch.setattr(printing, "PART", 1)
    plan, notices = a_batch(desk, 4)
    asked = Printout.ask(by=desk.clerk, kind=KIND.BATCH, about=plan)
    made_so_far = rounds(monkeypatch, asked)
    assert [next(made_so_far), next(made_so_far)] == [1, 2]
    notices[which].void(by=desk.reviewer, note="企业已注销")
    list(made_so_far)
    assert (asked.status, asked.total) == ("DONE", 3)
    assert notices[which].label in asked.said
    text = text_of(asked.document.read())
    good = [notice for notice in notices if notice != notices[which]]
    assert [notice.label in text for notice in notices] == [notice in good for notice in notices]
    with zipfile.ZipFile(io.BytesIO(asked.archive.read())) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [notice.document.read() for notice in good]
    assert not asked.folder.exists()


def test_a_batch_whose_notices_are_all_void_is_not_made(desk, monkeypatch):
    plan, notices = a_batch(desk, 1)
    asked = Printout.ask(by=desk.clerk, kind=KIND.BATCH, about=plan)
    notices[0].void(by=desk.reviewer, note="错")
    list(rounds(monkeypatch, asked))
    assert (asked.status, asked.said) == ("FAILED", "这一批通知书都已经作废。")


def test_a_notice_that_is_held_up_holds_up_no_batch_and_is_named(desk, signed_in):
    plan = desk.endorsed(targets=[desk.establishment, make.an_enterprise(desk.county)])
    first, held = plan.accept(by=desk.reviewer)
    documents.issue_due(by=make.system(), limit=1)
    held = anew(held)
    held.hold_up(by=make.system(), note="没有字形")
    asked = Printout.ask(by=desk.clerk, kind=KIND.BATCH, about=plan)
    assert (asked.total, held.label in asked.said) == (1, True)
    printing.print_due(by=make.system())
    asked.refresh_from_db()
    assert (asked.status, held.label in asked.said, anew(first).label in text_of(asked.document.read())) == ("DONE", True, True)
    assert held.label in signed_in(desk.clerk).get(f"/printouts/{asked.uid}/").content.decode()


def test_a_paper_that_cannot_be_made_says_which_character(desk, notice):
    asked = Printout.ask(by=desk.clerk, kind=KIND.GLOSS, about=notice)
    asked.snapshot["purpose"] = "核查\ue000"
    from audit.models import signed

    with signed(by=make.system(), verb="ask"):
        asked.save()
    printing.print_due(by=make.system())
    asked.refresh_from_db()
    assert (asked.status, "U+E000" in asked.said) == ("FAILED", True)


# --- pages and API ---------------------------------------------------------------------------------
def test_from_the_button_to_the_file(desk, notice, signed_in):
    browser = signed_in(desk.clerk)
    page = browser.get(f"/notices/{notice.uid}/").content.decode()
    assert f"/printouts/notice/{notice.uid}/NOTICE/" in page
    assert f"/orders/{notice.order.uid}/order.pdf" in page
    there = browser.post(f"/printouts/notice/{notice.uid}/NOTICE/")["Location"]
    assert "正在制作" in browser.get(there).content.decode()
    assert browser.get(f"{there}file.pdf").status_code == 404
    printing.print_due(by=make.system())
    assert "已制作" in browser.get(there, headers={"HX-Request": "true"}).content.decode()
    answer = browser.get(f"{there}file.pdf")
    assert (answer["Content-Type"], b"".join(answer.streaming_content)[:5]) == ("application/pdf", b"%PDF-")
    order = browser.get(f"/orders/{notice.order.uid}/order.pdf")
    assert b"".join(order.streaming_content) == notice.order.document.read()


def test_nobody_else_finds_the_file(desk, elsewhere, notice, signed_in):
    row = made(desk, KIND.NOTICE, notice)
    browser = signed_in(elsewhere.clerk)
    for address in (f"/printouts/{row.uid}/", f"/printouts/{row.uid}/file.pdf", f"/orders/{notice.order.uid}/order.pdf"):
        assert browser.get(address).status_code == 404
    assert browser.post(f"/printouts/notice/{notice.uid}/NOTICE/").status_code == 404


def test_no_button_for_who_may_not(desk, notice, signed_in):
    assert "/printouts/notice/" not in signed_in(desk.finance).get(f"/notices/{notice.uid}/").content.decode()
    assert "手工备案表" in signed_in(desk.clerk).get("/notices/").content.decode()


def test_the_api_asks_for_the_same(desk, notice, signed_in):
    browser = signed_in(desk.clerk)
    body = {"kind": "NOTICE", "notice": str(notice.uid), "uid": "0b8f9c52-2f0a-4c57-9a0e-111111111111"}
    answers = [browser.post("/api/v1/printouts/", body, content_type="application/json") for _n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["status"] == "WAITING"
    neither = browser.post("/api/v1/printouts/", {"kind": "NOTICE"}, content_type="application/json")
    assert neither.status_code == 422
