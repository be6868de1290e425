"""Two units seal and reveal their secrets in the browser; the lot falls, and a stranger without JavaScript reads the promise."""

import pytest

from tests import make_draw
from tests.turns import on_sqlite

from .conftest import DESK, PHONE, keep_picture

pytestmark = [pytest.mark.browser, on_sqlite]


def test_two_units_make_the_lot_fall_with_secrets_made_on_their_own_machines(at_work, open_as, browser, live_server):
    make_draw.pool_of(at_work, 12)
    draw = make_draw.frozen(at_work)
    address, secrets = f"/draws/{draw.uid}/", {}
    pages = {"A": open_as(at_work.clerk, PHONE), "B": open_as(at_work.reviewer, DESK)}
    for part, page in pages.items():
        page.goto(address)
        page.get_by_role("button", name="在这台电脑上生成暗语").click()
        page.wait_for_function("document.querySelector('.seal-make output').textContent.length === 29")
        secrets[part] = page.locator(".seal-make output").text_content()
        keep_picture(page, f"draw-seal-{part}")
        page.get_by_role("button", name="封存暗语").click()
        page.wait_for_url(f"**{address}")
    for part, page in pages.items():
        page.goto(address)
        page.get_by_label("暗语", exact=True).fill(secrets[part])
        page.get_by_role("button", name="揭示暗语").click()
        page.wait_for_url(f"**{address}")
    assert pages["B"].get_by_text("抽中的企业和人员").is_visible()
    keep_picture(pages["A"], "draw-phone")
    assert pages["A"].strangers + pages["B"].strangers == []
    draw.refresh_from_db()
    assert (draw.status, draw.lines.count()) == ("DRAWN", 2)

    stranger = browser.new_context(viewport=PHONE, base_url=live_server.url, java_script_enabled=False)
    page = stranger.new_page()
    page.goto("/public/draws/")
    page.get_by_role("link", name=draw.title).click()
    assert page.get_by_text(draw.commitment).is_visible()
    assert page.get_by_text(draw.lines.first().name).count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    keep_picture(page, "draw-public-phone")
    stranger.close()
