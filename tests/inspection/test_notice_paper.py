"""The paper of a notice: what it says, what its QR says, and that it is served as it was kept."""

import datetime
import hashlib
import io

import pypdf
import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import trans_real

from accounts.models import User
from audit.models import signed
from inspection import documents, papers
from inspection.models import FilingNotice, VisitRight
from inspection.snapshots import versions_of
from paper import faces, pdf
from paper.files import FileSpoiled
from paper.models import codes_on, qr_png
from tests import make


def anew(row):
    """The row as the next request finds it."""
    return type(row).objects.get(pk=row.pk)


def text_of(content):
    """Return the text of a PDF without line breaks or spaces: lines may break anywhere."""
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def faces_in(content):
    """Return the names of the fonts embedded in a PDF, without their subset mark; None for one not embedded."""
    names = set()
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            for inner in font.get_object()["/DescendantFonts"]:
                descriptor = inner.get_object()["/FontDescriptor"].get_object()
                embedded = {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
                names.add(descriptor["/FontName"].split("+")[-1].strip("/") if embedded else None)
    return names


def add_right(county, **facts):
    with signed(by=make.system(), verb="found"):
        return VisitRight.objects.create(
            **{
                "county": county, "code": f"QY-{VisitRight.objects.count()}", "grade": "可以拒绝", "case": "不出示执法证",
                "law": "行政处罚法", "article": "第55条", "sentence": "来人不出示执法证件的，你有权拒绝接受检查。",
                "on_page": True, "starts": make.LONG_AGO, **facts,
            }
        )  # fmt: skip


@pytest.mark.parametrize(
    ("filed", "says"),
    [
        ({"filing": "审查备案"}, "经审查，准予备案"),
        ({"filing": "告知备案"}, "已依照规定告知本办公室备案（告知备案）"),
        ({"filing": "告知备案（备案机关逾期未审）"}, "按告知备案（备案机关逾期未审）办理"),
        ({"filing": "审查备案", "provisional": True}, "先行实施，已向本办公室报告，正在补办备案手续"),
    ],
)
def test_only_what_the_office_reviewed_and_accepted_is_said_to_be_accepted(desk, filed, says):
    text = text_of(papers.notice_paper({**documents.facts_of(desk.numbered()), "scan_url": "HTTP://127.0.0.1/R/A", **filed}))
    assert says in text
    assert ("准予备案" in text) == (filed == {"filing": "审查备案"})


def test_an_issued_notice_says_all_its_facts_and_its_qr_reads_back(desk):
    add_right(desk.county)
    add_right(desk.county, sentence="昨天废止的一句。", ends=desk.county.today())
    add_right(desk.county, sentence="不上墙的一句。", on_page=False)
    today = desk.county.today()
    notice = desk.numbered(assistants=[{"name": "专家甲", "body": "检测中心"}], task_number="2026-年检-7")
    assert documents.issue_due(by=make.system()) == 1
    notice = anew(notice)
    assert (notice.status, notice.issued_at is not None) == ("ISSUED", True)
    content = notice.document.read()
    text = text_of(content)
    target, last = notice.target, today + datetime.timedelta(days=2)
    expected = [
        notice.label, desk.county.office_name, "涉企检查备案通知书", "准予备案", target.name, target.identifier, target.address,
        desk.agency.name, "日常检查", "年度检查计划2026-年检-7", "核查食品生产许可和出厂检验记录", desk.item.name,
        "《食品安全法》第110条", "请准备近三个月台账", *(f"{d.year}年{d.month}月{d.day}日" for d in (today, last)),
        "预计在场120分钟", "专家甲（检测中心）", "0539-0000000", "（印章）", "来人不出示执法证件的，你有权拒绝接受检查。", "演示样张",
    ]  # fmt: skip
    for row in notice.plan.officers.all():
        expected += [row.name, row.certificate_number]
    assert [fact for fact in expected if fact not in text] == []
    assert [words for words in ("昨天废止的一句", "不上墙的一句") if words in text] == []
    assert codes_on(content) == [notice.scan_url]
    assert notice.scan_url in text
    assert notice.pdf_url == notice.scan_url + "/notice.pdf"


def test_the_qr_is_read_by_a_decoder_that_did_not_draw_it_at_the_coarseness_of_a_photocopy(desk):
    notice = desk.numbered()
    assert codes_on(documents.notice_pdf(notice), dpi=100) == [notice.scan_url]


def test_the_paper_embeds_our_faces_and_no_others(desk):
    found = faces_in(documents.notice_pdf(desk.numbered()))
    assert None not in found
    assert found
    assert {name.split("-")[0] for name in found} <= {"MJ"}, found


def test_what_is_served_is_what_was_kept(desk):
    notice = desk.numbered()
    documents.issue_due(by=make.system())
    document = anew(notice).document
    assert hashlib.sha256(document.read()).hexdigest() == document.digest
    assert document.path.read_bytes() == document.read()
    assert (document.size, document.content_type) == (len(document.read()), "application/pdf")
    row = notice.history.latest("history_id")
    assert (row.verb, row.document_id, row.actor_name) == ("issue", document.digest, "系统")


def test_the_same_notice_made_twice_is_the_same_bytes(desk):
    notice = desk.numbered()
    first = documents.notice_pdf(anew(notice))
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=40)):
        second = documents.notice_pdf(anew(notice))
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()


