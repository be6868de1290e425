"""Plates, cards and paper by the API: the same verbs and refusals as on the pages; a secret stands in one answer alone."""

import base64
import datetime
import io
import logging
import random
import uuid

import pytest
from django.apps import apps
from PIL import Image

from accounts.models import Plate
from audit.models import Leaf
from receipts.models import Complaint, Receipt, ReceiptCard
from tests import make

AGENCY = ("clerk", "head", "officer", "registrar")


def a_picture(side=30):
    """A picture, in base64; a large one cannot be pressed together."""
    picture = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(3 * side * side))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def everything_kept():
    """All that stands in the database, as text."""
    rows = [row for model in apps.get_models() for row in model._base_manager.values()]
    return f"{rows}{[bytes(leaf.body).decode() for leaf in Leaf.objects.all()]}"


@pytest.fixture
def place(desk):
    return {"establishment": str(desk.establishment.uid)}


@pytest.fixture
def agent(desk):
    return make.a_user("AGENT", county=desk.county)


# --- plates -----------------------------------------------------------------------------------------
def test_a_gate_gets_one_plate_whose_address_opens_its_page(desk, at, client, place):
    intake = at(desk.intake)
    status, plate = intake.post("plates/", **place, uid=str(uuid.uuid4()))
    assert (status, plate["ended_at"], plate["enterprise"]["identifier"]) == (201, None, desk.establishment.enterprise.identifier)
    assert intake.post("plates/", **place) == (200, plate), "a gate has one"
    assert client.get("/P/" + plate["address"].rsplit("/", 1)[1]).status_code == 200
    assert intake.client.get(f"/api/v1/plates/{plate['uid']}/paper/").content[:5] == b"%PDF-"
    assert [p["uid"] for p in intake.get("plates/", **place)[1]["results"]] == [plate["uid"]]


def test_a_replaced_plate_opens_nothing_and_twice_is_once(desk, at, client, place):
    intake = at(desk.intake)
    old = intake.post("plates/", **place)[1]
    assert list(intake.post(f"plates/{old['uid']}/replace/")[1]["errors"]) == ["note"]
    said = {"note": "被撞坏", "uid": str(uuid.uuid4())}
    status, new = intake.post(f"plates/{old['uid']}/replace/", **said)
    assert (status, new["uid"]) == (201, said["uid"])
    assert intake.post(f"plates/{old['uid']}/replace/", **said) == (200, new)
    assert intake.post(f"plates/{old['uid']}/replace/", note="再换")[0] == 409
    opened = [client.get("/P/" + plate["address"].rsplit("/", 1)[1]).status_code for plate in (old, new)]
    assert opened == [404, 200]
    assert [p["uid"] for p in intake.get("plates/", standing="true")[1]["results"]] == [new["uid"]]
    assert [p["uid"] for p in intake.get("plates/", standing="false")[1]["results"]] == [old["uid"]]
    record = Plate.objects.get(uid=old["uid"]).history.latest()
    assert (record.verb, record.actor_name, record.history_change_reason) == ("replace", desk.intake.name, "被撞坏")


# --- cards ------------------------------------------------------------------------------------------
def test_a_card_is_made_handed_over_and_replaced(desk, at, client, agent, place):
    intake, notice = at(desk.intake), desk.issued()
    status, made = intake.post("receipt-cards/", **place)
    link = "/K/" + made["address"].rsplit("/", 1)[1]
    assert (status, len(made["code"].replace(" ", ""))) == (201, 12)
    assert client.get(link).status_code == 410, "it opens nothing before it was handed over"
    village = at(agent)
    assert [card["uid"] for card in village.get("receipt-cards/", waiting="true")[1]["results"]] == [made["card"]["uid"]]
    address = f"receipt-cards/{made['card']['uid']}/hand-over/"
    assert list(village.post(address)[1]["errors"]) == ["note"]
    status, card = village.post(address, note="送到店里，核对身份证")
    assert (status, bool(card["handed_at"])) == (200, True)
    assert village.post(address, note="再交一次")[0] == 409
    token = made["plate"]["address"].rsplit("/", 1)[1]
    assert notice.label in client.post(f"/p/{token}/answer", {"code": made["code"]}).content.decode()
    newer = intake.post("receipt-cards/", **place)[1]
    assert client.get(link).status_code == 200, "good until the new one is there"
    intake.post(f"receipt-cards/{newer['card']['uid']}/hand-over/", note="旧卡丢了")
    assert client.get(link).status_code == 410
    assert intake.get(f"receipt-cards/{made['card']['uid']}/")[1]["replaced_at"]


def test_the_secret_of_a_card_stands_in_one_answer_and_nowhere_else(desk, at, place, caplog):
    caplog.set_level(logging.DEBUG)
    intake, said = at(desk.intake), {**place, "uid": str(uuid.uuid4())}
    status, made = intake.post("receipt-cards/", **said)
    again_status, again = intake.post("receipt-cards/", **said)
    assert (status, again_status) == (201, 200)
    assert again == {**made, "code": "", "address": ""}
    assert ReceiptCard.objects.count() == 1
    digits, link = made["code"].replace(" ", ""), made["address"].rsplit("/", 1)[1]
    told = everything_kept() + caplog.text + str([intake.get(a)[1] for a in ("receipt-cards/", f"receipt-cards/{made['card']['uid']}/")])
    assert made["card"]["uid"] in told
    for secret in (made["code"], digits, link, link.lower()):
        assert secret not in told


