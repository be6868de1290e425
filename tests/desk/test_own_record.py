"""本企业记录 on paper: what the enterprise's own page shows, nothing of another, and nobody else gets it."""

import pypdfium2
import pytest
from django.test import Client

from inspection.models import Visit
from receipts.models import Claim, Complaint, Receipt, ReceiptCode
from tests import make, make_fees

from .test_own_page import let_in


def words_of(answer):
    """The text of a PDF, without what the lines break."""
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "application/pdf", "no-store")
    document = pypdfium2.PdfDocument(answer.content)
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)


def told(desk, notice, words, people=None):
    """Visit under the notice, leave with a result, and give a receipt."""
    visit = Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    visit.leave(by=desk.officer, result="MENDED", note="标签当场改正" + words)
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    return Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 2, "people": 3, "words": "说的话" + words})


@pytest.fixture
def enterprise(desk):
    return desk.establishment.enterprise


@pytest.fixture
def theirs(desk):
    """A notice, a visit, a receipt, a complaint and a fine of another enterprise."""
    place = make.an_enterprise(desk.county)
    notice = desk.issued(targets=[place])
    told(desk, notice, "别家")
    Complaint.complain(desk.county, facts={"category": "MONEY", "words": "举报别家", "stance": "NAMED"}, way="OWN", own=place.enterprise)
    make_fees.a_fine(desk, establishment=place, decision_number="别罚1号")
    return notice


def test_the_paper_says_what_the_page_shows(desk, enterprise, theirs, signed_in):
    notice = desk.issued()
    receipt = told(desk, notice, "自家")
    browser = let_in(enterprise)
    for stance in ("NAMED", "CONFIDENT", "ANONYMOUS"):
        browser.post("/mine/report", {"category": "MONEY", "stance": stance, "words": f"经过{stance}"})
    Complaint.complain(desk.county, facts={"category": "BOSS", "words": "路人说的", "enterprise": enterprise}, way="PLATE")
    named = Complaint.objects.get(words="经过NAMED")
    named.accept(by=desk.auditor)
    named.decide(by=desk.auditor, note="已经退还")
    Claim.claim(enterprise, demand="PRESS", asked_on=desk.county.today(), amount=48000, words="订一年")
    fine = make_fees.a_fine(desk, decision_number="自罚1号")
    signed_in(desk.auditor).get("/receipts/")
    said, page = words_of(browser.get("/mine/record.pdf")), browser.get("/mine/").content.decode()
    assert 'href="/mine/record.pdf"' in page
    for word in (
        *("本企业记录", str(enterprise), enterprise.identifier, "今年入企", "1次", notice.label, desk.agency.name),
        *("当场改正", "标签当场改正自家", desk.officer_row.name, "0分钟"),
        *(receipt.number, "不满意", "说的话自家", f"{desk.county.office_name}{desk.auditor.name}"),
        *("经过NAMED", "经过CONFIDENT", "已经退还", named.number, "要求保密"),
        *("480.00", "订一年", fine.decision_number, fine.item_name, "没有通知单"),
    ):
        assert "".join(word.split()) in said, word
    for word in ("经过ANONYMOUS", "路人说的", "别家", "别罚1号", theirs.label, str(theirs.enterprise)):
        assert word not in said, word
    assert receipt.salt not in said, "the salt stands in the file alone"


def test_another_enterprise_gets_its_own_and_nobody_else_any(desk, enterprise, theirs, signed_in):
    notice = desk.issued()
    told(desk, notice, "自家")
    said = words_of(let_in(theirs.enterprise).get("/mine/record.pdf"))
    assert theirs.label in said
    for word in (notice.label, "自家", str(enterprise), enterprise.identifier):
        assert word not in said, word
    people = (desk.clerk, desk.head, desk.officer, desk.registrar, desk.intake, desk.auditor, desk.finance)
    for browser in (Client(), *(signed_in(person) for person in people)):
        answer = browser.get("/mine/record.pdf")
        assert (answer.status_code, answer["Location"]) == (302, "/mine/sign-in")


def test_an_unannounced_notice_stands_on_it_after_arrival_only(desk, enterprise):
    notice = desk.issued(telling="UNANNOUNCED", no_telling_ground="食品安全法第109条", tell_on=None)
    browser = let_in(enterprise)
    assert notice.label not in words_of(browser.get("/mine/record.pdf"))
    Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    assert notice.label in words_of(browser.get("/mine/record.pdf"))


def test_a_sign_that_no_face_draws_does_not_keep_the_record_from_its_owner(desk, enterprise):
    told(desk, desk.issued(), "好\U0001f600极了")
    said = words_of(let_in(enterprise).get("/mine/record.pdf"))
    assert "说的话好〓极了" in said
    assert "字体画不出的字" in said
    assert "字体画不出的字" not in words_of(let_in(make.an_enterprise(desk.county).enterprise).get("/mine/record.pdf"))
