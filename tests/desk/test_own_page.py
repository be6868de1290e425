"""The enterprise's own page: no password, its own things only, nothing before arrival, who read what."""

import datetime
import json
import re

import pytest
import time_machine
from django.test import Client

from accounts.models import Capability, DoorKey, Enterprise, capability
from audit.models import Gone, Refused, TooMany
from delivery.models import Letter
from inspection.models import Visit
from receipts.models import Claim, Complaint, Receipt, ReceiptCode, ReminderStop
from receipts.models.promise import digest_of
from tests import make


def let_in(enterprise, client=None):
    """Come in as the enterprise; returns the browser."""
    client = client or Client()
    DoorKey.ask(enterprise.identifier, address="192.0.2.50")
    text = Letter.objects.filter(enterprise=enterprise.uid).latest("pk").unsealed()
    link = re.search(r"/mine/in/([A-Z2-7]{26})", text)[0]
    assert client.post(link).status_code == 302
    return client


@pytest.fixture
def enterprise(desk):
    return desk.establishment.enterprise


def test_a_link_or_digits_to_the_contact_open_it_once_and_looking_does_not(client, desk, enterprise):
    assert client.get("/mine/")["Location"] == "/mine/sign-in"
    client.post("/mine/sign-in", {"identifier": enterprise.identifier.lower()})
    letter = Letter.objects.get()
    text = letter.unsealed()
    assert (letter.address, letter.enterprise) == ("13900000000", enterprise.uid)
    digits, link = re.search(r"\d{4} \d{4} \d{4}", text)[0], re.search(r"/mine/in/[A-Z2-7]{26}", text)[0]
    assert digits not in f"{letter.body}{letter.subject}{letter.facts}"
    client.get(link)
    assert client.get("/mine/").status_code == 302, "chat programs look at links; that opens nothing"
    assert client.post("/mine/key", {"identifier": enterprise.identifier, "code": digits}).status_code == 302
    assert str(enterprise) in client.get("/mine/").content.decode()
    assert Client().post(link).status_code == 410, "used"


def test_the_answer_is_the_same_whether_there_is_such_an_enterprise_or_not(client, desk, enterprise):
    without = make.an_enterprise(desk.county, phone="").enterprise
    pages = set()
    for identifier in (enterprise.identifier, without.identifier, "91371323MA00000000", *[enterprise.identifier] * 4):
        page = client.post("/mine/sign-in", {"identifier": identifier}).content.decode()
        pages.add(re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", page).replace(identifier, "#"))
    assert len(pages) == 1, "nor whether letters still leave"
    assert Letter.objects.count() == 3
    assert "要得太多" in pages.pop(), "it says what may be the reason"


def asked(enterprise, address):
    """Ask for a key; return the link and the digits of the letter, or None where none left."""
    before = Letter.objects.count()
    DoorKey.ask(enterprise.identifier, address=address)
    if Letter.objects.count() == before:
        return None
    text = Letter.objects.latest("pk").unsealed()
    return re.search(r"/mine/in/([A-Z2-7]{26})", text)[1], re.search(r"\d{4} \d{4} \d{4}", text)[0]


def later(**delta):
    return time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(**delta))


def test_a_stranger_neither_uses_up_the_letters_of_an_enterprise_nor_kills_its_key(desk, enterprise):
    link, digits = asked(enterprise, "192.0.2.1")
    theirs = [asked(enterprise, f"2001:db8:1:2::{n}") for n in range(5)]
    assert [bool(key) for key in theirs] == [True, True, True, False, False], "nobody can pester it with letters, either"
    another_link, _digits = asked(enterprise, "192.0.2.1")
    assert DoorKey.enter(identifier=enterprise.identifier, digits=digits, address="192.0.2.1") == enterprise
    assert DoorKey.enter(link=another_link, address="192.0.2.1") == enterprise
    for once in (link, another_link):
        with pytest.raises(Gone):
            DoorKey.enter(link=once, address="192.0.2.1")
    with later(minutes=31), pytest.raises(Gone):
        DoorKey.enter(link=theirs[0][0], address="192.0.2.1")


