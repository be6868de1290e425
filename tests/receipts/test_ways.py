"""The ways to the receipt: own link, number and digits, plate and card, telephone, paper. Each right, each clear."""

import datetime
import io
import json
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from PIL import Image

from accounts.models import Contact, Knock
from audit.models import Gone, NotYours, Refused, TooMany, WrongMoment
from delivery.models import Letter
from inspection.models import Visit
from receipts.models import Assurance, QuestionSet, Receipt, ReceiptCard, ReceiptCode, is_good, key_id, public_key
from receipts.models.promise import digest_of
from tests import make

from .cast import a_card, answers, by_letter

WRONG = "000000000001"


@pytest.fixture
def notice(desk):
    return desk.issued()


# --- the link in the message ------------------------------------------------------------------------
def test_the_link_out_of_the_message_opens_the_form_and_keeps_the_receipt(client, notice):
    _digits, link = by_letter(notice)
    for address in (link, link.replace("/C/", "/c/"), link.lower()):
        page = client.get(address)
        assert page.status_code == 200
        assert notice.label in page.content.decode()
        assert page["Cache-Control"] == "no-store"
    assert 'name="code"' not in client.get(link).content.decode(), "nothing to type"
    assert Receipt.objects.count() == 0, "looking changes nothing"
    answer = client.post(link, answers())
    receipt = Receipt.objects.get()
    assert answer.status_code == 302
    assert (receipt.assurance, receipt.code.way) == (Assurance.REGISTER, "LETTER")
    assert receipt.number in client.get(answer["Location"]).content.decode()


def test_of_the_link_only_its_hash_is_kept(notice):
    import hashlib

    _digits, link = by_letter(notice)
    code = ReceiptCode.objects.get()
    secret = link.rsplit("/", 1)[1]
    assert code.link_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert len(secret) * 5 >= 115
    letter = Letter.objects.get(kind="receipt-code")
    assert secret not in f"{letter.body}{letter.subject}{letter.facts}{letter.sealed}"


def test_the_message_names_office_number_and_code_and_works_without_a_tap(client, desk, notice):
    digits, _link = by_letter(notice)
    text = Letter.objects.get(kind="receipt-code").unsealed()
    for word in (desk.county.office_name, notice.label, digits, "/code", "0539-0000000"):
        assert word in text
    typed = {"county": desk.county.pk, "year": notice.year, "number": notice.number, "code": digits}
    form = client.post("/code", typed)
    assert form.status_code == 200
    assert "还没有提交" not in form.content.decode()
    assert client.post("/code", {**typed, **answers()}).status_code == 302
    assert Receipt.objects.get().overall == 4


def test_a_number_that_is_not_there_is_answered_like_wrong_digits(client, desk, notice):
    by_letter(notice)
    said = []
    for number in (notice.number, 99999):
        page = client.post("/code", {"county": desk.county.pk, "year": notice.year, "number": number, "code": WRONG})
        said.append((page.status_code, "回执码不对" in page.content.decode()))
    assert said == [(422, True), (422, True)]
    for _n in range(20):
        last = client.post("/code", {"county": desk.county.pk, "year": notice.year, "number": 99999, "code": WRONG})
    assert last.status_code == 429


def test_sending_again_makes_a_new_code_and_the_old_link_says_so(client, desk, notice):
    _old_digits, old = by_letter(notice)
    with pytest.raises(NotYours):
        ReceiptCode.send_anew(notice, by=desk.officer, note="x")
    ReceiptCode.send_anew(notice, by=desk.intake, note="企业来电说没收到，核对了法定代表人姓名")
    gone = client.get(old)
    assert gone.status_code == 410
    assert "最近收到的那一个" in gone.content.decode()
    _digits, new = by_letter(notice)
    assert new != old
    assert client.get(new).status_code == 200