@pytest.mark.parametrize("character", ["\U0010fffd", "\ue000", "\u200b", "\U0001f600"])
def test_a_character_in_no_face_stops_that_paper_and_no_other(desk, character):
    stuck = desk.numbered()
    stuck.snapshot["purpose"] = f"核查{character}记录"  # past the check of the filing, which names it to the clerk
    with signed(by=make.system(), verb="accept"):
        stuck.save()
    fine = desk.numbered()
    assert documents.issue_due(by=make.system()) == 1
    assert [(anew(n).status, anew(n).document_id is None) for n in (stuck, fine)] == [("NUMBERED", True), ("ISSUED", False)]
    with pytest.raises(documents.NotFit) as fault:
        documents.notice_pdf(stuck)
    assert character in str(fault.value)
    assert documents.issue_due(by=make.system()) == 0


@pytest.mark.parametrize("character", ["䶮", "𠮷", "喆", "㛃", "·", "×"])
def test_rare_characters_of_names_are_drawn(desk, character):
    notice = desk.numbered(targets=[make.an_enterprise(desk.county, name=f"沂水{character}记商行")])
    assert f"沂水{character}记商行" in text_of(documents.notice_pdf(notice))


@pytest.fixture
def no_faces(settings, tmp_path):
    """A machine on which set-up has not fetched the type faces."""
    caches = [faces._fonts, faces.face_of, faces.digest, pdf._kit, versions_of]
    [cache.cache_clear() for cache in caches]
    settings.FONTS_DIR = tmp_path
    yield
    [cache.cache_clear() for cache in caches]


def test_without_type_faces_no_paper_is_made_and_the_fault_says_what_to_do(desk, no_faces):
    notice = desk.numbered()
    with pytest.raises(ImproperlyConfigured, match="make setup"):
        documents.issue_due(by=make.system())
    assert (anew(notice).status, anew(notice).document) == ("NUMBERED", None)
    with pytest.raises(ImproperlyConfigured, match="MJ Fang"):
        pdf.render_pdf("<p>字</p>")


def test_a_paper_whose_qr_does_not_read_back_stays_here(desk, monkeypatch):
    notice = desk.numbered()
    monkeypatch.setattr(papers, "qr_png", lambda text: qr_png(text + "x"))
    assert documents.issue_due(by=make.system()) == 0
    assert (anew(notice).status, "二维码" in anew(notice).held_up_by) == ("NUMBERED", True)


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_paper_spoiled_on_disk_is_never_served(desk, how):
    notice = desk.numbered()
    documents.issue_due(by=make.system())
    document = anew(notice).document
    if how == "changed":
        content = document.path.read_bytes()
        document.path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    else:
        document.path.unlink()
    with pytest.raises(FileSpoiled):
        document.read()


def test_a_notice_accepted_after_midnight_in_shandong_bears_the_new_year(desk):
    """2026-12-31 16:30 UTC is half past midnight of New Year 2027 there."""
    with time_machine.travel(datetime.datetime(2026, 12, 31, 15, 30, tzinfo=datetime.UTC), tick=False):
        old = desk.endorsed().accept(by=anew(desk.reviewer))[0]
    with time_machine.travel(datetime.datetime(2026, 12, 31, 16, 30, tzinfo=datetime.UTC), tick=False):
        new = desk.endorsed().accept(by=anew(desk.reviewer))[0]
    assert [(n.year, n.number, n.label) for n in (old, new)] == [
        (2026, 1, "沂优环检备〔2026〕1号"), (2027, 1, "沂优环检备〔2027〕1号"),
    ]  # fmt: skip
    assert new.snapshot["numbered_on"] == "2027-01-01"


def test_the_paper_is_chinese_whatever_language_the_reviewer_reads(desk, monkeypatch):
    english = trans_real.translation("en")._catalog._catalogs[0]
    for word, meaning in (("日常检查", "Routine"), ("年度检查计划", "Programme"), ("审查备案", "Review")):
        monkeypatch.setitem(english, word, meaning)
    plan = desk.endorsed()
    with translation.override("en"):
        assert plan.get_type_display() == "Routine", "the reviewer does read English"
        (notice,) = plan.accept(by=desk.reviewer)
    assert [notice.snapshot[key] for key in ("type", "task_source", "filing")] == ["日常检查", "年度检查计划", "审查备案"]


def test_an_agency_that_informs_gets_a_paper_that_says_so(db):
    desk = make.Desk(effect="NOTIFY")
    plan = desk.submitted()
    (notice,) = plan.notify(by=desk.head)
    text = text_of(documents.notice_pdf(notice))
    assert ("已依照规定告知本办公室备案（告知备案）" in text, "准予备案" in text) == (True, False)
    assert notice.history.get().verb == "notify"


