"""The code that only the enterprise gets, and the receipt it opens."""

import datetime
import hashlib
import json
import logging
import uuid
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from accounts.models import RuleValue, User
from audit.models import Attempt, Gone, Leaf, NotYours, Refused, TooMany, WrongMoment, signed
from delivery.models import Letter
from inspection.models import FilingNotice, Visit
from receipts.models import CodeTry, Complaint, Receipt, ReceiptCode, spaced
from tests import make

ANSWERS = {"notice_shown": "YES", "overall": 4}
DAY = datetime.timedelta(days=1)


def hand_out(desk, notice):
    return ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照原件")


@pytest.fixture
def notice(desk):
    return desk.issued()


@pytest.fixture
def code(desk, notice):
    return hand_out(desk, notice)


def wrong(code):
    """Twelve digits that are not the code."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def test_only_the_intake_of_the_countys_office_hands_out_a_code(desk, elsewhere, notice):
    others = (desk.clerk, desk.head, desk.officer, desk.registrar, desk.reviewer, desk.issuer, desk.auditor, desk.finance)
    for user in (*others, elsewhere.intake, make.system()):
        with pytest.raises(NotYours):
            ReceiptCode.hand_out(notice, by=user, note="核对过")
    with pytest.raises(Refused) as refusal:
        ReceiptCode.hand_out(notice, by=desk.intake, note=" ")
    assert (refusal.value.field, ReceiptCode.objects.count()) == ("note", 0)
    digits = hand_out(desk, notice)
    assert (len(digits), digits.isdigit()) == (12, True)
    record = ReceiptCode.objects.get().history.get()
    assert (record.verb, record.actor_post, record.history_change_reason) == ("hand_out", "受理", "持营业执照原件")


def test_a_code_is_handed_out_only_for_a_notice_in_force(desk):
    numbered = desk.numbered()
    with pytest.raises(WrongMoment):
        hand_out(desk, numbered)
    numbered.void(by=desk.reviewer, note="错")
    with pytest.raises(WrongMoment):
        hand_out(desk, numbered)
    assert ReceiptCode.objects.count() == 0


@pytest.mark.parametrize("typed", ["plain", "spaced", "wide", "dashes"])
def test_a_right_code_is_known_however_it_is_typed(notice, code, typed):
    written = {
        "plain": code,
        "spaced": f"  {spaced(code)} ",
        "wide": spaced(code).translate(str.maketrans("0123456789 ", "０１２３４５６７８９　")),
        "dashes": spaced(code).replace(" ", "-"),
    }[typed]
    assert ReceiptCode.match(notice, written) == ReceiptCode.objects.get()
    assert CodeTry.objects.count() == 0


def test_a_wrong_code_is_refused_and_counted_and_one_of_another_length_is_not(notice, code):
    with pytest.raises(Refused) as refusal:
        ReceiptCode.match(notice, wrong(code))
    assert (refusal.value.field, "0539-0000000" in refusal.value.message, CodeTry.objects.count()) == ("code", True, 1)
    for short in ("", code[:11], code + "1"):
        with pytest.raises(Refused) as refusal:
            ReceiptCode.match(notice, short)
        assert f"您填了 {len(short)} 位" in refusal.value.message
    assert CodeTry.objects.count() == 1


def test_the_code_of_another_notice_is_a_wrong_code(desk, code):
    with pytest.raises(Refused):
        ReceiptCode.match(desk.issued(), code)


def test_a_code_replaced_by_a_newer_one_is_gone(desk, notice, code):
    newer = hand_out(desk, notice)
    with pytest.raises(Gone):
        ReceiptCode.match(notice, code)
    assert ReceiptCode.match(notice, newer).replaced_at is None
    assert ReceiptCode.objects.filter(replaced_at__isnull=True).count() == 1
    assert sorted(ReceiptCode.history.values_list("verb", flat=True)) == ["hand_out", "hand_out", "replace"]


def test_after_ten_wrong_codes_an_hours_rest_for_that_phone_and_no_other(notice, code):
    for _try in range(10):
        with pytest.raises(Refused):
            ReceiptCode.match(notice, wrong(code), "192.0.2.1")
    with pytest.raises(TooMany):
        ReceiptCode.match(notice, code, "192.0.2.1")
    assert ReceiptCode.match(notice, code, "192.0.2.2")
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=61)):
        assert ReceiptCode.match(notice, code, "192.0.2.1")
    assert CodeTry.objects.count() == 10
    assert "192.0.2" not in str(list(CodeTry.objects.values()))


def fewer_tries(desk, code, value):
    with signed(by=make.system(), verb="set"):
        RuleValue.objects.create(county=desk.county, code=code, value=value, starts=make.LONG_AGO, source="县规定")


def test_whoever_holds_the_notice_cannot_use_up_the_tries_of_the_enterprise(desk, notice, code):
    fewer_tries(desk, "receipt.wrong_per_day", "6")
    for n in range(6):
        with pytest.raises(Refused):
            ReceiptCode.match(notice, wrong(code), f"192.0.2.{n}")
    assert ReceiptCode.match(notice, code, "198.51.100.1"), "right digits from where nobody has guessed"
    assert ReceiptCode.match(notice, code, "192.0.2.1"), "one slip of the finger stops nobody"
    with pytest.raises(Refused):
        ReceiptCode.match(notice, wrong(code), "192.0.2.1")
    with pytest.raises(TooMany):
        ReceiptCode.match(notice, code, "192.0.2.1")
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=61)):
        assert ReceiptCode.match(notice, code, "192.0.2.1")


def test_all_addresses_of_one_line_are_one_guesser(desk, notice, code):
    fewer_tries(desk, "receipt.tries_per_hour", "3")
    for address in ("2001:db8:1:2::1", "2001:db8:1:2::2:3", "2001:db8:1:2:ffff:ffff:ffff:ffff"):
        with pytest.raises(Refused):
            ReceiptCode.match(notice, wrong(code), address)
    with pytest.raises(TooMany):
        ReceiptCode.match(notice, code, "2001:db8:1:2::77")
    assert ReceiptCode.match(notice, code, "2001:db8:1:3::77"), "the next line is another's"
    assert CodeTry.digest_of("::ffff:192.0.2.1") == CodeTry.digest_of("192.0.2.1")
    assert CodeTry.digest_of("no address") != CodeTry.digest_of("")


def test_a_county_may_allow_fewer_tries(desk, notice, code):
    fewer_tries(desk, "receipt.tries_per_hour", "1")
    with pytest.raises(Refused):
        ReceiptCode.match(notice, wrong(code))
    with pytest.raises(TooMany):
        ReceiptCode.match(notice, code)


def test_the_database_keeps_no_code_and_not_even_a_plain_hash_of_it(notice, code):
    stored = ReceiptCode.objects.get().hash
    assert stored.startswith("$argon2id$")
    assert code not in stored
    assert hashlib.sha256(code.encode()).hexdigest() not in stored
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    with pytest.raises(VerifyMismatchError):  # the pepper lies outside the database
        PasswordHasher().verify(stored, code)


def test_two_good_codes_for_one_notice_are_refused_by_the_database(desk, notice, code):
    hand_out(desk, notice)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE receipts_receiptcode SET replaced_at = NULL")


# --- the receipt -----------------------------------------------------------------------------------
def test_a_receipt_keeps_what_was_said_by_the_bearer_of_the_code(desk, notice, code):
    answers = {
        "certificates": "SOME", "notice_shown": "NO", "people": 3, "money": "YES", "goods": "NO", "disturbed": "YES",
        "overall": 1, "made_to": True, "words": "要了两条烟",
    }  # fmt: skip
    receipt = Receipt.give(notice, code=spaced(code), answers=answers)
    kept = Receipt.objects.values().get(pk=receipt.pk)
    assert {name: kept[name] for name in answers} == answers
    assert (receipt.agency, receipt.enterprise, receipt.code, receipt.county) == (
        desk.agency, notice.enterprise, ReceiptCode.objects.get(), desk.county,
    )  # fmt: skip
    record = receipt.history.get()
    assert (record.verb, record.actor_id, record.actor_name, record.actor_agency) == ("give", None, "回执码持有人", notice.label)


def test_facts_are_free_and_two_things_are_asked(notice, code):
    for missing in ("notice_shown", "overall"):
        with pytest.raises(Refused) as refusal:
            Receipt.give(notice, code=code, answers={k: v for k, v in ANSWERS.items() if k != missing})
        assert refusal.value.field == missing
    for overall in (0, 6, "5x"):
        with pytest.raises(Refused):
            Receipt.give(notice, code=code, answers={**ANSWERS, "overall": overall})
    assert Receipt.objects.count() == 0
    assert Receipt.give(notice, code=code, answers=ANSWERS).people is None


def test_a_second_receipt_counts_and_the_first_stays(desk, notice, code):
    first = Receipt.give(notice, code=code, answers=ANSWERS)
    second = Receipt.give(notice, code=code, answers={**ANSWERS, "overall": 1})
    other_notice = desk.issued()
    other = Receipt.give(other_notice, code=hand_out(desk, other_notice), answers=ANSWERS)
    assert list(Receipt.objects.order_by("pk")) == [first, second, other]
    assert list(Receipt.objects.counted().order_by("pk")) == [second, other]
    assert Receipt.objects.get(pk=first.pk).overall == 4


def test_the_same_receipt_sent_twice_is_one(desk, notice, code):
    uid = uuid.uuid4()
    first, again = (Receipt.give(notice, code=code, answers=ANSWERS, uid=uid) for _i in range(2))
    assert (first.pk, Receipt.objects.count(), Receipt.history.count()) == (again.pk, 1, 1)
    other = desk.issued()
    with pytest.raises(Refused):
        Receipt.give(other, code=hand_out(desk, other), answers=ANSWERS, uid=uid)


def test_no_receipt_without_the_code_before_the_time_or_for_a_notice_void_before_its_days(desk, notice, code):
    leaves = Leaf.objects.count()
    with pytest.raises(Refused):
        Receipt.give(notice, code=wrong(code), answers=ANSWERS)
    today = desk.county.today()
    coming = desk.issued(starts_on=today + 3 * DAY, ends_on=today + 4 * DAY)
    early = hand_out(desk, coming)
    with pytest.raises(WrongMoment):
        Receipt.give(coming, code=early, answers=ANSWERS)
    void = desk.issued(starts_on=today + 3 * DAY, ends_on=today + 4 * DAY)
    never = hand_out(desk, void)
    void.void(by=desk.reviewer, note="错")
    with pytest.raises(Gone):
        Receipt.give(FilingNotice.objects.get(pk=void.pk), code=never, answers=ANSWERS)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + 60 * DAY), pytest.raises(Gone):
        Receipt.give(coming, code=early, answers=ANSWERS)
    assert Receipt.objects.count() == 0
    assert Leaf.objects.filter(kind="act").count() > leaves  # the setting up of ``coming`` alone
    assert not any(json.loads(bytes(leaf.body))["verb"] == "give" and b"receipts_historicalreceipt\"" in bytes(leaf.body)
                   for leaf in Leaf.objects.all())  # fmt: skip


def test_the_database_refuses_a_sixth_grade(notice, code):
    Receipt.give(notice, code=code, answers=ANSWERS)
    with pytest.raises(IntegrityError, match="five_grades"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE receipts_receipt SET overall = 6")


def test_receipts_and_complaints_are_seen_by_the_countys_auditor_alone(desk, elsewhere, notice, code):
    Receipt.give(notice, code=code, answers=ANSWERS)
    Complaint.make(notice, category="MONEY", words="要钱", phone="139")
    people = {role: getattr(desk, role) for role in
              ("clerk", "head", "officer", "registrar", "intake", "reviewer", "issuer", "auditor", "finance")}  # fmt: skip
    people |= {"other auditor": elsewhere.auditor, "system": make.system()}
    for model in (Receipt, Complaint):
        seen = {who for who, user in people.items() if model.objects.visible_to(User.objects.get(pk=user.pk)).exists()}
        assert seen == {"auditor"}, model


# --- the letter ------------------------------------------------------------------------------------
def sweep():
    """One round of the sweep: letters are written, then sent."""
    system = make.system()
    return ReceiptCode.hand_out_due(by=system), Letter.send_due(by=system)


UNANNOUNCED = {"telling": "UNANNOUNCED", "tell_on": None, "no_telling_ground": "举报属实"}


def test_an_announced_enterprise_gets_its_letter_at_once_and_once(desk, notice):
    assert sweep() == (1, 1)
    assert sweep() == (0, 0)
    letter = Letter.objects.get(kind="receipt-code")
    assert (letter.address, letter.about, letter.county, letter.sealed) == ("13900000000", notice.label, "371323", "")
    assert letter.sent_at is not None
    (file,) = [f for f in Path(settings.OUTBOX_DIR).iterdir() if f.stem == str(letter.uid)]
    text = file.read_text()
    digits = text.split("回执码 ")[1][:14]
    assert ReceiptCode.match(notice, digits).way == "LETTER"
    for words in ("致：13900000000", notice.label, desk.agency.name, notice.scan_url, "0539-0000000", desk.county.office_name):
        assert words in text


def test_an_unannounced_enterprise_gets_nothing_until_somebody_is_at_the_door(desk):
    notice = desk.issued(**UNANNOUNCED)
    assert sweep() == (0, 0)
    Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    assert sweep() == (1, 1)


def test_an_unannounced_enterprise_nobody_came_to_gets_its_letter_after_the_last_day(desk):
    notice = desk.issued(**UNANNOUNCED)
    midnight = desk.county.start_of(notice.ends_on + DAY)
    with time_machine.travel(midnight - datetime.timedelta(minutes=1), tick=False):
        assert sweep() == (0, 0)
    with time_machine.travel(midnight + datetime.timedelta(minutes=1), tick=False):
        assert sweep() == (1, 1)


@pytest.mark.parametrize("case", ["numbered", "void", "counter"])
def test_who_gets_no_letter(desk, case):
    if case == "numbered":
        desk.numbered()
    elif case == "void":
        day = desk.county.today() + DAY
        desk.issued(starts_on=day, ends_on=day).void(by=desk.reviewer, note="错")
    else:
        hand_out(desk, desk.issued())
    # An enterprise that had been told is told of the void, too; no code goes with it.
    assert sweep() == (0, 1 if case == "void" else 0)


def without_contact(desk, **facts):
    return desk.issued(targets=[make.an_enterprise(desk.county, phone="")], **facts)


def test_an_enterprise_without_a_contact_gets_its_letter_on_paper(desk):
    notice = without_contact(desk)
    assert [sweep(), sweep()] == [(1, 0), (0, 0)], "nothing leaves by itself"
    letter = Letter.objects.to_print().get()
    assert (letter.about, letter.enterprise, letter.state) == (notice.label, notice.enterprise.uid, "TO_PRINT")
    words = Letter.print_out([letter], by=desk.intake, render=lambda rows: rows[0][1].encode()).decode()
    code = ReceiptCode.match(notice, words.split("回执码 ")[1][:14])
    assert (code.way, code.assurance) == ("LETTER", "REGISTER")


def test_an_enterprise_without_a_contact_is_told_on_paper_that_its_notice_is_void(desk):
    without_contact(desk).void(by=desk.reviewer, note="错")
    assert Letter.objects.to_print().filter(subject__contains="通知书变动").count() == 1


def test_before_an_unannounced_visit_nothing_lies_at_the_printer_either(desk):
    without_contact(desk, **UNANNOUNCED)
    without_contact(desk, **UNANNOUNCED).void(by=desk.reviewer, note="错")
    sweep()
    assert not Letter.objects.exclude(way="inbox").exists()


def test_where_the_contact_was_erased_the_letter_is_printed(desk, notice):
    desk.establishment.enterprise.contact.erase(by=desk.intake, note="企业申请")
    assert sweep() == (1, 0)
    assert Letter.objects.to_print().get().address == ""


def test_a_letter_that_cannot_be_written_hands_out_no_code(desk, notice, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(Letter.history.model, "save", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        ReceiptCode.hand_out_due(by=make.system())
    assert (ReceiptCode.objects.count(), Letter.objects.filter(kind="receipt-code").count()) == (0, 0)


# --- complaints ------------------------------------------------------------------------------------
def test_anybody_at_the_gate_may_complain_even_of_a_void_notice(desk, notice):
    notice.void(by=desk.reviewer, note="错")
    complaint = Complaint.make(notice, category="PEOPLE", words=" 来的人不对 ", phone=" 13800000000 ")
    assert (complaint.words, complaint.phone, complaint.county) == ("来的人不对", "13800000000", desk.county)
    record = complaint.history.get()
    assert (record.verb, record.actor_id, record.actor_name) == ("complain", None, "匿名举报人")
    with pytest.raises(Refused) as refusal:
        Complaint.make(notice, category="")
    assert refusal.value.field == "category"


# --- what was refused ------------------------------------------------------------------------------
def test_a_refused_attempt_is_kept_with_a_leaf_of_its_own(desk):
    refusal = Refused("不在目录内", field="item", facts={"item": "卫生费", "amount": "200.00"})
    attempt = Attempt.record(by=desk.registrar, act="POST /charges/new/", refusal=refusal)
    leaf = Leaf.objects.get(uid=attempt.leaf)
    facts = json.loads(bytes(leaf.body))
    assert (leaf.kind, facts["result"], [row["t"] for row in facts["rows"]]) == ("denied", "Refused", ["audit_attempt"])
    assert attempt.facts == refusal.facts
    assert "卫生费" not in bytes(leaf.body).decode()  # bound by its digest, not copied
    assert (attempt.actor_name, attempt.county, attempt.actor_agency) == (desk.registrar.name, "371323", desk.agency.name)


def test_nothing_personal_is_logged(desk, notice, caplog):
    with caplog.at_level(logging.DEBUG):
        sweep()
        text = caplog.text
    assert "13900000000" not in text
    assert "回执码 " not in text