def test_a_contact_changed_lately_is_shown_to_the_office(desk, signed_in):
    desk.establishment.enterprise.contact.change(by=desk.intake, person="新人", phone="13911110000", note="持执照")
    notice = desk.issued()
    _digits, link = by_letter(notice)
    assert ReceiptCode.objects.get().fresh_contact
    assert "最近变更过" in signed_in(desk.intake).get(notice.get_absolute_url()).content.decode()
    client = signed_in(desk.auditor)
    client.post(link, answers())
    assert "联系方式刚变更过" in client.get("/receipts/").content.decode()
    contact = Contact.objects.get(enterprise=notice.enterprise)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=31)):
        assert not contact.is_fresh


# --- plate and card ---------------------------------------------------------------------------------
def test_plate_and_card_open_the_notices_of_their_own_gate(client, desk, notice):
    plate, made = a_card(desk)
    other = desk.issued(targets=[make.an_enterprise(desk.county)])
    assert client.get(f"/p/{plate.token}").status_code == 200
    assert notice.label not in client.get(f"/p/{plate.token}").content.decode(), "the plate says nothing of visits"
    form = client.post(f"/p/{plate.token}/answer", {"code": made})
    page = form.content.decode()
    assert notice.label in page
    assert other.label not in page
    sent = client.post(f"/p/{plate.token}/answer", {"code": made, "notice": notice.uid, **answers()})
    assert sent.status_code == 302
    receipt = Receipt.objects.get()
    assert (receipt.assurance, receipt.code, receipt.notice) == (Assurance.CARD, None, notice)
    assert client.get(f"/K/{made.link}").status_code == 200


def test_of_several_open_notices_one_is_chosen(client, desk, notice):
    second = desk.issued(starts_on=desk.county.today())
    plate, made = a_card(desk)
    page = client.post(f"/p/{plate.token}/answer", {"code": made}).content.decode()
    assert notice.label in page
    assert second.label in page
    client.post(f"/p/{plate.token}/answer", {"code": made, "notice": second.uid, **answers()})
    assert Receipt.objects.get().notice == second


def test_a_card_opens_nothing_before_it_was_handed_over_nor_after_a_new_one(client, desk, notice):
    card, made = ReceiptCard.make(desk.establishment, by=desk.intake)
    assert client.get(f"/k/{made.link}").status_code == 410
    card.hand_over(by=desk.intake, note="交给经营者")
    assert client.get(f"/k/{made.link}").status_code == 200
    with pytest.raises(WrongMoment):
        card.hand_over(by=desk.intake, note="再交一次")
    newer, fresh = ReceiptCard.make(desk.establishment, by=desk.intake)
    assert client.get(f"/k/{made.link}").status_code == 200, "the old one is good until the new one is there"
    newer.hand_over(by=desk.intake, note="旧卡丢了")
    assert client.get(f"/k/{made.link}").status_code == 410
    assert client.get(f"/k/{fresh.link}").status_code == 200


def test_no_agency_makes_or_hands_over_a_card(desk, elsewhere):
    card, _made = ReceiptCard.make(desk.establishment, by=desk.intake)
    for user in (desk.clerk, desk.head, desk.officer, desk.registrar, elsewhere.intake):
        with pytest.raises(NotYours):
            ReceiptCard.make(desk.establishment, by=user)
        with pytest.raises(NotYours):
            card.hand_over(by=user, note="我来交")
    agent = make.a_user("AGENT", county=desk.county)
    card.hand_over(by=agent, note="送到店里，当面交给经营者")
    record = card.history.get(verb="hand_over")
    assert (record.actor_name, record.history_change_reason) == (agent.name, "送到店里，当面交给经营者")


def test_digits_of_a_card_are_good_at_its_own_plate_only_and_guesses_are_few(desk, notice):
    _plate, made = a_card(desk)
    other = make.an_enterprise(desk.county)
    with pytest.raises(Refused):
        ReceiptCard.match(other, made, "192.0.2.9")
    for _n in range(10):
        with pytest.raises(Refused):
            ReceiptCard.match(desk.establishment, WRONG, "192.0.2.1")
    with pytest.raises(TooMany):
        ReceiptCard.match(desk.establishment, made, "192.0.2.1")
    assert ReceiptCard.match(desk.establishment, made, "192.0.2.2")


