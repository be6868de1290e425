"""通知书核验 on the server: what it publishes, what may be asked by number, and what looking leaves behind."""

import base64
import io
import json
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import Knock
from audit import issuing
from inspection import documents, published, statement
from inspection.models import Scan, Visit
from tests import make

UNANNOUNCED = {"telling": "UNANNOUNCED", "tell_on": None, "no_telling_ground": "举报属实"}


def ask(client, number, end):
    return client.post("/verify", {"number": number, "end": end})


def first_words(answer):
    return re.search(r"<h1>(.*?)</h1>", answer.content.decode())[1].strip()


def of(notice):
    return notice.label, notice.enterprise.identifier[-6:]


# --- by number ----------------------------------------------------------------------------------------
def test_a_notice_is_confirmed_to_whoever_knows_its_number_and_its_enterprise(desk, client):
    notice = desk.issued()
    for number in (notice.label, f"{notice.year}-{notice.number}", f" 沂优环检备[{notice.year}] {notice.number} 号 "):
        answer = ask(client, number, notice.enterprise.identifier[-6:].lower())
        assert (answer.status_code, first_words(answer)) == (200, "✓ 真实有效"), number
    page = answer.content.decode()
    assert notice.enterprise.name in page
    assert notice.address not in page, "the address is for whoever holds the paper"
    assert notice.snapshot["officers"][0]["certificate"] not in page
    notice.void(by=desk.reviewer, note="有误")
    answer = ask(client, *of(notice))
    assert (answer.status_code, first_words(answer)) == (410, "✗ 已作废")


def test_whatever_can_not_be_confirmed_has_one_and_the_same_answer(desk, elsewhere, client, settings):
    notice, numbered, hidden = desk.issued(), desk.numbered(), desk.issued(**UNANNOUNCED)
    number, end = of(notice)
    said, asked = set(), set()
    ask(client, "", "")  # the key of the day is made at its first knock
    for words in (
        of(hidden), of(numbered), (number, "ABCDEF"), ("沂优环检备〔2026〕999号", end), ("郯优环检备" + number[5:], end), (number, end[1:]),
        ("nothing", end), ("", ""), (number, end + "☃"), ("〔9999〕99999999号", end),
    ):  # fmt: skip
        Knock.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = ask(client, *words)
        assert (answer.status_code, first_words(answer)) == (404, "请扫描通知书二维码"), words
        said.add(re.sub(r'(id="(number|end)" name="\w+" value)="[^"]*"', r"\1", answer.content.decode()))
        if len(words[1]) >= 6 and words[1].isascii() and "〔" in words[0] and "9999" not in words[0]:
            asked.add(len(queries))
    assert len(said) == 1, "one answer, byte for byte"
    assert len(asked) == 1, "and the same work, so the same time"


def test_an_unannounced_notice_is_confirmed_once_the_officers_have_come(desk, client):
    notice = desk.issued(**UNANNOUNCED)
    assert ask(client, *of(notice)).status_code == 404
    Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    assert ask(client, *of(notice)).status_code == 200