def test_an_entrusted_body_appears_under_the_name_of_who_entrusts_it(desk):
    station = make.an_agency(desk.county, legal_status="ENTRUSTED", delegator=desk.agency, delegation_letter="沂政委〔2026〕1号")
    desk.clerk, desk.head = make.a_user("CLERK", agency=station), make.a_user("HEAD", agency=station)
    desk.officer_row, desk.second_officer_row = make.an_officer(station), make.an_officer(station)
    delegator, desk.agency = desk.agency, station
    text = text_of(documents.notice_pdf(desk.numbered()))
    assert f"{delegator.name}（受委托实施：{station.name}）" in text


def test_the_scan_address_stays_as_printed_when_the_server_moves(desk, settings):
    notice = desk.issued()
    printed = notice.scan_url
    settings.BASE_URL = "https://elsewhere.example"
    assert anew(notice).scan_url == printed


def test_each_token_is_128_random_bits(desk):
    tokens = {desk.numbered().token for _i in range(3)}
    assert len(tokens) == 3
    assert {len(token) for token in tokens} == {26}
    assert all(set(token) <= set("abcdefghijklmnopqrstuvwxyz234567") for token in tokens)


def test_a_notice_cannot_be_voided_without_reason_or_while_somebody_is_on_site(desk):
    from audit.models import Refused, WrongMoment

    notice = desk.issued()
    with pytest.raises(Refused):
        notice.void(by=desk.reviewer, note=" ")
    visit = desk.visited()
    with pytest.raises(WrongMoment):
        visit.notice.void(by=desk.reviewer, note="错")
    assert anew(visit.notice).status == "ISSUED"
    visit.leave(by=desk.officer, result="NONE")
    visit.notice.void(by=desk.reviewer, note="错")
    assert anew(visit.notice).status == "VOID"


def test_revoking_a_filing_voids_its_notices_or_nothing_happens(desk):
    from audit.models import WrongMoment

    plan = desk.endorsed(targets=[desk.establishment, make.an_enterprise(desk.county)])
    notices = plan.accept(by=desk.reviewer)
    plan.revoke(by=desk.issuer, note="依据失效")
    assert [(anew(n).status, anew(n).void_reason) for n in notices] == [("VOID", "依据失效")] * 2
    visit = desk.visited()
    with pytest.raises(WrongMoment), transaction.atomic():
        visit.notice.plan.revoke(by=desk.issuer, note="依据失效")
    assert (anew(visit.notice.plan).status, anew(visit.notice).status) == ("ACCEPTED", "ISSUED")


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("an_issued_notice_has_its_document", "status = 'ISSUED'"),
        ("a_void_says_when_and_why", "status = 'VOID'"),
    ],
)
def test_the_database_refuses_a_notice_that_is_not_what_it_says(desk, name, sql):
    notice = desk.numbered()
    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE inspection_filingnotice SET {sql} WHERE id = %s", [notice.pk])


def test_the_database_refuses_a_number_twice_and_a_second_standing_notice(desk):
    first, second = desk.numbered(), desk.numbered()
    for change in ("number = 1", f"target_id = {first.target_id}"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE inspection_filingnotice SET {change} WHERE id = %s", [second.pk])


# --- who sees --------------------------------------------------------------------------------------
def seers(queryset_of, desk, elsewhere):
    """Return which people see anything."""
    neighbour = make.a_user("CLERK", agency=make.an_agency(desk.county))
    people = {
        **{role: getattr(desk, role) for role in
           ("clerk", "head", "officer", "registrar", "intake", "reviewer", "issuer", "auditor", "finance")},
        "neighbour": neighbour, "other clerk": elsewhere.clerk, "other reviewer": elsewhere.reviewer,
        "other auditor": elsewhere.auditor,
    }  # fmt: skip
    return {who for who, user in people.items() if queryset_of(User.objects.get(pk=user.pk)).exists()}


AGENCY = {"clerk", "head", "officer", "registrar"}
THE_OFFICE = {"intake", "reviewer", "issuer", "auditor"}


def test_an_unannounced_filing_is_seen_by_its_agency_and_the_office_alone(desk, elsewhere):
    secret = {"telling": "UNANNOUNCED", "tell_on": None, "no_telling_ground": "举报属实"}
    plan = desk.draft(**secret)

    def seen():
        return seers(lambda user: type(plan).objects.visible_to(user).filter(pk=plan.pk), desk, elsewhere)

    assert seen() == AGENCY
    plan.submit(by=desk.clerk)
    assert seen() == AGENCY
    plan.endorse(by=desk.head)
    assert seen() == AGENCY | THE_OFFICE
    (notice,) = plan.accept(by=desk.reviewer)
    assert seers(lambda user: FilingNotice.objects.visible_to(user).filter(pk=notice.pk), desk, elsewhere) == AGENCY | THE_OFFICE


def test_any_other_word_is_no_address(desk):
    notice = desk.numbered()
    found = FilingNotice.objects.by_address
    assert found(notice.address) == found(notice.address.upper()) == notice
    for word in ("", "a" * 26, notice.address[:-1], notice.address + "a", notice.address + " ", "二维码", "a\x00", "%00"):
        assert found(word) is None, word
