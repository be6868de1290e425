"""The files of the papers: bytes, what is attached, and what can be checked of PDF/A without a validator.

Conformance is declared by the files, not validated: no validator stands here.
"""

import hashlib
import io
import json

import pikepdf
import pytest
from django.db import transaction

from accounts.models import RuleValue
from audit.ledger.canonical import canonical
from audit.models import signed
from inspection import documents, papers
from inspection.models import FilingNotice, InspectionOrder
from inspection.snapshots import versions_of
from tests import make
from tests.inspection.test_notice_paper import add_right, anew, text_of


@pytest.fixture
def notice(desk):
    add_right(desk.county)
    return desk.numbered()


def test_a_notice_is_a_function_of_its_snapshot_alone(notice, django_assert_num_queries):
    """Whatever happens to the lists afterwards; nothing is asked of the database."""
    first = documents.notice_pdf(notice)
    add_right(notice.county, sentence="后来的一句。")
    notice = anew(notice)
    with django_assert_num_queries(0):
        again = documents.notice_pdf(notice)
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(again).hexdigest()


def test_one_changed_fact_changes_the_paper(notice):
    other = {**notice.snapshot, "purpose": notice.snapshot["purpose"] + "。"}
    assert papers.notice_paper(notice.snapshot) != papers.notice_paper(other)


def test_the_snapshot_names_template_and_faces(notice):
    assert {key: notice.snapshot[key] for key in ("template", "faces")} == versions_of("notice")


def test_a_notice_numbered_before_rights_stood_in_its_snapshot_still_gets_its_paper(notice):
    old = {
        k: v
        for k, v in notice.snapshot.items()
        if k not in ("rights", "demo", "template", "faces", "year", "order", "partners", "visits_cap")
    }
    old["items"] = [{k: item[k] for k in ("name", "basis")} for item in old["items"]]
    notice.snapshot = old
    text = text_of(documents.notice_pdf(notice))
    assert "来人不出示执法证件的，你有权拒绝接受检查。" in text
    assert "本年度入企次数" not in text


def test_the_facts_are_attached_as_data_and_their_dates_are_those_of_the_paper(notice):
    with pikepdf.open(io.BytesIO(documents.notice_pdf(notice))) as pdf:
        (spec,) = {s.objgen: s for s in pdf.Root.AF}.values()
        file = spec.EF.F
        assert (str(spec.AFRelationship), str(spec.UF), str(file.Subtype)) == ("/Data", "notice.json", "/application/json")
        assert json.loads(file.read_bytes()) == notice.snapshot
        assert file.read_bytes() == canonical(notice.snapshot)
        day = "D:" + notice.snapshot["numbered_on"].replace("-", "")
        dates = [file.Params.CreationDate, file.Params.ModDate, pdf.docinfo["/CreationDate"], pdf.docinfo["/ModDate"]]
        assert {str(date)[:10] for date in dates} == {day}