# --- paper ------------------------------------------------------------------------------------------
def test_a_paper_receipt_is_typed_in_with_its_scan_and_twice_is_once(desk, at, agent):
    notice = desk.issued()
    said = {"year": notice.year, "number": notice.number, "notice_shown": "NO", "overall": 2, "more": {"arrived": "09:30"}}
    said["uid"] = str(uuid.uuid4())
    assert list(at(agent).post("intake/receipts/", **said)[1]["errors"]) == ["scan"]
    said["scan"] = a_picture()
    status, kept = at(agent).post("intake/receipts/", **said)
    assert (status, kept["uid"], len(kept["number"])) == (201, said["uid"], 10)
    assert at(agent).post("intake/receipts/", **said) == (200, kept)
    receipt = Receipt.objects.get()
    assert (receipt.assurance, receipt.overall, receipt.more_answers) == ("PAPER", 2, {"arrived": "09:30"})
    assert receipt.history.get().actor_name == agent.name
    assert receipt.scan.content_type == "image/jpeg", "drawn anew: nothing hidden in it is kept"
    assert not {"overall", "words", "notice_shown"} & set(kept)


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"number": 99999}, 422, "number"),
        ({"scan": "不是"}, 422, "scan"),
        ({"scan": base64.b64encode(b"MZ\x90").decode()}, 422, "scan"),
        ({"scan": "A" * 4_700_000}, 422, "scan"),
        ({"overall": 9}, 422, "overall"),
        ({"more": {"arrived": "半夜"}}, 422, "arrived"),
    ],
)
def test_what_is_wrong_with_a_paper_receipt_is_said_at_its_field(desk, at, change, status, field):
    notice = desk.issued()
    said = {"year": notice.year, "number": notice.number, "notice_shown": "YES", "overall": 3, "scan": a_picture(), **change}
    answer = at(desk.intake).post("intake/receipts/", **said)
    assert (answer[0], list(answer[1]["errors"])) == (status, [field])
    assert Receipt.objects.count() == 0


def test_a_large_scan_comes_through_and_a_body_that_is_too_large_is_told_so(desk, at):
    notice = desk.issued()
    said = {"year": notice.year, "number": notice.number, "notice_shown": "YES", "overall": 3}
    scan = a_picture(1050)
    assert len(scan) > 4_000_000
    assert at(desk.intake).post("intake/receipts/", **said, scan=scan)[0] == 201
    status, told = at(desk.intake).post("intake/receipts/", **said, scan=2 * scan)
    assert (status, told["code"]) == (413, "TooLarge")


def test_a_paper_receipt_comes_neither_too_early_nor_to_a_notice_void_before_its_days(desk, at):
    tomorrow = desk.county.today() + datetime.timedelta(days=1)
    early, void = (desk.issued(starts_on=tomorrow, ends_on=tomorrow) for _n in range(2))
    void.void(by=desk.issuer, note="错")
    answers = {"notice_shown": "YES", "overall": 3, "scan": a_picture()}
    status, said = at(desk.intake).post("intake/receipts/", year=early.year, number=early.number, **answers)
    assert (status, said["code"]) == (409, "WrongMoment")
    assert at(desk.intake).post("intake/receipts/", year=void.year, number=void.number, **answers)[0] == 422
    assert not Receipt.objects.exists()


def test_a_complaint_is_typed_in_and_its_code_told_once(desk, at, agent, client):
    said = {"category": "MONEY", "words": "收了两千", "way": "PAPER", "uid": str(uuid.uuid4())}
    said |= {"stance": "CONFIDENT", "person": "老周", "photos": [a_picture()]}
    assert list(at(agent).post("intake/complaints/", **said)[1]["errors"]) == ["scan"]
    said["scan"] = base64.b64encode(b"%PDF-1.4 scan").decode()
    status, kept = at(agent).post("intake/complaints/", **said)
    assert status == 201
    again = at(agent).post("intake/complaints/", **said)
    assert again == (200, {**kept, "follow_up_digits": "", "follow_up_link": ""})
    complaint = Complaint.objects.get()
    assert (complaint.way, complaint.stance, complaint.photos.count(), complaint.scan.content_type) == (
        "PAPER", "CONFIDENT", 1, "application/pdf",
    )  # fmt: skip
    assert complaint.history.get(verb="take_in").actor_name == agent.name
    followed = at().post("follow/", number=kept["number"], code=kept["follow_up_digits"])
    assert (followed[0], followed[1]["status"]) == (200, "RECEIVED")
    status, said = at(desk.auditor).post("intake/complaints/", **{**said, "words": "别的"})
    assert (status, list(said["errors"])) == (422, ["uid"]), "the uid names another complaint"
    assert at(desk.auditor).post("intake/complaints/", category="OTHER", way="PHONE")[0] == 201
    assert at(desk.auditor).post("intake/complaints/", category="OTHER", way="PUBLIC")[0] == 422


