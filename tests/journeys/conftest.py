"""A real browser: Debian's Chromium, talking to 127.0.0.1 only, with our own Chinese faces."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from tests import make

# Playwright's loop runs in this thread; the tests' own database calls stay synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
ARTIFACTS = Path(settings.BASE_DIR) / "test-artifacts"


@pytest.fixture(scope="session")
def browser_type_launch_args(tmp_path_factory):
    """Where Chromium is, and how it is kept from looking outside."""
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    fonts.write_text(
        f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{settings.FONTS_DIR}</dir>'
        f"<dir>/usr/share/fonts</dir><cachedir>{fonts.parent}</cachedir>"
        "<alias><family>sans-serif</family><prefer><family>FandolHei</family></prefer></alias>"
        "<alias><family>system-ui</family><prefer><family>FandolHei</family></prefer></alias></fontconfig>"
    )
    return {
        "executable_path": shutil.which("chromium") or "/usr/bin/chromium",
        "env": {**os.environ, "FONTCONFIG_FILE": str(fonts)},
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture
def at_work(transactional_db, live_server, settings):
    """A county at work behind a real server; its people can sign in."""
    settings.BASE_URL = live_server.url
    make.Desk("371322", "郯城县")
    desk = make.Desk()
    for user in (desk.clerk, desk.head, desk.officer, desk.registrar, desk.intake, desk.reviewer, desk.auditor):
        user.change_password(make.PASSWORD)
    return desk


@pytest.fixture
def open_as(browser, live_server):
    """``open_as(user, size)``: a page of a browser of their own, signed in (or not, for nobody)."""
    contexts = []

    def enter(user=None, size=DESK):
        context = browser.new_context(viewport=size, base_url=live_server.url, locale="en-US")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        strangers = []
        page.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else strangers.append(r.url))
        page.on("close", lambda p: None)
        page.strangers = strangers
        if user is not None:
            page.goto("/sign-in/")
            page.get_by_label("用户名").fill(user.username)
            page.get_by_label("密码").fill(make.PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url("**/")
        return page

    yield enter
    for context in contexts:
        context.close()


def keep_picture(page, name):
    """Keep a screenshot of the whole page among the artefacts."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)