def elements(tree):
    """Every element of a structure tree."""
    kids = tree.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def check_file(content):
    """What PDF/A-3a asks for and can be seen without a validator."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert (str(intent.S), "/DestOutputProfile" in intent) == ("/GTS_PDFA1", True)
        meta = pdf.Root.Metadata.read_bytes().decode()
        assert 'part="3"' in meta.replace("pdfaid:", "")
        assert 'conformance="A"' in meta.replace("pdfaid:", "")
        assert str(pdf.Root.Lang) == "zh-Hans"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo["/Title"])
        assert not pdf.is_encrypted
        found = list(elements(pdf.Root.StructTreeRoot))
        assert {"/Document", "/H1", "/P", "/Table", "/TR", "/TH", "/TD"} <= {str(e.S) for e in found}
        assert all(str(figure.get("/Alt", "")) for figure in found if str(figure.S) == "/Figure")
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                (inner,) = font.DescendantFonts
                assert "/FontFile3" in inner.FontDescriptor
                assert "+MJ-" in str(inner.FontDescriptor.FontName), "a face of this machine stood in for ours"
                assert "/ToUnicode" in font


def test_what_can_be_checked_of_a_notice_without_a_validator_is_right(notice):
    check_file(documents.notice_pdf(notice))


def test_a_notice_is_small(notice):
    assert len(documents.notice_pdf(notice)) <= 170_000


def test_the_two_copies_are_alike_but_for_their_names(notice):
    ours, theirs = (text_of(papers.notice_paper(notice.snapshot, copy=c)) for c in (papers.AGENCY_COPY, papers.ENTERPRISE_COPY))
    for line in ("签收人：＿＿＿＿＿＿＿＿", "与企业关系：＿＿＿＿＿＿", "签收时间：＿＿＿＿年＿＿月＿＿日＿＿时＿＿分"):
        assert line in ours
        ours = ours.replace(line, "")
    assert ours.replace("检查单位联", "企业联") == theirs


# --- 《行政检查通知书》 ------------------------------------------------------------------------------
def test_notice_and_order_name_each_other_and_have_their_own_numbers(desk):
    first = desk.numbered(targets=[desk.establishment, make.an_enterprise(desk.county)])
    orders = list(InspectionOrder.objects.order_by("pk"))
    notices = list(FilingNotice.objects.order_by("pk"))
    assert [order.number for order in orders] == [1, 2]
    assert [order.label for order in orders] == [notice.snapshot["order"] for notice in notices]
    assert [order.snapshot["notice"] for order in orders] == [notice.label for notice in notices]
    assert orders[0].label == f"{desk.agency.name}检通〔{first.year}〕1号"
    assert {order.history.get().verb for order in orders} == {"accept"}


def test_an_order_is_made_once_its_notice_counts(desk):
    notice = desk.numbered()
    assert documents.issue_orders_due(by=make.system()) == 0, "its notice does not count yet"
    documents.issue_due(by=make.system())
    assert documents.issue_orders_due(by=make.system()) == 1
    assert documents.issue_orders_due(by=make.system()) == 0
    order = anew(notice.order)
    assert (order.status, order.history.latest("history_id").verb) == ("ISSUED", "issue")
    content = order.document.read()
    text = text_of(content)
    for fact in (order.label, notice.label, notice.target.name, desk.agency.name, "行政检查通知书", "（印章）", "回避"):
        assert fact.replace(" ", "") in text
    assert text.startswith(desk.agency.name) or desk.agency.name in text[:60]
    check_file(content)


def test_an_entrusted_body_orders_in_the_name_and_series_of_who_entrusts_it(desk):
    delegator = desk.agency
    desk.numbered()
    station = make.an_agency(desk.county, legal_status="ENTRUSTED", delegator=delegator, delegation_letter="沂政委〔2026〕1号")
    desk.clerk, desk.head = make.a_user("CLERK", agency=station), make.a_user("HEAD", agency=station)
    desk.officer_row, desk.second_officer_row = make.an_officer(station), make.an_officer(station)
    desk.agency = station
    order = desk.numbered().order
    assert (order.agency, order.number) == (delegator, 2)
    assert f"受委托实施：{station.name}" in text_of(papers.order_paper(order.snapshot))


def test_a_unit_may_have_a_word_of_its_own_for_its_orders(desk):
    with signed(by=make.system(), verb="import"):
        desk.agency.order_prefix = "沂市监检通"
        desk.agency.save()
    assert desk.numbered().order.label.startswith("沂市监检通〔")


def test_what_is_no_inspection_gets_no_order(desk):
    act = make.an_act(desk.county, code="PX-1", act="培训", variant="自愿参加", filing="可以备案")
    notice = desk.numbered(act=act.code, type="", items=[])
    assert (notice.snapshot["order"], InspectionOrder.objects.filter(notice=notice).exists()) == ("", False)


def test_a_number_is_given_back_when_the_act_is_taken_back(desk):
    plan = desk.endorsed()
    with transaction.atomic():
        plan.accept(by=desk.reviewer)
        transaction.set_rollback(True)
    assert desk.numbered().order.number == 1


# --- 本年度入企次数 / 上限 ---------------------------------------------------------------------------
def test_the_paper_says_how_often_this_unit_came_this_year_and_the_cap(desk):
    visit = desk.visited()
    visit.leave(by=desk.officer, result="NONE")
    notice = desk.numbered()
    assert (notice.snapshot["visits_this_year"], notice.snapshot["visits_cap"]) == (1, None)
    assert "已入企1次（不含本次）／未设上限" in text_of(documents.notice_pdf(notice))
    with signed(by=make.system(), verb="set"):
        RuleValue.objects.create(county=desk.county, code="cap.per_year", value="5", starts=make.LONG_AGO, source="演示")
    assert "已入企1次（不含本次）／5次" in text_of(documents.notice_pdf(desk.numbered()))


def test_the_visits_of_others_are_not_this_units(desk, elsewhere):
    visit = desk.visited()
    visit.leave(by=desk.officer, result="NONE")
    other = make.an_agency(desk.county)
    desk.clerk, desk.head = make.a_user("CLERK", agency=other), make.a_user("HEAD", agency=other)
    desk.officer_row, desk.second_officer_row, desk.agency = make.an_officer(other), make.an_officer(other), other
    assert desk.numbered().snapshot["visits_this_year"] == 0