def test_whoever_types_in_reads_nothing_afterwards(desk, at, agent):
    notice = desk.issued()
    said = {"year": notice.year, "number": notice.number, "notice_shown": "NO", "overall": 1, "words": "话", "scan": a_picture()}
    kept = at(agent).post("intake/receipts/", **said)[1]
    for person in (agent, desk.intake):
        assert at(person).get("receipts/")[1]["results"] == []
        assert at(person).get(f"receipts/{kept['uid']}/")[0] == 404
        assert at(person).get("complaints/")[1]["results"] == []


# --- who may not ------------------------------------------------------------------------------------
def test_an_agency_s_people_are_refused_as_on_the_pages_and_the_try_is_kept(desk, at, signed_in, attempts, place):
    notice = desk.issued()
    plate = Plate.make(desk.establishment, by=desk.intake)
    card, _made = ReceiptCard.make(desk.establishment, by=desk.intake)
    receipt = {"year": notice.year, "number": notice.number, "notice_shown": "YES", "overall": 5, "scan": a_picture()}
    pages = {
        "plates/": f"/establishments/{desk.establishment.uid}/plate.pdf",
        f"plates/{plate.uid}/replace/": f"/establishments/{desk.establishment.uid}/plate/replace/",
        "receipt-cards/": f"/establishments/{desk.establishment.uid}/card.pdf",
        f"receipt-cards/{card.uid}/hand-over/": f"/intake/cards/{card.uid}/",
        "intake/receipts/": "/intake/receipt/",
        "intake/complaints/": "/intake/complaint/",
    }
    for post in AGENCY:
        hand, browser = at(getattr(desk, post)), signed_in(getattr(desk, post))
        for address, page in pages.items():
            before = len(attempts())
            status, said = hand.post(address, **place, **receipt, note="我来办", category="OTHER", way="PHONE")
            answer = browser.post(page, {"note": "我来办"})
            assert (status, said["code"], answer.status_code) == (403, "NotYours", 403), (post, address)
            assert said["detail"] in answer.content.decode(), (post, address)
            assert len(attempts()) == before + 2
        for address in ("plates/", f"plates/{plate.uid}/", f"plates/{plate.uid}/paper/", "receipt-cards/", f"receipt-cards/{card.uid}/"):
            assert hand.get(address)[0] == 403, (post, address)
    assert (Receipt.objects.count(), Complaint.objects.count(), ReceiptCard.objects.get().handed_at) == (0, 0, None)


def test_the_village_agent_makes_neither_plates_nor_cards_and_another_county_finds_none(desk, elsewhere, at, agent, place):
    plate = Plate.make(desk.establishment, by=desk.intake)
    card, _made = ReceiptCard.make(desk.establishment, by=desk.intake)
    for address in ("plates/", "receipt-cards/"):
        assert at(agent).post(address, **place)[0] == 403
        assert at(elsewhere.intake).post(address, **place)[0] == 422, "no such place in that county"
    assert at(agent).get("plates/")[0] == 403
    theirs = at(elsewhere.intake)
    assert (theirs.get("plates/")[1]["results"], theirs.get("receipt-cards/")[1]["results"]) == ([], [])
    assert theirs.get(f"plates/{plate.uid}/")[0] == theirs.get(f"receipt-cards/{card.uid}/")[0] == 404
    assert theirs.post(f"plates/{plate.uid}/replace/", note="x")[0] == 404
    assert theirs.post(f"receipt-cards/{card.uid}/hand-over/", note="x")[0] == 404
    notice = desk.issued()
    said = {"year": notice.year, "number": notice.number + 90000, "notice_shown": "YES", "overall": 5, "scan": a_picture()}
    assert theirs.post("intake/receipts/", **said)[0] == 422


# --- the pages --------------------------------------------------------------------------------------
def test_the_pages_list_plates_and_replace_one_with_the_reason(desk, signed_in):
    browser, gate = signed_in(desk.intake), desk.establishment
    assert browser.post(f"/establishments/{gate.uid}/plate/replace/", {"note": "坏了"}).status_code == 409, "there is none yet"
    old = Plate.make(gate, by=desk.intake)
    page = browser.get(f"/enterprises/{gate.enterprise.uid}/").content.decode()
    assert f"/establishments/{gate.uid}/plate/replace/" in page
    assert browser.post(f"/establishments/{gate.uid}/plate/replace/", {"note": " "}).status_code == 422
    assert browser.post(f"/establishments/{gate.uid}/plate/replace/", {"note": "坏了"}).content[:5] == b"%PDF-"
    old.refresh_from_db()
    assert old.ended_at
    assert Plate.objects.standing().count() == 1
    listed = browser.get("/intake/plates/").content.decode()
    assert listed.count(gate.address) == 2
    for post in (*AGENCY, "auditor"):
        assert signed_in(getattr(desk, post)).get("/intake/plates/").status_code == 403
