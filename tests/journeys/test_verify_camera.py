"""通知书核验 through a camera: a film of a hand that holds the paper before the phone, played to a real browser."""

import io

import pytest
import qrcode
from PIL import Image, ImageFilter

from tests.turns import on_sqlite

from .conftest import PHONE

pytestmark = [pytest.mark.browser, on_sqlite]
WIDE, HIGH = 1280, 720


def film(path, text):
    """Write two seconds of Y4M (greyscale in 4:2:0): nothing at first, then the QR comes nearer, tilted and a little out of focus."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    drawn = io.BytesIO()
    code.make_image().get_image().convert("L").save(drawn, "PNG")
    colourless = bytes([128]) * (WIDE * HIGH // 4) * 2
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDE} H{HIGH} F10:1 Ip A1:1 C420jpeg\n".encode())
        for frame in range(20):
            picture = Image.new("L", (WIDE, HIGH), 90)
            if frame >= 6:
                side = 300 + 12 * frame
                paper = Image.open(drawn).resize((side, side), Image.Resampling.BILINEAR)
                picture.paste(paper.rotate(7, expand=True, fillcolor=235), (330, 60))
            out.write(b"FRAME\n" + picture.filter(ImageFilter.GaussianBlur(1)).tobytes() + colourless)


@pytest.fixture
def before_the_camera(browser_type, browser_type_launch_args, live_server, tmp_path):
    """``before_the_camera(text)``: the verify page in a browser whose camera sees the QR of ``text``."""
    opened = []

    def hold(text):
        film(tmp_path / "paper.y4m", text)
        flags = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={tmp_path / 'paper.y4m'}"]
        browser = browser_type.launch(**{**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *flags]})
        opened.append(browser)
        context = browser.new_context(viewport=PHONE, base_url=live_server.url, locale="en-US", permissions=["camera"])
        page = context.new_page()
        page.goto("/verify")
        page.wait_for_selector("html[data-ready=yes]", state="attached")
        return page

    yield hold
    for browser in opened:
        browser.close()


def test_the_camera_reads_a_notice_and_answers_in_one_word(at_work, before_the_camera):
    notice = at_work.issued()
    page = before_the_camera(notice.scan_url)
    page.locator("#start").click()
    page.locator("#answer").wait_for(timeout=20_000)
    assert page.locator("#word").inner_text() == "✓ 签名有效"
    assert notice.enterprise.identifier in page.locator("#facts").inner_text()
    assert page.locator("#video").evaluate("video => video.srcObject") is None, "the camera is off again"


def test_the_camera_names_what_is_no_notice(at_work, before_the_camera):
    page = before_the_camera("https://example.invalid/menu")
    page.locator("#start").click()
    page.locator("#answer").wait_for(timeout=20_000)
    assert page.locator("#word").inner_text() == "✗ 不是通知书的二维码"