def test_when_the_letters_of_a_day_are_used_up_those_unused_stay_good(desk, enterprise):
    keys = [asked(enterprise, f"198.51.100.{n // 3}") for n in range(12)]
    assert [bool(key) for key in keys] == [True] * 10 + [False] * 2
    with later(hours=5):
        assert asked(enterprise, "192.0.2.1") is None
        assert DoorKey.enter(identifier=enterprise.identifier, digits=keys[9][1], address="192.0.2.1") == enterprise
        assert DoorKey.enter(link=keys[0][0], address="192.0.2.1") == enterprise
        with pytest.raises(Gone):
            DoorKey.enter(link=keys[0][0], address="192.0.2.1")
    with later(hours=25):
        with pytest.raises(Gone):
            DoorKey.enter(link=keys[1][0], address="192.0.2.1")
        assert asked(enterprise, "192.0.2.1")


def test_digits_cost_the_same_whatever_keys_there_are(desk, enterprise, monkeypatch):
    counted = []
    verify, in_vain = Capability.is_opened_by, capability.hash_in_vain
    monkeypatch.setattr(Capability, "is_opened_by", lambda key, digits: counted.append(1) or verify(key, digits))
    monkeypatch.setattr("accounts.models.door_key.hash_in_vain", lambda: counted.append(1) or in_vain())
    found = set()
    for identifier in ("91371323MA00000000", *[enterprise.identifier] * 6):
        counted.clear()
        with pytest.raises(Refused):
            DoorKey.enter(identifier=identifier, digits="0" * 12, address="192.0.2.2")
        found.add(len(counted))
        asked(enterprise, f"192.0.2.{len(found) + Letter.objects.count()}")
    assert len(found) == 1


def test_an_old_or_guessed_key_opens_nothing(desk, enterprise):
    link, _digits = asked(enterprise, "192.0.2.1")
    with later(minutes=31), pytest.raises(Gone):
        DoorKey.enter(link=link, address="192.0.2.1")
    for _n in range(20):
        with pytest.raises(Refused):
            DoorKey.enter(identifier=enterprise.identifier, digits="0" * 12, address="192.0.2.2")
    with pytest.raises(TooMany):
        DoorKey.enter(identifier=enterprise.identifier, digits="0" * 12, address="192.0.2.2")
    assert DoorKey.enter(link=link, address="192.0.2.3") == enterprise


def test_it_shows_its_own_things_and_nothing_of_another(desk, elsewhere, enterprise):
    mine, theirs = desk.issued(), desk.issued(targets=[make.an_enterprise(desk.county)])
    for notice in (mine, theirs):
        visit = Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
        visit.leave(by=desk.officer, result="MENDED", note="当场改正 " + notice.label)
        code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
        Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 5, "words": "说的话 " + notice.label})
    page = let_in(enterprise).get("/mine/").content.decode()
    assert mine.label in page
    assert "说的话 " + mine.label in page
    assert theirs.label not in page
    assert let_in(theirs.enterprise).get(f"/mine/receipt/{mine.uid}").status_code == 404


def test_an_unannounced_notice_shows_after_arrival_only(desk, enterprise):
    notice = desk.issued(telling="UNANNOUNCED", no_telling_ground="食品安全法第109条", tell_on=None)
    browser = let_in(enterprise)
    assert notice.label not in browser.get("/mine/").content.decode()
    assert notice.label not in browser.get("/mine/record.json").content.decode()
    assert browser.get(f"/mine/receipt/{notice.uid}").status_code == 302
    Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    assert notice.label in browser.get("/mine/").content.decode()


