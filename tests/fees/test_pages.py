"""The paper, and the pages: of the register, the window, the holder of a notice, the month."""

import io
import re
import zipfile

import pytest
from pypdf import PdfReader

from audit.models import NotYours, Refused
from fees import documents, month_sheet
from fees.models import Dispute, PayerOf, PaymentNotice, month_register
from paper.models import codes_on
from tests import make, make_fees

ROLES = ("clerk", "head", "officer", "registrar", "intake", "reviewer", "issuer", "auditor", "finance")


def test_the_paper_says_whose_money_on_which_basis_under_which_code_and_its_qr_reads_back(desk):
    fine = make_fees.a_fine(desk)
    tax = make.a_fee_item(desk.county, name="水土保持补偿费", goes_to="税务征收", voucher="税收票证", where_to_pay="税务机关")
    make_fees.a_fee(desk, tax)
    make_fees.gathered(desk)
    assert documents.issue_due(by=make.system()) == 1
    notice = PaymentNotice.objects.get()
    pdf = notice.document.read()
    assert codes_on(pdf) == [notice.address]
    words = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))
    code = notice.lines.get(charge=fine).code
    for said in (
        notice.label, "合并缴款通知单", desk.agency.name, "某法第126条", code, "5,000.00", "由税务机关征收", "级次：", "去向：", "票据：",
        "有权拒绝缴纳（行政处罚法第70条、第77条）", "每日不超过罚款数额的百分之三",
    ):  # fmt: skip
        assert said in words, said
    assert documents.notice_pdf(notice.snapshot) == documents.notice_pdf(notice.snapshot), "the same bytes for the same facts"


def test_whoever_holds_the_paper_sees_what_became_of_it_and_objects(desk, client):
    fine = make_fees.a_fine(desk)
    notice = make_fees.issued(desk)
    (line,) = notice.standing_lines
    page = client.get(f"/pay/{notice.token}/")
    assert page.status_code == 200
    for said in ("真实有效", "还应缴 5,000.00 元", line.code, "某法第126条", "决定书载明 5,000.00 元"):
        assert said in page.content.decode(), said
    address = f"/pay/{notice.token}/dispute/{line.uid}/"
    uid = re.search(r'name="uid" value="([0-9a-f-]+)"', client.get(address).content.decode())[1]
    assert client.post(address, {"words": " ", "uid": uid}).status_code == 422
    for _twice in range(2):
        assert client.post(address, {"words": "我们已经改正", "uid": uid}).status_code == 302
    dispute = Dispute.objects.get()
    assert (dispute.charge, dispute.status, dispute.history.get().actor_name) == (fine, "OPEN", str(fine.enterprise))
    with pytest.raises(NotYours):
        dispute.reply(by=desk.finance, note="不归我")
    dispute.reply(by=desk.registrar, note="按决定书执行")
    assert "按决定书执行" in client.get(f"/pay/{notice.token}/").content.decode()
    make_fees.paid(line)
    assert "已经缴清" in client.get(f"/pay/{notice.token}/").content.decode()
    assert client.get(f"/pay/{notice.token}/notice.pdf")["Content-Type"] == "application/pdf"
    assert client.get("/pay/abc/").status_code == 404
    assert "不要缴款" in client.get("/pay/abc/").content.decode()


def test_a_void_notice_is_gone_for_its_holder(desk, client):
    make_fees.a_fine(desk)
    notice = make_fees.issued(desk)
    notice.ask_void(by=desk.finance, note="写错")
    notice.void(by=desk.auditor)
    answer = client.get(f"/pay/{notice.token}/")
    assert (answer.status_code, "已作废" in answer.content.decode()) == (410, True)


def test_a_dispute_is_made_by_the_enterprise_or_at_the_counter_never_by_an_agency(desk):
    fine = make_fees.a_fine(desk)
    other = make.an_enterprise(desk.county).enterprise
    for by in (desk.registrar, desk.head, desk.finance, desk.auditor, PayerOf(other)):
        with pytest.raises(NotYours):
            Dispute.make(fine, by=by, words="多收")
    Dispute.make(fine, by=desk.intake, words="企业到窗口提出：多收")
    with pytest.raises(Refused, match="已有异议等待答复"):
        Dispute.make(fine, by=PayerOf(desk.establishment.enterprise), words="又一次")


