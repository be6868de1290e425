"""Closed by default: which pages are open is a list, and it is this one."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests import make

OPEN_TO_ALL = {
    "accounts:sign-in",
    "desk:language",
    "desk:lawful",
    "disclosure:draws",
    "disclosure:draw",
    "disclosure:draw-record",
    "disclosure:home",
    "disclosure:office",
    "disclosure:office-figures",
    "disclosure:programmes",
    "disclosure:satisfaction",
    "disclosure:programme",
    "fees:pay",
    "fees:pay-pdf",
    "fees:pay-dispute",
    "inspection:verify",
    "inspection:verify-worker",
    "inspection:verify-app",
    "inspection:published-keys",
    "inspection:published-revoked",
    "inspection:published-names",
    "receipts:scan",
    "receipts:paper",
    "receipts:page-picture",
    "receipts:seen",
    "receipts:notice-pdf",
    "receipts:give",
    "receipts:given",
    "receipts:complain",
    "receipts:receipt-paper",
    "receipts:picture",
    "receipts:own-link",
    "receipts:own-link-capitals",
    "receipts:stop-reminding",
    "receipts:by-number",
    "receipts:kept",
    "receipts:plate",
    "receipts:plate-capitals",
    "receipts:plate-answer",
    "receipts:plate-complain",
    "receipts:card-link",
    "receipts:card-link-capitals",
    "receipts:complain-publicly",
    "receipts:complaint-paper",
    "receipts:follow",
    "receipts:follow-link",
    "receipts:elder",
    "desk:own-sign-in",
    "desk:own-key",
    "desk:own-enter",
    # these lead whoever has not come in by the enterprise's own key to its door (tests/desk/test_own_page.py)
    "desk:own",
    "desk:own-sign-out",
    "desk:own-answer",
    "desk:own-complain",
    "desk:own-complaint",
    "desk:own-claim",
    "desk:own-settle",
    "desk:own-record",
    "desk:own-record-paper",
}
#: the scan page also answers with a slash at its end
SLASHED = {"r/<str:token>/", "R/<str:token>/"}
#: open API addresses stand in tests/api; DRF guards its own views
GUARDED_BY_DRF = "api/v1/"


def pages(patterns=None, prefix="", names=""):
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from pages(entry.url_patterns, route, names + (entry.namespace + ":" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            yield route, f"{names}{entry.name}" if entry.name else "", entry.callback


def address_of(route):
    import re
    import uuid

    route = re.sub(r"<uuid:\w+>", str(uuid.uuid4()), route)
    route = re.sub(r"<(str|slug):\w+>", "abc", route)
    route = re.sub(r"<int:\w+>", "1", route)
    route = route.replace(r"\.(?P<form>xlsx|pdf)", ".pdf").replace(r"(?P<year>\d{4})-(?P<month>\d{2})", "2026-01")
    return "/" + route.replace("^", "").replace("$", "")


@pytest.mark.django_db
def test_only_the_listed_pages_are_open_to_all(client):
    found = {}
    for route, name, _view in pages():
        if not route.startswith(GUARDED_BY_DRF):
            answer = client.get(address_of(route))
            found[name or route] = not (answer.status_code == 302 and answer["Location"].startswith("/sign-in/"))
    open_ones = {name for name, is_open in found.items() if is_open}
    assert open_ones - SLASHED == OPEN_TO_ALL
    assert len(found) > 30


@pytest.mark.django_db
def test_every_page_has_a_name(client):
    assert [route for route, name, _view in pages() if not name and route not in {*SLASHED, ""}] == []


def test_a_page_of_somebody_signed_in_is_kept_by_no_cache(desk, signed_in):
    assert signed_in(desk.clerk).get("/")["Cache-Control"] == "no-store"


def test_no_page_may_load_from_another_host(desk, signed_in):
    policy = signed_in(desk.clerk).get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_page_that_is_not_there_says_so_in_words(desk, signed_in):
    answer = signed_in(desk.clerk).get("/nowhere/")
    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


def test_a_fault_of_ours_shows_no_trace(desk, signed_in, monkeypatch):
    from desk import home

    def fall(user):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(home, "waiting_for", fall)
    browser = signed_in(desk.clerk)
    browser.raise_request_exception = False
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "系统出了问题" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_chinese_comes_first_whatever_the_browser_prefers_and_english_when_chosen(client, db):
    assert "登录" in client.get("/sign-in/", headers={"Accept-Language": "en-US,en"}).content.decode()
    assert client.get("/language/en/?next=/sign-in/")["Location"] == "/sign-in/"
    assert client.cookies["django_language"].value == "en"
    assert client.get("/language/zh-hans/?next=https://example.org/")["Location"] == "/"


def test_wrong_passwords_lock_the_name_for_that_address(desk, client, settings):
    settings.AXES_ENABLED = True
    desk.clerk.change_password(make.PASSWORD)
    for _n in range(settings.AXES_FAILURE_LIMIT - 1):
        assert client.post("/sign-in/", {"username": desk.clerk.username, "password": "wrong"}).status_code == 200
    assert client.post("/sign-in/", {"username": desk.clerk.username, "password": "wrong"}).status_code == 429
    locked = client.post("/sign-in/", {"username": desk.clerk.username, "password": make.PASSWORD})
    assert locked.status_code == 429
    assert "十五分钟" in locked.content.decode()


def test_a_post_that_ends_closes_the_door_at_the_next_click(desk, signed_in):
    browser = signed_in(desk.clerk)
    assert browser.get("/plans/new/").status_code == 200
    desk.clerk.posts.get().end(by=desk.issuer, on=desk.county.today(), note="调离")
    assert browser.get("/plans/new/").status_code == 403
