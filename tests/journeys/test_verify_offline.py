"""通知书核验 in a real browser with the network cut: it answers by the signature and by what it kept, and says what it can't know."""

import base64
import datetime
import io
import json
import re
from pathlib import Path

import pytest
import qrcode
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from audit import issuing
from inspection import statement
from inspection.models import Scan
from tests import make
from tests.turns import on_postgresql

from .conftest import PHONE, keep_picture

pytestmark = [pytest.mark.browser, on_postgresql]
#: puts another list in place of the one that was kept
PUT = "([a, t]) => caches.open('verify-lists').then((c) => c.put(location.origin + '/.well-known/' + a, new Response(t)))"
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"


def photograph_of(text):
    """A PNG of a QR, as a phone would send it."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    out = io.BytesIO()
    code.make_image().get_image().convert("L").save(out, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": out.getvalue()}


@pytest.fixture
def phone(open_as, at_work):
    """The verify page on a phone, opened once with a network, then without."""
    page = open_as(size=PHONE)
    page.context.faults = []
    page.on("pageerror", lambda fault: page.context.faults.append(str(fault)))
    page.on("console", lambda said: page.context.faults.append(said.text) if "Security Policy" in said.text else None)
    page.goto("/verify")
    ready(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")  # installed: all is kept
    assert page.evaluate("caches.open('verify-lists').then((c) => c.keys()).then((keys) => keys.length)") == 3
    yield page
    assert page.context.faults == []
    assert page.strangers == []


def ready(page):
    page.wait_for_selector("html[data-ready=yes]", state="attached")


def cut(page):
    page.context.set_offline(True)
    page.reload()
    ready(page)
    assert page.evaluate("fetch('/sign-in/').then(() => 'online', () => 'cut')") == "cut"


def show(page, text):
    page.set_input_files("#photo", photograph_of(text))
    page.locator("#answer").wait_for()
    shown = page.locator("#word").inner_text(), page.locator("#answer").get_attribute("class").split()[-1]
    assert page.evaluate("document.activeElement.id") == "word", "the answer has the focus, so it is read out"
    assert page.locator("#call").get_attribute("href") == "tel:0539-0000000"
    return shown


def faults_of(page):
    """What axe finds that somebody who can't see, or can't see well, would stumble over."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    return [(fault["id"], node["html"][:90]) for fault in found["violations"] for node in fault["nodes"]]


def back(page):
    page.locator("#again").click()


def resealed(notice, signer, **facts):
    """The address of the notice's statement with other facts, signed by somebody."""
    import dataclasses

    said = statement.check(notice.address, issuing.published().keys)
    return notice.scan_url.rsplit("/", 1)[0] + "/" + statement.seal(dataclasses.replace(said, **facts), signer)


