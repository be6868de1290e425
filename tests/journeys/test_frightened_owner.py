"""A frightened owner with an old phone: by thumb, by keyboard, by voice, in large type, in WeChat, without JavaScript."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import DoorKey
from audit.models import signed
from delivery.models import Letter
from inspection.models import Visit
from receipts.models import Complaint, Receipt, ReceiptCode
from tests import make
from tests.receipts.cast import a_card, by_letter
from tests.turns import on_sqlite

from .conftest import PHONE, keep_picture

pytestmark = [pytest.mark.browser, on_sqlite]
WECHAT = (
    "Mozilla/5.0 (Linux; Android 8.1.0; OPPO R11 Build/OPM1.171019.011; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/66.0.3359.126 MQQBrowser/6.2 TBS/45016 Mobile Safari/537.36 MMWEBID/1 MicroMessenger/8.0.49.2600 NetType/2G Language/zh_CN"
)
AXE = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.js").read_text(encoding="utf-8")


def faults_of(page):
    """What a screen reader would stumble over, by axe-core."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found["violations"]]


@pytest.fixture
def notice(at_work):
    notice = at_work.issued()
    Visit.arrive(by=at_work.officer, notice=notice, officers=[at_work.officer_row])
    return notice


@pytest.fixture
def phone(browser, live_server):
    """``phone(**more)``: a page on a phone of one's own."""
    contexts = []

    def make(**more):
        context = browser.new_context(**{"viewport": PHONE, "base_url": live_server.url, **more})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    yield make
    for context in contexts:
        context.close()


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_by_thumb_in_wechat_without_javascript(notice, phone):
    _digits, link = by_letter(notice)
    page = phone(user_agent=WECHAT, java_script_enabled=False)
    page.goto(link)
    keep_picture(page, "receipt-form-phone")
    assert page.get_by_label("什么钱？").is_visible() is False, "the rest opens by what was answered"
    page.locator("#q-notice_shown").get_by_text("出示了", exact=True).click()
    page.locator("label[for=money-YES]").click()
    assert page.get_by_label("什么钱？").is_visible()
    page.get_by_label("多少元？").fill("300")
    page.get_by_text("非常不满意", exact=True).click()
    keep_picture(page, "receipt-form-opened")
    page.get_by_role("button", name="提交回执").click()
    assert "任何人不能删除" in page.locator("h1 + p").inner_text()
    page.wait_for_load_state("networkidle")
    keep_picture(page, "receipt-given-phone")
    receipt = Receipt.objects.get()
    assert (receipt.overall, receipt.more_answers) == (1, {"money_amount": 30000})
    page.go_back()
    page.go_back()
    assert Receipt.objects.count() == 1


def test_by_keyboard_alone(notice, phone):
    _digits, link = by_letter(notice)
    page = phone()
    page.goto(link)
    for _n in range(80):
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        if at == "notice_shown-YES":
            page.keyboard.press("Space")
        elif at == "overall-5":
            page.keyboard.press("ArrowDown")
        elif at == "提交回执":
            page.keyboard.press("Enter")
            break
    page.wait_for_url("**/receipt/**")
    assert Receipt.objects.get().overall == 4


def test_nothing_to_stumble_over_for_a_screen_reader(at_work, notice, phone):
    digits, link = by_letter(notice)
    plate, made = a_card(at_work)
    page = phone()
    gate = (f"/p/{plate.token}", f"/p/{plate.token}/answer", f"/k/{made.link}")
    for address in (link, "/code", *gate, "/report", "/follow", "/kept", "/mine/sign-in"):
        page.goto(address)
        assert faults_of(page) == [], address
    page.goto(link)
    page.get_by_role("button", name="提交回执").click()
    assert page.get_by_role("alert").first.is_visible(), "what is missing is said aloud"
    assert faults_of(page) == []
    tree = page.locator("form[data-draft]").aria_snapshot()
    for said in ('group "给您看备案通知书了吗？"', 'radio "出示了"', 'textbox "来了几个人？"', 'group "总的来说"', 'button "提交回执"'):
        assert said in tree, tree
    assert digits


@pytest.mark.parametrize("case", ["320", "zoom", "elder", "elder-320", "english"])
def test_it_fits_whatever_the_size_of_screen_and_type(notice, phone, case):
    _digits, link = by_letter(notice)
    # 200 % zoom leaves half the room
    width = {"320": 320, "zoom": 195, "elder-320": 320}.get(case, 390)
    page = phone(viewport={"width": width, "height": 640})
    page.goto(link)
    if case.startswith("elder"):
        page.get_by_role("link", name="长者模式").click()
        page.wait_for_load_state()
        assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 24
    if case == "english":
        page.get_by_role("link", name="English").click()
        assert page.get_by_text("Did they show you the filing notice?").is_visible()
    assert fits(page)
    for element in page.locator("form[data-draft] label:visible, form[data-draft] button:visible").all():
        box = element.bounding_box()
        assert box["height"] >= 24, element.inner_text()
    keep_picture(page, f"receipt-form-{case}")