def test_every_page_opens_for_whom_it_is_and_offers_only_what_is_open(desk, signed_in):
    fine = make_fees.a_fine(desk, amount=10000, on_the_spot=True)
    notice = make_fees.issued(desk)
    today = desk.county.today()
    month = f"/charges/months/{today:%Y-%m}"
    places = {
        "/charges/": set(ROLES), f"/charges/{fine.uid}/": set(ROLES), "/payment-notices/": set(ROLES), "/refunds/": set(ROLES),
        f"/payment-notices/{notice.uid}/": {"intake", "reviewer", "issuer", "auditor", "finance"},
        "/treasury/": {"registrar", "head", "auditor", "finance"},
        f"{month}/": {"registrar", "head", "reviewer", "issuer", "auditor", "finance"},
        f"{month}.xlsx": {"registrar", "head", "reviewer", "issuer", "auditor", "finance"},
        f"{month}.pdf": {"registrar", "head", "reviewer", "issuer", "auditor", "finance"},
        f"/enterprises/{desk.establishment.enterprise.uid}/fees/": set(ROLES),
    }  # fmt: skip
    for address, people in places.items():
        opened = {role for role in ROLES if signed_in(getattr(desk, role)).get(address).status_code == 200}
        assert opened == people, address
    base = f"/charges/{fine.uid}/"
    offered = {role: set(re.findall(rf"{base}([a-z-]+)/", signed_in(getattr(desk, role)).get(base).content.decode())) for role in ROLES}
    assert offered["registrar"] == {"correct", "stay", "cash", "ask-void"}
    assert offered["head"] == {"reduce", "defer", "stay"}
    assert offered["intake"] == {"dispute"}
    assert all(not offered[role] for role in ("clerk", "officer", "reviewer", "issuer", "auditor", "finance"))


def test_acts_go_by_their_forms_and_say_what_to_mend(desk, signed_in):
    fine = make_fees.a_fine(desk)
    registrar, base = signed_in(desk.registrar), f"/charges/{fine.uid}/"
    assert registrar.get(f"{base}correct/").status_code == 200
    assert registrar.post(f"{base}correct/", {"amount": "4000", "note": ""}).status_code == 422
    assert registrar.post(f"{base}correct/", {"amount": "4000", "note": "改"}).status_code == 302
    head = signed_in(desk.head)
    later = (desk.county.today() + 30 * make_fees.DAY).isoformat()
    wrong = head.post(f"{base}defer/", {"decision": "延1号", "parts": f"{later} 4000\n明天 1", "note": "困难"})
    assert (wrong.status_code, "看不懂" in wrong.content.decode()) == (422, True)
    assert head.post(f"{base}defer/", {"decision": "延1号", "parts": f"{later} 4000", "note": "困难"}).status_code == 302
    assert head.post(f"{base}reduce/", {"amount": "100", "note": "文件"}).status_code == 302
    assert head.post(f"{base}void/", {}).status_code == 409
    assert head.get(f"{base}nothing/").status_code == 404
    fine.refresh_from_db()
    assert (fine.sums.due, fine.sums.reduced, fine.due_on.isoformat()) == (400000, 10000, later)


def test_the_window_gathers_by_its_page(desk, signed_in):
    make_fees.a_fine(desk)
    enterprise = desk.establishment.enterprise
    finance = signed_in(desk.finance)
    assert str(enterprise) in finance.get("/payment-notices/").content.decode()
    assert finance.post("/payment-notices/gather/", {"enterprise": "nonsense"}).status_code == 404
    answer = finance.post("/payment-notices/gather/", {"enterprise": str(enterprise.uid)})
    notice = PaymentNotice.objects.get()
    assert answer["Location"] == f"/payment-notices/{notice.uid}/"
    assert signed_in(desk.registrar).post("/payment-notices/gather/", {"enterprise": str(enterprise.uid)}).status_code == 403


def test_the_month_is_real_excel_and_names_never_become_formulas(desk):
    item = make.a_fee_item(desk.county, name="=HYPERLINK(演示)")
    make_fees.a_fee(desk, item)
    make_fees.a_fine(desk, reduction=100, reduction_basis="文件")
    register = month_register(desk.county, desk.county.today().replace(day=1))
    sheet = zipfile.ZipFile(io.BytesIO(month_sheet.as_workbook(register))).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>5000</v>" in sheet
    assert "<v>1</v>" in sheet
    pages = PdfReader(io.BytesIO(month_sheet.as_pages(register, desk.county.today()))).pages
    words = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    assert "涉企收费罚没月报" in words
    assert "5,120.00" in words
    total = register.total
    assert total.due == total.received - total.returned + total.reduced + total.moved


def test_the_chart_is_drawn_on_the_server_beside_its_table(desk, signed_in):
    make_fees.a_fine(desk)
    page = signed_in(desk.finance).get(f"/charges/months/{desk.county.today():%Y-%m}/").content.decode()
    assert '<svg class="bars"' in page
    assert "<script>" not in page
    assert "style=" not in page.split("<svg")[1].split("</svg>")[0]
    assert "5,000.00" in page


def test_a_department_sees_its_own_month_only(desk, signed_in):
    make_fees.a_fine(desk)
    other = make.a_user("REGISTRAR", agency=make.an_agency(desk.county))
    address = f"/charges/months/{desk.county.today():%Y-%m}/"
    assert desk.agency.name not in signed_in(other).get(address).content.decode()
    assert desk.agency.name in signed_in(desk.registrar).get(address).content.decode()