def test_without_a_network_each_case_has_its_full_screen_answer(phone, at_work):
    desk, today = at_work, at_work.county.today()
    good, void = desk.issued(), desk.issued(targets=[make.an_enterprise(desk.county)])
    void.void(by=desk.reviewer, note="企业名称有误")
    ours = issuing.signer(today)
    days = datetime.timedelta
    late = resealed(good, ours, starts_on=today - days(9), ends_on=today - days(7), issued_on=today - days(10))
    early = resealed(good, ours, starts_on=today + days(3), ends_on=today + days(4))
    forger = issuing.Ed25519Signer(1, Ed25519PrivateKey.generate())
    stranger = issuing.Ed25519Signer(77, Ed25519PrivateKey.generate())
    phone.reload()  # with a network once more: the list now names the void one
    ready(phone)
    cut(phone)
    keep_picture(phone, "verify-scan")
    assert faults_of(phone) == []

    assert show(phone, good.scan_url) == ("✓ 签名有效", "good")
    said = phone.locator("#answer").inner_text()
    facts = [good.enterprise.identifier, good.starts_on.isoformat(), good.plan.agency.name, good.label, "2 人"]
    for fact in (*facts, "没有联网，不能知道的", "作废名单是刚才更新的"):
        assert fact in said, fact
    keep_picture(phone, "verify-good")
    assert faults_of(phone) == []
    phone.fill("#certificate", good.snapshot["officers"][0]["certificate"])
    phone.locator("#certificates button").click()
    assert "号码与通知书相符" in phone.locator("#check-said").inner_text()
    phone.fill("#certificate", "37130000999")
    phone.locator("#certificates button").click()
    assert "不是通知书上的人" in phone.locator("#check-said").inner_text()
    back(phone)

    for text, word in (
        (void.scan_url, "✗ 已作废"), (late, "✗ 检查日期已过"), (early, "✗ 还没到检查日期"),
        (resealed(good, forger), "✗ 签名不对"), (good.scan_url[:-1] + ("A" if good.scan_url[-1] != "A" else "Q"), "✗ 签名不对"),
        (resealed(good, stranger), "✗ 认不出的签名密钥"), ("HTTPS://EVIL.EXAMPLE/R/" + good.address, "✗ 二维码指向别的网站"),
        ("https://example.org/menu", "✗ 不是通知书的二维码"), ("hello", "✗ 不是通知书的二维码"),
    ):  # fmt: skip
        assert show(phone, text) == (word, "bad"), text
        if word == "✗ 已作废":
            keep_picture(phone, "verify-void")
            assert faults_of(phone) == []
        back(phone)

    phone.fill("#mine", "A1B2C3")
    assert show(phone, good.scan_url) == ("✗ 不是开给本企业的", "bad")
    back(phone)
    phone.fill("#mine", good.enterprise.identifier[-6:].lower())
    assert show(phone, good.scan_url) == ("✓ 签名有效", "good")
    assert not Scan.objects.exists(), "without a network nothing is counted"


def test_an_old_list_is_said_to_be_old(phone, at_work):
    good = at_work.issued()
    with time_machine.travel(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=3), tick=False):
        from inspection import published

        old = published.revoked()
    phone.evaluate(PUT, ["mingjian-revoked.json", old])
    cut(phone)
    assert show(phone, good.scan_url) == ("签名有效，是否作废不知道", "warn")
    assert "作废名单是 3 天前的" in phone.locator("#answer").inner_text()
    assert "太旧" in phone.locator("#more").inner_text()
    keep_picture(phone, "verify-stale")


def test_lists_that_nobody_signed_are_not_believed(phone, at_work):
    good = at_work.issued()
    nobody, said = base64.b64encode(bytes(64)).decode(), {"at": "2099-01-01T00:00:00+00:00", "statements": []}
    forged = json.dumps({"list": json.dumps(said), "key": 1, "signature": nobody})
    phone.evaluate(PUT, ["mingjian-revoked.json", forged])
    cut(phone)
    assert show(phone, good.scan_url) == ("签名有效，是否作废不知道", "warn")
    back(phone)
    phone.evaluate(PUT, ["mingjian-keys.json", json.dumps({"list": json.dumps({"keys": []}), "signature": nobody})])
    phone.reload()
    ready(phone)
    assert show(phone, good.scan_url) == ("✗ 认不出的签名密钥", "bad")


def test_a_browser_without_ed25519_uses_the_library(phone, at_work):
    good = at_work.issued()
    phone.add_init_script("crypto.subtle.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))")
    cut(phone)
    assert show(phone, good.scan_url) == ("✓ 签名有效", "good")
    back(phone)
    forger = issuing.Ed25519Signer(1, Ed25519PrivateKey.generate())
    assert show(phone, resealed(good, forger)) == ("✗ 签名不对", "bad")


def test_with_a_network_it_leads_to_the_notice_and_counts_the_look(phone, at_work):
    good = at_work.issued()
    assert show(phone, good.scan_url)[1] == "good"
    phone.locator("#online").click()
    phone.wait_for_url(re.compile("/r/" + good.address))
    assert "真实有效" in phone.locator("body").inner_text()
    assert Scan.objects.filter(notice=good).count() == 1
    with phone.expect_response(re.compile("/seen$")) as seen:
        phone.mouse.wheel(0, 300)  # a person touches the page itself
    assert seen.value.status == 204
    assert Scan.objects.filter(notice=good).count() == 2
    phone.reload()
    assert "已被扫码查看 2 次" in phone.locator("body").inner_text()