def test_it_answers_without_any_code_and_sees_who_read_it(desk, enterprise, signed_in):
    notice, browser = desk.issued(), let_in(enterprise)
    assert browser.get(f"/mine/receipt/{notice.uid}").status_code == 200
    assert browser.post(f"/mine/receipt/{notice.uid}", {"step": "send", "notice_shown": "YES", "overall": "2"}).status_code == 302
    assert Receipt.objects.get().assurance == "OWN"
    assert "还没有人查阅" in browser.get("/mine/").content.decode()
    signed_in(desk.auditor).get("/receipts/")
    assert desk.auditor.name in browser.get("/mine/").content.decode()


def test_complaints_under_its_name_or_in_confidence_stand_there_anonymous_ones_never(desk, enterprise):
    browser = let_in(enterprise)
    for stance in ("NAMED", "CONFIDENT", "ANONYMOUS"):
        assert browser.post("/mine/report", {"category": "MONEY", "stance": stance, "words": f"经过{stance}"}).status_code == 200
    Complaint.complain(desk.county, facts={"category": "BOSS", "enterprise": enterprise}, way="PLATE")
    record = json.loads(browser.get("/mine/record.json").content)
    assert sorted(c["proof"]["sent"]["words"] for c in record["complaints"]) == ["经过CONFIDENT", "经过NAMED"]
    nobody = Complaint.objects.get(words="经过ANONYMOUS")
    assert (nobody.made_by, nobody.person, nobody.way) == (None, "", "PUBLIC")
    named = Complaint.objects.get(words="经过NAMED")
    assert browser.post(f"/mine/report/{named.uid}", {"act": "write", "words": "补充一句"}).status_code == 302
    assert "补充一句" in browser.get(f"/mine/report/{named.uid}").content.decode()
    assert browser.get(f"/mine/report/{nobody.uid}").status_code == 404


def test_its_own_record_opens_the_digest_of_its_promise(desk, enterprise):
    notice = desk.issued()
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    Receipt.give(notice, code=code, answers={"notice_shown": "NO", "overall": 1, "arrived": "09:00"})
    record = json.loads(let_in(enterprise).get("/mine/record.json").content)
    (told,) = record["receipts"]
    assert digest_of(bytes.fromhex(told["proof"]["salt"]), told["proof"]["sent"]) == told["promise"]["digest"]


def test_a_claim_is_kept_and_seen_by_oversight_alone(desk, enterprise, signed_in):
    browser = let_in(enterprise)
    sent = {
        "demand": "PRESS",
        "asked_on": desk.county.today().isoformat(),
        "agency_said": desk.agency.name,
        "amount": "480",
        "words": "订一年",
    }
    assert browser.post("/mine/claim", sent).status_code == 302
    claim = Claim.objects.get()
    assert (claim.amount, claim.agency, claim.enterprise) == (48000, desk.agency, enterprise)
    assert "订一年" in signed_in(desk.auditor).get("/claims/").content.decode()
    for person in (desk.clerk, desk.head, desk.officer, desk.registrar, desk.reviewer, desk.finance):
        assert signed_in(person).get("/claims/").status_code == 403
        assert not Claim.objects.visible_to(person).exists()


def test_reminders_stop_and_the_contact_is_confirmed(desk, enterprise):
    browser = let_in(enterprise)
    browser.post("/mine/settle", {"act": "stop"})
    assert ReminderStop.objects.get().stopped
    browser.post("/mine/settle", {"act": "resume"})
    assert not ReminderStop.objects.get().stopped
    browser.post("/mine/settle", {"act": "confirm"})
    assert Enterprise.objects.get(pk=enterprise.pk).contact.origin == "ENTERPRISE"


def test_the_pages_guard_against_forged_posts_and_end_by_themselves(desk, enterprise):
    browser = let_in(enterprise, Client(enforce_csrf_checks=False))
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=5)):
        assert browser.get("/mine/").status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post("/mine/settle", {"act": "stop"}).status_code == 403
    assert browser.get("/mine/")["Cache-Control"] == "no-store"
    browser.post("/mine/out")
    assert browser.get("/mine/").status_code == 302