def test_a_draft_stays_on_this_phone_and_goes_when_it_is_sent(notice, phone):
    _digits, link = by_letter(notice)
    page = phone()
    page.goto(link)
    page.locator("#q-notice_shown").get_by_text("没有出示").click()
    page.get_by_text("还想多说一点").click()
    page.get_by_label("还想说的话").fill("写到一半")
    page.goto("about:blank")
    page.goto(link)
    assert page.get_by_label("还想说的话").input_value() == "写到一半"
    assert page.locator("#notice_shown-NO").is_checked()
    page.get_by_text("不满意", exact=True).click()
    page.get_by_role("button", name="提交回执").click()
    page.wait_for_url("**/receipt/**")
    assert page.evaluate("JSON.stringify(window.localStorage)") == "{}"
    assert Receipt.objects.get().words == "写到一半"


def test_two_phones_and_a_double_tap(notice, phone):
    _digits, link = by_letter(notice)
    first, second = phone(), phone()
    for page, grade in ((first, "满意"), (second, "不满意")):
        page.goto(link)
        page.locator("#q-notice_shown").get_by_text("出示了", exact=True).click()
        page.get_by_text(grade, exact=True).click()
    first.get_by_role("button", name="提交回执").dblclick()
    first.wait_for_url("**/receipt/**")
    second.get_by_role("button", name="提交回执").click()
    second.wait_for_url("**/receipt/**")
    assert [r.overall for r in Receipt.objects.order_by("pk")] == [4, 2]


def test_at_the_gate_she_complains_without_a_name_and_reads_the_answer(at_work, notice, phone):
    plate, _made = a_card(at_work)
    page = phone(java_script_enabled=False)
    page.goto(f"/p/{plate.token}")
    keep_picture(page, "plate-phone")
    page.get_by_role("link", name="投诉举报").click()
    page.get_by_text("更多情况").click()
    page.get_by_text("强制订报刊、做广告宣传").click()
    page.get_by_label("说明").fill("不订就天天来查")
    keep_picture(page, "complain-phone")
    page.get_by_role("button", name="提交举报").click()
    keep_picture(page, "complained-phone")
    digits = page.locator("#digits").inner_text()
    complaint = Complaint.objects.get()
    complaint.accept(by=at_work.auditor)
    complaint.decide(by=at_work.auditor, note="已责令退订并退款，当事人另行处理。")
    page.goto("/follow")
    page.get_by_label("举报编号").fill(complaint.number)
    page.get_by_label("查询码").fill(digits)
    page.get_by_role("button", name="查询").click()
    assert page.get_by_text("已责令退订并退款").is_visible()
    keep_picture(page, "followed-phone")


def test_on_her_own_page_she_sees_who_read_what(at_work, notice, phone):
    code = ReceiptCode.hand_out(notice, by=at_work.intake, note="持执照")
    Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 2, "words": "来得太勤"})
    with signed(by=make.system(), verb="write"):
        # The address of a signed statement is as long as this.
        words = {"subject": "检查回执码", "body": f"通知书：http://127.0.0.1/R/{'A' * 180}\n请核对。", "address": "13900000000"}
        Letter.write(county=at_work.county.code, about=notice.label, enterprise=notice.enterprise.uid, **words)
    DoorKey.ask(notice.enterprise.identifier, address="192.0.2.1")
    link = re.search(r"/mine/in/[A-Z2-7]{26}", Letter.objects.latest("pk").unsealed())[0]
    page = phone()
    page.goto(link)
    page.get_by_role("button", name="进入").click()
    page.wait_for_url("**/mine/")
    assert faults_of(page) == []
    assert fits(page)
    keep_picture(page, "own-page-phone")
    assert page.get_by_text("还没有人查阅").is_visible()


def test_the_pages_of_the_office_are_clear(at_work, notice, open_as):
    code = ReceiptCode.hand_out(notice, by=at_work.intake, note="持执照")
    said = {"notice_shown": "NO", "overall": 1, "money": "YES", "money_amount": 30000, "people": 4, "words": "要了三百，没给票"}
    Receipt.give(notice, code=code, answers=said)
    facts = {"category": "SPONSOR", "enterprise": notice.enterprise, "agency": at_work.agency, "words": "让赞助运动会"}
    complaint, _made = Complaint.complain(at_work.county, facts=facts, way="PLATE")
    page = open_as(at_work.auditor)
    for name, address in (
        *(("receipts", "/receipts/"), ("differences", "/oversight/differences/"), ("complaints", "/complaints/")),
        ("complaint", f"/complaints/{complaint.uid}/"),
    ):
        page.goto(address)
        keep_picture(page, f"office-{name}")
        assert page.get_by_role("heading", level=1).is_visible()
    page = open_as(at_work.intake)
    shown = {"enterprise": notice.enterprise.get_absolute_url(), "notice": notice.get_absolute_url(), "intake": "/intake/"}
    for name, address in shown.items():
        page.goto(address)
        keep_picture(page, f"office-{name}")
