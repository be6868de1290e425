"""The pages behind the QR: open to the holder of the token, clear in every case, light enough for a slow phone."""

import datetime
import re
import uuid
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from receipts.models import Complaint, Receipt, ReceiptCode

GOOD = {"notice_shown": "YES", "overall": "4"}


@pytest.fixture
def notice(desk):
    return desk.issued()


@pytest.fixture
def code(desk, notice):
    return ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照原件")


def address(notice, tail=""):
    return f"/r/{notice.address}{tail}"


def give(client, notice, code, **answers):
    return client.post(address(notice, "/receipt"), {**GOOD, "code": code, "uid": uuid.uuid4(), **answers})


def test_the_scan_page_needs_no_account_and_says_who_whom_what_when(client, notice):
    answer = client.get(address(notice))
    page = answer.content.decode()
    assert answer.status_code == 200
    for fact in ("真实有效", notice.label, notice.enterprise.name, notice.plan.agency.name, "食品生产经营监督检查", "3713"):
        assert fact in page


def test_any_case_of_the_token_opens_it(client, notice):
    assert client.get(address(notice).upper().replace("/R/", "/r/")).status_code == 200


def test_scanning_changes_nothing(client, notice):
    from audit.models import Leaf

    before = Leaf.objects.count(), Receipt.objects.count()
    for _n in range(3):
        client.get(address(notice))
        client.get(address(notice, "/receipt"))
    assert (Leaf.objects.count(), Receipt.objects.count()) == before


@pytest.mark.parametrize(("days", "words"), [(-1, "还没到检查日期"), (0, "真实有效"), (2, "真实有效"), (3, "检查日期已过")])
def test_the_first_word_follows_the_day(client, desk, notice, days, words):
    with time_machine.travel(desk.county.start_of(notice.starts_on + datetime.timedelta(days=days)) + datetime.timedelta(hours=9)):
        assert words in client.get(address(notice)).content.decode()


def test_an_unknown_token_is_answered_in_large_type_with_whom_to_call(client, notice):
    answer = client.get("/r/" + "a" * 26)
    assert answer.status_code == 404
    assert "查无此通知书" in answer.content.decode()
    assert "tel:0539-0000000" in answer.content.decode()


def test_a_void_notice_says_so_on_each_page_and_still_takes_the_receipt_of_who_was_visited(client, desk, notice, code):
    notice.void(by=desk.reviewer, note="企业名称有误")
    for tail, status in (("", 410), ("/notice.pdf", 410), ("/receipt", 200)):
        answer = client.get(address(notice, tail))
        assert answer.status_code == status
        assert "作废" in answer.content.decode()
    assert "填写回执" in client.get(address(notice)).content.decode()
    assert client.get(f"/api/v1/scan/{notice.address}/").json()["window"]["open"]
    assert give(client, notice, code).status_code == 302
    assert Receipt.objects.count() == 1


def test_the_paper_is_served_byte_for_byte_as_kept(client, notice):
    answer = client.get(address(notice, "/notice.pdf"))
    assert answer.content == notice.document.read()
    assert answer["ETag"] == f'"{notice.document_id}"'


def test_a_receipt_is_kept_by_the_right_code_and_says_its_number_alone(client, notice, code):
    answer = give(client, notice, f"{code[:4]} {code[4:8]} {code[8:]}", words="金丝雀", people="2")
    assert answer.status_code == 302
    kept = Receipt.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert kept.number in page
    assert "金丝雀" not in page
    assert (kept.words, kept.people, kept.overall) == ("金丝雀", 2, 4)


def test_a_wrong_code_is_said_at_its_field_and_nothing_typed_is_lost(client, notice, code):
    wrong = "0" * 12 if code != "0" * 12 else "1" * 12
    answer = give(client, notice, wrong, words="说了很多")
    assert answer.status_code == 422
    assert "回执码不对" in answer.content.decode()
    assert "说了很多" in answer.content.decode()
    assert Receipt.objects.count() == 0


def test_a_code_replaced_by_a_newer_one_is_gone(client, desk, notice, code):
    ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照原件")
    answer = give(client, notice, code)
    assert answer.status_code == 410
    assert "被新的回执码替换" in answer.content.decode()


def test_what_must_be_answered_is_asked_for(client, notice, code):
    answer = client.post(address(notice, "/receipt"), {"code": code, "uid": uuid.uuid4()})
    assert answer.status_code == 422
    assert Receipt.objects.count() == 0


def test_before_the_visit_it_is_too_early_and_after_the_window_too_late(client, desk, code, notice):
    with time_machine.travel(desk.county.start_of(notice.starts_on) - datetime.timedelta(hours=2)):
        assert client.get(address(notice, "/receipt")).status_code == 409
    with time_machine.travel(desk.county.start_of(notice.ends_on + datetime.timedelta(days=60))):
        assert client.get(address(notice, "/receipt")).status_code == 410
        assert give(client, notice, code).status_code == 410


