"""The enterprise's own page: no password, its own things only, nothing before arrival, who read what."""

import datetime
import json
import re
import uuid

import pytest
import time_machine
from django.test import Client

from accounts.models import Capability, Contact, DoorKey, Enterprise, capability
from audit.models import Gone, Refused, TooMany, signed
from delivery.models import Letter
from inspection.models import Visit
from receipts.models import Claim, Complaint, Mark, Receipt, ReceiptCode, ReminderStop, marks_of
from receipts.models.promise import digest_of
from tests import make, make_fees


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
    assert DoorKey.enter(identifier=enterprise.identifier, digits=digits, address="192.0.2.1").enterprise == enterprise
    assert DoorKey.enter(link=another_link, address="192.0.2.1").enterprise == enterprise
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
        assert DoorKey.enter(identifier=enterprise.identifier, digits=keys[9][1], address="192.0.2.1").enterprise == enterprise
        assert DoorKey.enter(link=keys[0][0], address="192.0.2.1").enterprise == enterprise
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
    assert DoorKey.enter(link=link, address="192.0.2.3").enterprise == enterprise


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
    enterprise.contact.change(by=desk.intake, person="李", phone="13911112222", note="核对执照")
    notice, browser = desk.issued(), let_in(enterprise)
    assert browser.get(f"/mine/receipt/{notice.uid}").status_code == 200
    assert browser.post(f"/mine/receipt/{notice.uid}", {"step": "send", "notice_shown": "YES", "overall": "2"}).status_code == 302
    assert Receipt.objects.get().assurance == "OWN"
    assert "还没有人查阅" in browser.get("/mine/").content.decode()
    signed_in(desk.auditor).get("/receipts/")
    assert desk.auditor.name in browser.get("/mine/").content.decode()


def answered_on_its_page(browser, notice):
    assert browser.post(f"/mine/receipt/{notice.uid}", {"step": "send", "notice_shown": "YES", "overall": "2"}).status_code == 302
    return Receipt.objects.latest("pk")


def imported(enterprise, phone):
    """What an import does to a contact that nobody has confirmed."""
    with signed(by=make.system(), verb="import"):
        contact = Contact.of(enterprise)
        contact.phone = phone
        contact.save()


def test_the_assurance_of_its_own_page_follows_the_contact_the_key_was_sent_to(desk, enterprise):
    """The same number by a letter gives no more: nobody has confirmed that it is the enterprise's."""
    notice, browser = desk.issued(), let_in(enterprise)
    assert answered_on_its_page(browser, notice).assurance == "OWN_REG"
    browser.post("/mine/settle", {"act": "confirm"})
    assert answered_on_its_page(browser, notice).assurance == "OWN_REG", "whoever holds the key cannot vouch for it"
    link, _digits = asked(enterprise, "192.0.2.77")
    enterprise.contact.refresh_from_db()
    enterprise.contact.change(by=desk.intake, person="李", phone="13911112222", note="核对执照")
    assert DoorKey.enter(link=link, address="192.0.2.77").to_confirmed, "by its own holder, as a letter would say"
    assert answered_on_its_page(let_in(enterprise), notice).assurance == "OWN"


def test_whoever_came_in_by_a_number_that_was_replaced_since_is_led_to_the_door(desk, enterprise):
    link, _digits = asked(enterprise, "192.0.2.1")
    inside, late = let_in(enterprise), Client()
    enterprise.contact.change(by=desk.intake, person="李", phone="13911112222", note="核对执照")
    late.post(f"/mine/in/{link}")
    for browser in (inside, late):
        assert browser.get("/mine/")["Location"] == "/mine/sign-in"
    assert let_in(enterprise).get("/mine/").status_code == 200