def test_tries_by_number_are_few_and_nothing_is_kept_of_who_tried(desk, client):
    notice = desk.issued()
    for _n in range(10):
        assert ask(client, notice.label, "000000").status_code == 404
    answer = ask(client, *of(notice))
    assert (answer.status_code, first_words(answer)) == (429, "试得太多了")
    assert client.post("/verify", {"number": notice.label, "end": of(notice)[1]}, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert "127.0.0.1" not in str(list(Knock.objects.values()))


# --- what is published ----------------------------------------------------------------------------------
def believed(client, name, domain):
    outer = client.get(f"/.well-known/mingjian-{name}.json").json()
    key = issuing.published().keys[outer["key"]]
    message = domain.encode() + b"\0" + outer["list"].encode()
    assert issuing.BY_NAME[outer["algorithm"]].check(key.raw, base64.b64decode(outer["signature"]), message)
    return json.loads(outer["list"])


def test_the_keys_are_published_under_the_roots_signature(client, db):
    answer = client.get("/.well-known/mingjian-keys.json")
    found = issuing.KeyList.read(answer.content.decode(), root=issuing.root_public())
    assert found.keys == issuing.published().keys
    assert answer["Access-Control-Allow-Origin"] == "*"
    private = [(issuing._folder() / name).read_bytes() for name in ("offline-root", "issuing-1")]
    assert not any(base64.b64encode(key) in answer.content for key in private)


def test_the_revocation_list_names_digests_of_void_statements_and_nothing_else(desk, client):
    good, void, never = desk.issued(), desk.issued(), desk.numbered()
    for notice in (void, never):
        notice.void(by=desk.reviewer, note="有误")
    said = believed(client, "revoked", "MINGJIAN-REVOKED-v1")
    assert set(said) == {"what", "version", "at", "statements"}
    assert said["statements"] == [statement.digest_of(void.address)]
    with time_machine.travel(good.county.start_of(good.ends_on) + published.KEPT * 1.1):
        assert believed(client, "revoked", "MINGJIAN-REVOKED-v1")["statements"] == []


def test_the_names_are_those_of_the_county(desk, client):
    said = believed(client, "names", "MINGJIAN-NAMES-v1")
    county = said["counties"]["371323"]
    assert (county["phone"], county["office"], county["fresh_hours"]) == ("0539-0000000", desk.county.office_name, 24)
    assert said["agencies"]["371323"][desk.agency.code] == desk.agency.name


def test_without_a_key_the_lists_say_so_and_the_page_stands(client, db, settings, tmp_path):
    settings.KEYS_DIR = tmp_path
    assert [client.get(f"/.well-known/mingjian-{name}.json").status_code for name in ("keys", "revoked", "names")] == [503] * 3
    assert client.get("/verify").status_code == 200


# --- the page ---------------------------------------------------------------------------------------------
def test_verify_alone_may_run_wasm_and_ask_for_the_camera(desk, client):
    page, other = client.get("/verify"), client.get(f"/r/{desk.issued().address}")
    assert "script-src 'self' 'wasm-unsafe-eval'" in page["Content-Security-Policy"]
    assert page["Permissions-Policy"].startswith("camera=(self)")
    assert "wasm" not in other["Content-Security-Policy"]
    assert other["Permissions-Policy"].startswith("camera=()")


def test_it_can_be_installed_and_its_worker_is_limited_to_it(client, db):
    app = client.get("/verify/app.webmanifest")
    assert app["Content-Type"] == "application/manifest+json"
    assert (app.json()["scope"], app.json()["start_url"], app.json()["display"]) == ("/verify", "/verify", "standalone")
    worker = client.get("/verify/worker.js")
    assert worker["Service-Worker-Allowed"] == "/verify"
    assert worker["Content-Type"].startswith("text/javascript")
    kept = json.loads(re.search(r"FILES = (\[.*?\]), LISTS", worker.content.decode())[1])
    assert all(address.startswith(("/static/", "/verify")) for address in kept)
    assert not {"/", "/notices/", "/sign-in/"} & set(kept)


def test_without_javascript_the_page_says_how_and_the_number_still_works(client, db):
    page = client.get("/verify").content.decode()
    assert "<noscript>" in page
    assert re.search(r'<form method="post" action="/verify"', page)


@pytest.mark.parametrize(
    ("change", "word"), [("letter", "签名不对"), ("key", "认不出的签名密钥"), ("none", "查无此通知书"), ("cut", "签名不对")]
)
def test_the_link_itself_says_why_a_statement_is_not_ours(desk, client, change, word):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    notice = desk.numbered()
    notice.sign()
    address = notice.snapshot["statement"]
    if change == "letter":
        address = address[:50] + ("A" if address[50] != "A" else "B") + address[51:]
    elif change == "cut":
        address = address[:-9]
    elif change == "key":
        stranger = issuing.Ed25519Signer(200, Ed25519PrivateKey.generate())
        address = statement.seal(statement.check(address, issuing.published().keys), stranger)
    answer = client.get(f"/R/{address}")
    assert answer.status_code == 404
    assert word in first_words(answer)
    assert ("签名是真的" in answer.content.decode()) is (change == "none")


def test_a_row_changed_behind_the_signature_is_found_at_the_gate(desk, client):
    from django.db.models import QuerySet

    from inspection.models import FilingNotice

    notice = desk.issued()
    QuerySet(FilingNotice).filter(pk=notice.pk).update(snapshot={**notice.snapshot, "enterprise": "别的企业"})
    page = client.get(f"/r/{notice.address}").content.decode()
    assert "内容与签名不符" in page
    assert "真实有效" not in page
    assert client.get(f"/api/v1/scan/{notice.address}/").json()["state"] == "altered"


# --- page and picture -----------------------------------------------------------------------------------
def test_the_paper_is_shown_as_pictures_too(desk, client):
    notice = desk.numbered()
    assert client.get(f"/r/{notice.address}/paper").status_code == 404
    documents.issue_due(by=make.system())
    notice.refresh_from_db()
    page = client.get(f"/r/{notice.address}/paper").content.decode()
    pictures = re.findall(r'src="(/r/[^"]+\.png)"', page)
    assert len(pictures) == 2
    for _twice in range(2):  # made, then kept
        answer = client.get(pictures[0])
        assert answer["Content-Type"] == "image/png"
        assert Image.open(io.BytesIO(answer.content)).size == (910, 1286) or Image.open(io.BytesIO(answer.content)).width == 910
        assert len(answer.content) < 250_000
    assert client.get(f"/r/{notice.address}/page-9.png").status_code == 404
    notice.void(by=desk.reviewer, note="有误")
    assert [client.get(f"/r/{notice.address}/{tail}").status_code for tail in ("paper", "page-1.png")] == [410, 410]


# --- what looking leaves behind ---------------------------------------------------------------------------
def seen(client, notice):
    return client.post(f"/r/{notice.address}/seen").status_code


def test_looking_is_counted_by_a_touch_and_never_by_fetching(desk, client):
    notice = desk.issued()
    for tail in ("", "/", "/paper", "/receipt", "/report", "/notice.pdf"):
        client.get(f"/r/{notice.address}{tail}")
        client.head(f"/r/{notice.address}{tail}")
    assert client.get(f"/r/{notice.address}/seen").status_code == 405
    assert not Scan.objects.exists()
    assert "扫码查看" not in client.get(f"/r/{notice.address}").content.decode()
    assert [seen(client, notice), seen(client, notice)] == [204, 204]
    assert Scan.of(notice)["count"] == 2
    assert "已被扫码查看 2 次" in client.get(f"/r/{notice.address}").content.decode()
    assert [field.name for field in Scan._meta.fields] == ["id", "notice", "at"], "nothing of the phone"
    assert Scan.of(notice)["first"].second == 0


def test_after_the_visit_nobody_is_counted_any_more(desk, client):
    notice = desk.issued()
    visit = Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    seen(client, notice)
    visit.leave(by=desk.officer, result="NONE")
    seen(client, notice)
    assert Scan.of(notice)["count"] == 1
    other = desk.issued(targets=[make.an_enterprise(desk.county)])
    with time_machine.travel(other.county.start_of(other.ends_on).replace(hour=12) + published.KEPT):
        seen(client, other)
    void = desk.issued(targets=[make.an_enterprise(desk.county)])
    void.void(by=desk.reviewer, note="有误")
    seen(client, void)
    assert Scan.objects.count() == 1


def test_the_pages_where_a_receipt_is_given_count_nothing(desk, client):
    notice = desk.issued()
    page = client.get(f"/r/{notice.address}/receipt").content.decode()
    assert "seen.js" not in page
    assert "data-seen" not in page


def test_the_desk_shows_looks_to_the_office_alone(desk, client, signed_in):
    notice = desk.issued()
    seen(client, notice)
    assert "扫码查看" in signed_in(desk.reviewer).get(f"/notices/{notice.uid}/").content.decode()
    for person in (desk.clerk, desk.head, desk.officer):
        assert "扫码查看" not in signed_in(person).get(f"/notices/{notice.uid}/").content.decode()