def test_wrong_codes_from_one_phone_do_not_stop_the_enterprise_at_another(client, notice, code):
    wrong = "0" * 12 if code != "0" * 12 else "1" * 12
    for _n in range(notice.county.rule("receipt.tries_per_hour")):
        assert give(client, notice, wrong).status_code == 422
    assert give(client, notice, wrong).status_code == 429
    assert client.post(address(notice, "/receipt"), {**GOOD, "code": code, "uid": uuid.uuid4()}, REMOTE_ADDR="127.0.0.9").status_code == 302


def test_a_double_tap_is_kept_once_and_a_second_receipt_replaces_the_first(client, notice, code):
    sent = {**GOOD, "code": code, "uid": uuid.uuid4()}
    assert client.post(address(notice, "/receipt"), sent).status_code == 302
    assert client.post(address(notice, "/receipt"), sent).status_code == 302
    assert Receipt.objects.count() == 1
    assert give(client, notice, code, overall="1").status_code == 302
    assert [r.overall for r in Receipt.objects.order_by("pk")] == [4, 1]
    assert Receipt.objects.counted().get().overall == 1


def test_anybody_at_the_gate_may_report_without_a_code_or_a_name(client, desk, notice, signed_in):
    answer = client.post(address(notice, "/report"), {"category": "PEOPLE", "words": "来了不认识的人"})
    assert Complaint.objects.get().number in answer.content.decode()
    assert "来了不认识的人" in signed_in(desk.auditor).get("/complaints/").content.decode()
    assert signed_in(desk.officer).get("/complaints/").status_code == 403


def test_receipts_are_read_by_oversight_alone(client, desk, elsewhere, notice, code, signed_in):
    give(client, notice, code, words="金丝雀")
    assert "金丝雀" in signed_in(desk.auditor).get("/receipts/").content.decode()
    assert "金丝雀" not in signed_in(elsewhere.auditor).get("/receipts/").content.decode()
    for person in (desk.clerk, desk.head, desk.officer, desk.registrar, desk.intake, desk.reviewer, desk.issuer, desk.finance):
        assert signed_in(person).get("/receipts/").status_code == 403


def test_the_code_is_handed_out_by_the_office_once_on_one_page(desk, notice, signed_in):
    page = signed_in(desk.intake).post(f"/notices/{notice.uid}/receipt-code/", {"note": "持营业执照原件"}).content.decode()
    digits = re.search(r"\d{4} \d{4} \d{4}", page).group()
    assert ReceiptCode.match(notice, digits).notice == notice
    assert digits not in signed_in(desk.intake).get(notice.get_absolute_url()).content.decode()
    assert signed_in(desk.intake).post(f"/notices/{notice.uid}/receipt-code/", {"note": ""}).status_code == 422
    for person in (desk.officer, desk.clerk, desk.head, desk.auditor):
        assert signed_in(person).post(f"/notices/{notice.uid}/receipt-code/", {"note": "x"}).status_code == 403


def test_the_pages_weigh_less_than_30_kb_with_their_style(client, desk, notice):
    style = sum(len((Path(settings.BASE_DIR) / "static" / name).read_bytes()) for name in ("public.css", "seen.js"))
    for tail in ("", "/receipt", "/report"):
        assert len(client.get(address(notice, tail)).content) + style < 30_000
    assert re.findall("<script.*?>", client.get(address(notice)).content.decode()) == ['<script src="/static/seen.js" defer>']


def test_the_foot_bears_the_sponsor_and_the_supervision_phone(client, notice):
    page = client.get(address(notice)).content.decode()
    foot = page[page.index("<footer") :]
    assert notice.county.office_name in foot
    assert "0539-0000000" in foot


def test_the_page_is_in_english_when_chosen(client, notice):
    client.cookies["django_language"] = "en"
    assert 'lang="en"' in client.get(address(notice)).content.decode()


def test_no_code_of_an_unannounced_visit_is_handed_out_before_arrival(desk):
    from audit.models import WrongMoment
    from inspection.models import Visit

    notice = desk.issued(telling="UNANNOUNCED", no_telling_ground="食品安全法第109条", tell_on=None)
    with pytest.raises(WrongMoment):
        ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照原件")
    Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    assert len(ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照原件")) == 12


def test_who_read_a_receipt_is_kept(client, desk, notice, code, signed_in):
    from audit.models import Reading

    give(client, notice, code)
    signed_in(desk.auditor).get("/receipts/")
    reading = Reading.objects.get()
    assert (reading.actor_name, reading.what, reading.row) == (desk.auditor.name, "receipt", Receipt.objects.get().uid)
