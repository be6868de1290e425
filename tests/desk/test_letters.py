"""The Office's page of letters: seen by intake and auditor, acted on by intake, its words shown to nobody."""

import io
import re

import pypdf
import pytest

from audit.models import Attempt, signed
from config import tasks
from delivery.models import Letter
from receipts.models import ReceiptCode
from tests import make

CODE = r"\d{4} \d{4} \d{4}"


@pytest.fixture
def piles(desk):
    """One letter in each state: sent, given up, waiting, to be printed."""
    desk.notice = desk.issued()
    tasks.sweep()
    (sent,) = Letter.objects.exclude(way="inbox")
    with signed(by=make.system(), verb="write"):
        facts = {"county": desk.county.code, "about": "试", "body": "秘不示人", "enterprise": desk.establishment.enterprise.uid}
        failed = Letter.write(**facts, subject="发不出", address="没有号码")
    tasks.sweep()
    with signed(by=make.system(), verb="write"):
        waiting = Letter.write(**facts, subject="等着发", address="13912345678")
        to_print = Letter.write(**facts, subject="等着打印", channel="paper")
        Letter.write(**facts, subject="给某人", channel="inbox", reader=desk.clerk.pk)
    return {"sent": sent, "failed": failed, "waiting": waiting, "print": to_print}


def test_each_letter_stands_under_its_state_without_its_words(piles, desk, signed_in):
    page = {name: signed_in(desk.intake).get(f"/letters/?show={name}").content.decode() for name in piles}
    for name, letter in piles.items():
        assert [shown for shown in page if str(letter.uid) in page[shown]] == [name]
        assert letter.subject in page[name]
    text = "".join(page.values())
    assert "秘不示人" not in text
    assert "给某人" not in text
    assert "13900000000" not in text
    assert "139…0000" in text
    assert not re.search(CODE, text)
    assert "收信地址不是手机号码" in page["failed"]


def test_what_needs_a_hand_comes_first(piles, desk, signed_in):
    assert "发不出" in signed_in(desk.intake).get("/letters/").content.decode()
    home = signed_in(desk.intake).get("/").content.decode()
    assert "未能发出的信件" in home
    assert "待打印的信件" in home
    assert "未能发出的信件" not in signed_in(desk.auditor).get("/").content.decode()


def test_intake_and_auditor_see_letters_and_intake_acts(piles, desk, elsewhere, signed_in):
    assert "重新发送" not in signed_in(desk.auditor).get("/letters/?show=failed").content.decode()
    assert "发不出" not in signed_in(elsewhere.intake).get("/letters/?show=failed").content.decode()
    for person in (desk.clerk, desk.head, desk.officer, desk.reviewer, desk.finance):
        assert signed_in(person).get("/letters/").status_code == 403
    again = f"/letters/{piles['failed'].uid}/again/"
    assert signed_in(desk.auditor).get(again).status_code == 403
    assert signed_in(elsewhere.intake).get(again).status_code == 404
    assert signed_in(desk.auditor).post("/letters/print/", {"letter": piles["print"].uid}).status_code == 403
    assert Letter.objects.get(pk=piles["print"].pk).state == "TO_PRINT"
    assert Attempt.objects.filter(actor_id=desk.auditor.pk).exists()


def test_a_contact_that_is_new_is_shown(desk, signed_in, piles):
    client = signed_in(desk.intake)
    assert "变更" not in client.get("/letters/?show=sent").content.decode()
    desk.establishment.enterprise.contact.change(by=desk.intake, person="李", phone="13888887777", note="核对执照")
    assert re.search(r"联系方式 \d\d-\d\d 变更", client.get("/letters/?show=sent").content.decode())


def test_sent_again_on_paper_and_printed_with_a_code_that_opens(piles, desk, signed_in):
    client = signed_in(desk.intake)
    again = f"/letters/{piles['sent'].uid}/again/"
    refused = client.post(again, {"note": "", "channel": "paper"})
    assert (refused.status_code, "请写明为什么重新发送" in refused.content.decode()) == (422, True)
    assert client.post(again, {"note": "企业不用手机，持执照来窗口", "channel": "paper"}).status_code == 302
    new = Letter.objects.get(kind="receipt-code", way="paper")
    answer = client.post("/letters/print/", {"letter": [new.uid, piles["print"].uid]})
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    pages = [p.extract_text().replace("\n", "") for p in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
    assert len(pages) == 2
    (with_code,) = [text for text in pages if desk.notice.label in text]
    assert ReceiptCode.match(desk.notice, re.search(r"\d{4} *\d{4} *\d{4}", with_code)[0])
    for words in (desk.establishment.enterprise.name, desk.county.office_name, "不经检查单位", "0539-0000000"):
        assert words in with_code
    assert client.post("/letters/print/", {"letter": [new.uid]}).status_code == 409
    assert client.post("/letters/print/", {"letter": ["x"]}).status_code == 422


def test_a_sign_no_face_draws_leaves_the_letter_unprinted(desk, signed_in):
    with signed(by=make.system(), verb="write"):
        letter = Letter.write(county=desk.county.code, about="试", subject="主题", body="\U0001f600", channel="paper")
    refused = signed_in(desk.intake).post("/letters/print/", {"letter": [letter.uid]})
    assert refused.status_code == 422
    letter.refresh_from_db()
    assert letter.state == "TO_PRINT"


def test_the_api_does_the_same(piles, desk, signed_in):
    client = signed_in(desk.intake)
    shown = client.get("/api/v1/letters/?show=failed").json()["results"]
    assert [(row["subject"], row["state"]) for row in shown] == [("发不出", "FAILED")]
    assert "body" not in shown[0]
    again = f"/api/v1/letters/{piles['failed'].uid}/again/"
    assert client.post(again, {"note": ""}, content_type="application/json").status_code == 422
    new = client.post(again, {"note": "改用纸质", "channel": "paper"}, content_type="application/json")
    assert (new.status_code, new.json()["state"]) == (201, "TO_PRINT")
    paper = client.post("/api/v1/letters/print/", {"letters": [new.json()["uid"]]}, content_type="application/json")
    assert paper.content[:5] == b"%PDF-"
    assert signed_in(desk.clerk).get("/api/v1/letters/").status_code == 403
    assert signed_in(desk.auditor).post(again, {"note": "x"}, content_type="application/json").status_code == 403