def test_a_receipt_given_on_its_page_soon_after_its_contact_changed_is_marked(desk, enterprise):
    notice = desk.issued()
    old = answered_on_its_page(let_in(enterprise), notice)
    enterprise.contact.change(by=desk.intake, person="李", phone="13911112222", note="核对执照")
    new = answered_on_its_page(let_in(enterprise), notice)
    marks = marks_of([old, new])
    assert [Mark.FRESH_CONTACT in marks[row.pk] for row in (old, new)] == [False, True]


def test_a_number_that_came_in_with_a_list_shows_nothing_that_was_said_before_it(desk, enterprise):
    notice, browser = desk.issued(), let_in(enterprise)
    answered_on_its_page(browser, notice)
    browser.post("/mine/report", {"category": "MONEY", "stance": "NAMED", "words": "先前的经过"})
    Claim.claim(enterprise, demand="PRESS", asked_on=desk.county.today(), amount=48000, words="先前的订报")
    said = [Receipt.objects.get().number, "先前的经过", "先前的订报"]
    assert all(word in browser.get("/mine/record.json").content.decode() for word in said)
    imported(enterprise, "13955556666")
    enterprise.refresh_from_db()
    other = let_in(enterprise)
    other.post("/mine/settle", {"act": "confirm"})
    for browser in (other, let_in(enterprise, Client())):
        shown = browser.get("/mine/record.json").content.decode() + browser.get("/mine/").content.decode()
        assert not any(word in shown for word in said), "to confirm oneself is no proof"
        assert "备案机关核对联系方式以后才显示" in shown
        assert browser.get(f"/mine/report/{Complaint.objects.get().uid}").status_code == 404
    Contact.of(enterprise).change(by=desk.intake, person="李", phone="13911112222", note="核对执照")
    with later(hours=2):
        shown = let_in(enterprise, Client()).get("/mine/record.json").content.decode()
    assert all(word in shown for word in said)


def test_its_record_says_what_it_was_charged_corrections_counted_and_the_page_once(desk, enterprise):
    fine = make_fees.a_fine(desk, decision_number="自罚1号")
    browser = let_in(enterprise)
    card = json.loads(browser.get("/mine/record.json").content)["fee_card"]
    (line,) = card["lines"]
    assert (line["decision_number"], line["agency"], line["due_fen"]) == ("自罚1号", desk.agency.name, fine.sums.due)
    assert (line["open_fen"], card["sums"]["open_fen"]) == (fine.sums.open, fine.sums.open)
    fine.correct(by=desk.registrar, amount=300_000, note="更正")
    (line,) = json.loads(browser.get("/mine/record.json").content)["fee_card"]["lines"]
    assert (line["due_fen"], "3,000.00 元" in line["explained"][-1]) == (300_000, True), "the computation ends in what is due"
    assert browser.get("/mine/").content.decode().count("交费登记卡") == 1


def test_its_card_says_of_each_line_what_was_reduced_paid_and_is_to_be_given_back_and_what_was_answered(desk, enterprise):
    fine = make_fees.a_fine(desk, amount=500_000)
    line = make_fees.issued(desk).lines.get(charge=fine)
    browser = let_in(enterprise)
    shown = browser.get("/mine/").content.decode()
    assert all(word in shown for word in ("5,000.00", f"缴纳期限 {fine.due_on:%Y-%m-%d}", "对这一项有异议"))
    make_fees.paid(line)
    assert "✓ 已缴清" in browser.get("/mine/").content.decode()
    address = f"/pay/{line.notice.token}/dispute/{line.uid}/"
    assert address in browser.get("/mine/").content.decode(), "what is paid can be disputed too"
    assert browser.post(address, {"uid": uuid.uuid4(), "words": "数额算错"}).status_code == 302
    fine.disputes.get().uphold(by=desk.registrar, note="确有错误，已更正")
    fine.correct(by=desk.registrar, amount=300_000, note="更正")
    shown = browser.get("/mine/").content.decode()
    assert all(word in shown for word in ("多缴 2,000.00 元，应当退还给您", "已缴 5,000.00 元", "数额算错", "确有错误，已更正"))
    assert "已缴清" not in shown


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