def test_a_plate_and_a_card_betray_no_unannounced_notice(client, desk):
    notice = desk.issued(telling="UNANNOUNCED", no_telling_ground="食品安全法第109条", tell_on=None)
    _plate, made = a_card(desk)
    assert notice.label not in client.get(f"/k/{made.link}").content.decode()
    Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    assert notice.label in client.get(f"/k/{made.link}").content.decode()


# --- questions --------------------------------------------------------------------------------------
def test_the_rest_opens_by_what_was_answered_and_nothing_unopened_is_kept(client, notice):
    _digits, link = by_letter(notice)
    client.post(link, answers(money="YES", money_amount="200.50", money_ticket="NO", goods="NO", goods_kinds=["GIFT"], arrived="09:30"))
    receipt = Receipt.objects.get()
    assert receipt.more_answers == {"money_amount": 20050, "money_ticket": "NO", "arrived": "09:30"}
    assert ("多少元？", "200.50") in receipt.lines


def test_an_answer_that_is_none_is_refused_in_words(client, notice):
    _digits, link = by_letter(notice)
    for wrong in ({"arrived": "半夜"}, {"money": "YES", "money_amount": "很多"}, {"goods": "YES", "goods_kinds": ["CAR"]}, {"boss": "X"}):
        assert client.post(link, answers(**wrong)).status_code == 422, wrong
    assert Receipt.objects.count() == 0


def test_questions_are_data_and_an_old_receipt_keeps_its_own(desk, notice):
    digits, _link = by_letter(notice)
    old = Receipt.give(notice, code=digits, answers={"notice_shown": "NO", "overall": 2, "boss": "BOSS"})
    lines = json.loads((Path(settings.BASE_DIR) / "receipts/data/questions-2.json").read_text(encoding="utf-8"))
    for line in lines:
        if line["code"] == "boss":
            line["zh"] = "让老板来了吗？"
    with pytest.raises(NotYours):
        QuestionSet.publish(by=desk.clerk, starts=desk.county.today(), source="县办法", lines=lines)
    with pytest.raises(Refused):
        QuestionSet.publish(by=make.system(), starts=desk.county.today(), source="县办法", lines=lines[1:])
    QuestionSet.publish(by=make.system(), starts=desk.county.today(), source="县办法", lines=lines)
    new = Receipt.give(notice, code=digits, answers={"notice_shown": "NO", "overall": 2, "boss": "BOSS"})
    assert (old.questions, new.questions) == (2, 3)
    assert ("要求老板到场或者交书面材料了吗？", "要老板到场") in Receipt.objects.get(pk=old.pk).lines
    assert ("让老板来了吗？", "要老板到场") in new.lines


def test_the_only_county_of_an_installation_changes_its_questions_itself(db):
    desk = make.Desk()
    lines = json.loads((Path(settings.BASE_DIR) / "receipts/data/questions-2.json").read_text(encoding="utf-8"))
    QuestionSet.publish(by=desk.issuer, starts=desk.county.today(), source="县办法", lines=lines)
    assert QuestionSet.in_force(desk.county.today()).version == 3


def test_no_county_changes_the_questions_of_another(desk, elsewhere):
    lines = json.loads((Path(settings.BASE_DIR) / "receipts/data/questions-2.json").read_text(encoding="utf-8"))
    with pytest.raises(NotYours, match="几个县共用"):
        QuestionSet.publish(by=desk.issuer, starts=desk.county.today(), source="县办法", lines=lines)
    QuestionSet.publish(by=make.system(), starts=desk.county.today(), source="各县一致", lines=lines)
    assert QuestionSet.in_force(desk.county.today()).version == 3


# --- the promise ------------------------------------------------------------------------------------
def test_the_promise_is_signed_over_what_was_sent_and_says_nothing_of_it(client, notice):
    _digits, link = by_letter(notice)
    answer = client.post(link, answers(words="金丝雀", overall="1"))
    receipt = Receipt.objects.get()
    promise = receipt.promise
    assert is_good(promise, public_key())
    assert promise["key"] == key_id(public_key())
    assert digest_of(bytes.fromhex(receipt.proof["salt"]), receipt.proof["sent"]) == promise["digest"]
    for name in ("number", "digest", "at", "county"):
        assert not is_good({**promise, name: promise[name][::-1] + "x"}, public_key())
    page = client.get(answer["Location"]).content.decode()
    assert f"已存证，编号 {receipt.number}，任何人不能删除" in page
    assert "还没有对外公布" in page, "the page tells truly that proofs are not yet published"
    assert "金丝雀" not in page
    assert "不满意" not in page
    assert receipt.salt not in page, "who is shown the page can try no answers out"
    picture = client.get(answer["Location"] + ".png")
    assert Image.open(io.BytesIO(picture.content)).format == "PNG"
    assert len(picture.content) < 30_000


def test_the_number_answers_that_it_is_kept_and_nothing_more(client, notice):
    _digits, link = by_letter(notice)
    client.post(link, answers())
    first = Receipt.objects.get()
    client.post(link, answers(overall="1"))
    page = client.get(f"/kept?number={first.number.lower()}")
    assert page.status_code == 200
    text = page.content.decode()
    assert "已存证" in text
    assert notice.label not in text
    assert client.get("/kept?number=0000000000").status_code == 404
    assert client.get("/kept").status_code == 200


# --- limits -----------------------------------------------------------------------------------------
def test_too_many_sendings_of_one_code_are_refused_and_those_kept_stay(client, desk, notice):
    digits, _link = by_letter(notice)
    most = desk.county.rule("receipt.sends_per_day")
    for _n in range(most):
        Receipt.give(notice, code=digits, answers={"notice_shown": "YES", "overall": 5})
    with pytest.raises(TooMany):
        Receipt.give(notice, code=digits, answers={"notice_shown": "YES", "overall": 5})
    assert Receipt.objects.count() == most


def test_keys_of_addresses_are_destroyed_after_thirty_days(desk, notice):
    from accounts.models import AddressKey

    digits, _link = by_letter(notice)
    receipt = Receipt.give(notice, code=digits, answers={"notice_shown": "YES", "overall": 5}, address="192.0.2.77")
    assert receipt.came_from
    assert AddressKey.digest("192.0.2.77") == receipt.came_from
    assert Knock.objects.exists()
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=31)):
        assert AddressKey.forget_due(by=make.system()) == 1
        assert not Knock.objects.exists()
        assert AddressKey.digest("192.0.2.77") != receipt.came_from, "nobody can try addresses out any more"


def test_marks_make_the_office_look_twice_and_delete_nothing(desk):
    from receipts.models import Mark, marks_of

    first, second = desk.issued(), desk.issued(targets=[make.an_enterprise(desk.county)])
    Visit.arrive(by=desk.officer, notice=first, officers=[desk.officer_row])
    said = {"notice_shown": "YES", "overall": 5, "words": "态度很好，服务周到"}
    one = Receipt.give(first, code=ReceiptCode.hand_out(first, by=desk.intake, note="持执照"), answers=said, address="192.0.2.7")
    two = Receipt.give(second, code=ReceiptCode.hand_out(second, by=desk.intake, note="持执照"), answers=said, address="192.0.2.7")
    found = marks_of(list(Receipt.objects.select_related("county", "code")))
    assert found[one.pk] == [Mark.QUICK, Mark.SAME_WORDS, Mark.SAME_NETWORK]
    assert found[two.pk] == [Mark.SAME_WORDS, Mark.SAME_NETWORK]
    assert Receipt.objects.counted().count() == 2


# --- paper ------------------------------------------------------------------------------------------
def a_scan():
    from receipts.models import keep_picture

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return keep_picture(out.getvalue())


def test_paper_is_typed_in_by_office_or_agent_with_its_scan_and_marked(desk, notice):
    said = {"notice_shown": "NO", "overall": 2}
    agent = make.a_user("AGENT", county=desk.county)
    for user in (desk.clerk, desk.officer, desk.auditor):
        with pytest.raises(NotYours):
            Receipt.take_in(notice, by=user, answers=said, scan=a_scan())
    with pytest.raises(Refused):
        Receipt.take_in(notice, by=agent, answers=said, scan=None)
    receipt = Receipt.take_in(notice, by=agent, answers=said, scan=a_scan())
    assert (receipt.assurance, receipt.history.get().actor_name) == (Assurance.PAPER, agent.name)
    assert Receipt.objects.counted().get() == receipt


def test_what_is_typed_in_replaces_no_receipt_that_the_enterprise_gave_itself(desk, notice):
    own = Receipt.give(
        notice, code=ReceiptCode.hand_out(notice, by=desk.intake, note="持执照"), answers={"notice_shown": "NO", "overall": 1}
    )
    Receipt.take_in(notice, by=desk.intake, answers={"notice_shown": "YES", "overall": 5}, scan=a_scan())
    assert list(Receipt.objects.counted()) == [own]


def test_a_village_agent_sees_no_notice_receipt_or_complaint(desk, signed_in, notice):
    agent = make.a_user("AGENT", county=desk.county)
    browser = signed_in(agent)
    assert browser.get("/intake/").status_code == 200
    assert browser.get("/receipts/").status_code == 403
    assert browser.get("/complaints/").status_code == 403
    assert browser.get(notice.get_absolute_url()).status_code == 404
    assert notice.label not in browser.get("/notices/").content.decode()


def test_a_paper_receipt_is_typed_in_on_the_page(desk, signed_in, notice):
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "JPEG")
    picture.name, _ = "scan.jpg", picture.seek(0)
    sent = {"year": notice.year, "number": notice.number, "notice_shown": "YES", "overall": "3", "scan": picture}
    page = signed_in(desk.intake).post("/intake/receipt/", sent)
    receipt = Receipt.objects.get()
    assert receipt.number in page.content.decode()
    assert signed_in(desk.auditor).get(f"/receipts/{receipt.uid}/scan/").content[:2] == b"\xff\xd8"


def test_codes_of_another_county_a_void_notice_and_a_closed_window_are_each_said(client, desk, elsewhere, notice):
    _digits, link = by_letter(notice)
    theirs = elsewhere.issued()
    code = ReceiptCode.hand_out(theirs, by=elsewhere.intake, note="持执照")
    assert client.post(f"/r/{notice.address}/receipt", answers(code=code)).status_code == 422
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=60)):
        assert "截止" in client.get(link).content.decode()
        assert client.post(link, answers()).status_code == 410
    day = desk.county.today() + datetime.timedelta(days=2)
    coming = desk.issued(starts_on=day, ends_on=day)
    _digits, link = by_letter(coming)
    coming.void(by=desk.reviewer, note="错")
    void = client.post(link, answers())
    assert (void.status_code, "作废" in void.content.decode()) == (410, True)
    with pytest.raises(Gone):
        Receipt.refuse_at_wrong_time(type(coming).objects.get(pk=coming.pk))
    assert Receipt.objects.count() == 0


def test_levels_of_assurance_are_kept_apart(desk, signed_in):
    from receipts.models import by_assurance

    for way, overall in (("COUNTER", 5), ("CALLBACK", 1), ("COUNTER", 2)):
        notice = desk.issued(targets=[make.an_enterprise(desk.county)])
        code = ReceiptCode.hand_out(notice, by=desk.intake, note="核对过", way=way)
        Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": overall})
    assert by_assurance(desk.county) == [("备案机关电话回访发码", 1, 0), ("窗口核验证照发码", 2, 1)]
    assert "窗口核验证照发码" in signed_in(desk.auditor).get("/receipts/").content.decode()


def test_form_style_and_script_weigh_less_than_30_kb_together(client, notice):
    _digits, link = by_letter(notice)
    static = sum(len((Path(settings.BASE_DIR) / "static" / name).read_bytes()) for name in ("public.css", "receipt.js"))
    assert len(client.get(link).content) + static < 30_000
    assert len(client.get("/report").content) + static < 30_000
