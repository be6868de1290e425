"""The ways out: short message by template, e-mail, paper printed once; and letters sent again."""

import datetime
import logging
import re
import smtplib

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import translation

from accounts.models import DoorKey
from audit.models import Gone, NotYours, Refused, WrongMoment, signed
from config import tasks
from delivery import adapters
from delivery.apps import letters_can_leave
from delivery.models import Letter
from inspection.models import Visit
from receipts.models import ReceiptCode
from tests import make

CODE = r"\d{4} \d{4} \d{4}"
UNANNOUNCED = {"telling": "UNANNOUNCED", "tell_on": None, "no_telling_ground": "举报属实"}


def write(desk, **facts):
    with signed(by=make.system(), verb="write"):
        return Letter.write(
            **{"county": desk.county.code, "about": "试", "address": "13912345678", "subject": "主题", "body": "正文", **facts}
        )


def out():
    """Return the one letter with a code: of other things other letters tell."""
    return Letter.objects.get(kind="receipt-code", replaced_at=None)


def send(letter):
    Letter.send_due(by=make.system())
    letter.refresh_from_db()
    return letter.state, letter.fault


# --- short messages ------------------------------------------------------------------------------
def test_a_code_goes_out_by_template_and_names_office_number_and_code(desk, gateway):
    desk.establishment.enterprise.contact.change(by=desk.intake, person="李", phone="13912345678", note="核对执照")
    notice = desk.issued()
    tasks.sweep()
    ((phone, text),) = gateway.messages.values()
    assert phone == "13912345678"
    assert text.startswith(f"【沂水优化办】{desk.county.office_name}通知：备案通知书{notice.label}，")
    assert "0539-0000000" in text
    assert ReceiptCode.match(notice, re.search(CODE, text)[0]).way == "LETTER"


def test_the_link_arrives_by_short_message_and_opens_the_receipt(client, desk, gateway):
    desk.establishment.enterprise.contact.change(by=desk.intake, person="李", phone="13912345678", note="核对执照")
    desk.visited()
    tasks.sweep()
    ((_phone, text),) = gateway.messages.values()
    address = re.search(rf"{settings.BASE_URL}(/\S+) ", text)[1]
    page = client.get(address)
    assert (page.status_code, 'name="overall"' in page.content.decode()) == (200, True)


def test_the_link_to_its_own_page_arrives_by_short_message(client, desk, gateway):
    enterprise = desk.establishment.enterprise
    enterprise.contact.change(by=desk.intake, person="李", phone="13912345678", note="核对执照")
    DoorKey.ask(enterprise.identifier, address="192.0.2.1")
    tasks.sweep()
    ((_phone, text),) = gateway.messages.values()
    assert client.post(re.search(rf"{settings.BASE_URL}(/\S+) ", text)[1]).status_code == 302
    assert str(enterprise) in client.get("/mine/").content.decode()


def test_a_code_made_by_an_english_reader_still_fits_the_template(desk, gateway):
    desk.establishment.enterprise.contact.change(by=desk.intake, person="李", phone="13912345678", note="核对执照")
    notice = desk.issued()
    with translation.override("en"):
        ReceiptCode.send_anew(notice, by=desk.intake, note="lost")
    tasks.sweep()
    ((_phone, text),) = gateway.messages.values()
    assert re.search(rf"回执码{CODE}填写", text)


def test_a_letter_without_a_template_of_its_own_says_what_it_is_about(desk, gateway):
    assert send(write(desk)) == ("SENT", "")
    assert list(gateway.messages.values()) == [("13912345678", "【沂水优化办】主题（试）。详情请登录明检查看，或者致电备案机关。")]


ENDINGS = {
    "void": (lambda desk, notice: notice.void(by=desk.reviewer, note="企业名称有误"), "已经作废"),
    "withdrawn": (lambda desk, notice: notice.plan.withdraw(by=desk.clerk, note="不去了"), "已经撤回，检查不再进行"),
    "changed": (lambda desk, notice: postponed(desk, notice.plan), "已经变更，由新的通知书代替，请以新的为准"),
}


def postponed(desk, plan):
    days = {"starts_on": plan.starts_on + datetime.timedelta(days=3), "ends_on": plan.ends_on + datetime.timedelta(days=3)}
    plan.ask_change(by=desk.clerk, kind="POSTPONE", note="改期", **days)
    plan.postpone(by=desk.head)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_message_that_a_notice_holds_no_more_says_all_by_itself(desk, gateway, ending):
    desk.establishment.enterprise.contact.change(by=desk.intake, person="李", phone="13912345678", note="核对执照")
    day = desk.county.today() + datetime.timedelta(days=5)
    notice = desk.issued(starts_on=day, ends_on=day)
    end, what = ENDINGS[ending]
    with translation.override("en"):  # whatever language the person who acts reads
        end(desk, notice)
    letter = Letter.objects.get(kind="notice-ended")
    assert send(letter) == ("SENT", "")
    ((_phone, text),) = gateway.messages.values()
    county = desk.county
    for fact in (county.office_name, desk.agency.name, notice.label, what, county.supervision_phone):
        assert fact in text, fact
        assert fact in letter.body, fact
    assert ("企业名称有误" in letter.body, "登录" in text) == (ending == "void", False)


def test_a_letter_asked_for_twice_is_one_message(desk, gateway):
    letter = write(desk)
    adapters.send(letter)
    adapters.send(letter)
    assert len(gateway.messages) == 1


@pytest.mark.parametrize(
    ("wrong", "fault", "state"),
    [
        ({"key": "other"}, "the gateway answered 403", "WAITING"),
        ({"secret": "other"}, "the gateway answered 403", "WAITING"),
        ({"templates": {"letter": "T-NONE"}}, "短信网关未接受：template or its parameters", "WAITING"),
        ({"templates": {}}, "SMS_TEMPLATES names no template for letters of the kind 'letter'", "WAITING"),
        ({"url": "http://sms.example/send"}, "SMS_URL must begin with https://", "WAITING"),
    ],
)
def test_what_is_wrong_with_the_gateway_can_be_mended_so_the_letter_waits(desk, gateway, settings, wrong, fault, state):
    settings.SMS = {**settings.SMS, **wrong}
    found, said = send(write(desk))
    assert (found, fault in said) == (state, True)
    assert gateway.messages == {}


def test_a_number_that_is_none_is_given_up_at_once(desk, gateway):
    state, said = send(write(desk, address="0539-1234567"))
    assert (state, said) == ("FAILED", "短信网关未接受：no such number")


def test_a_gateway_that_hears_an_old_request_takes_nothing(desk, gateway):
    with time_machine.travel(datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=10)):
        letter = write(desk)
        with pytest.raises(RuntimeError, match="403"):
            # The stand-in lives in this process: its clock is put right while it judges.
            gateway_now(gateway, lambda: adapters.send(letter))
    assert gateway.messages == {}


def gateway_now(gateway, act):
    real, now = gateway.take, datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=10)

    def judged(*asked):
        with time_machine.travel(now):
            return real(*asked)

    gateway.take = judged
    act()


# --- e-mail ----------------------------------------------------------------------------------------
def test_an_e_mail_is_plain_text_and_known_by_its_letter(desk, gateway, settings):
    settings.DEFAULT_FROM_EMAIL = "office@example.gov.cn"
    letter = write(desk, address="boss@example.com", body="码 {code}", secret="1234 5678 9012")
    assert send(letter) == ("SENT", "")
    (message,) = mail.outbox
    assert (message.to, message.subject, message.body, message.from_email) == (
        ["boss@example.com"], "主题", "码 1234 5678 9012", "office@example.gov.cn",
    )  # fmt: skip
    assert message.extra_headers["Message-ID"].startswith(f"<{letter.uid}@")


@pytest.mark.parametrize(("code", "state"), [(550, "FAILED"), (450, "WAITING")])
def test_a_mailbox_that_is_closed_is_given_up_one_that_is_full_is_tried_again(desk, gateway, monkeypatch, code, state):
    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({"boss@example.com": (code, b"no")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    found, said = send(write(desk, address="boss@example.com"))
    assert found == state
    assert "boss@example.com" not in said


def test_settings_that_name_no_adapter_are_told_at_the_start(settings):
    settings.DELIVERY = {"sms": "pigeon", "email": ""}
    assert [m.id for m in letters_can_leave(None)] == ["delivery.E001"]
    settings.DELIVERY, settings.DEMO_MARK = {"sms": "console", "email": "smtp"}, False
    assert [m.id for m in letters_can_leave(None)] == ["delivery.W001"]
    settings.DELIVERY = {"sms": "", "email": ""}
    with pytest.raises(ImproperlyConfigured, match="SMS_ADAPTER"):
        adapters.adapter_of("sms")


# --- paper ----------------------------------------------------------------------------------------
def printed(letters):
    return "\n".join(words for _letter, words in letters).encode()


def test_paper_is_printed_once_by_the_intake_and_its_secret_is_gone(desk, elsewhere):
    letter = write(desk, address="", body="码 {code}", secret="1234 5678 9012")
    for person in (desk.auditor, desk.clerk, desk.officer, elsewhere.intake, make.system()):
        with pytest.raises(NotYours):
            Letter.print_out([letter], by=person, render=printed)
    assert Letter.print_out([letter], by=desk.intake, render=printed) == "码 1234 5678 9012".encode()
    letter.refresh_from_db()
    assert (letter.state, letter.sealed) == ("SENT", "")
    with pytest.raises(WrongMoment, match="已经打印"):
        Letter.print_out([letter], by=desk.intake, render=printed)
    assert [r.verb for r in letter.history.order_by("history_id")] == ["write", "print_out"]


def test_paper_that_cannot_be_made_has_not_been_printed(desk):
    letter = write(desk, address="", body="码 {code}", secret="1234 5678 9012")

    def jam(letters):
        raise Refused("字体画不出")

    with pytest.raises(Refused):
        Letter.print_out([letter], by=desk.intake, render=jam)
    assert Letter.print_out([letter], by=desk.intake, render=printed)


def test_two_who_print_at_once_get_one_paper(desk):
    letter = write(desk, address="", body="码 {code}", secret="1234 5678 9012")

    def meanwhile(letters):
        Letter.print_out([Letter.objects.get(pk=letter.pk)], by=desk.intake, render=printed)
        return b"too late"

    with pytest.raises(WrongMoment):
        Letter.print_out([letter], by=desk.intake, render=meanwhile)


# --- again ----------------------------------------------------------------------------------------
def test_sent_again_bears_a_new_code_and_the_old_one_is_dead(desk, gateway):
    contact = desk.establishment.enterprise.contact
    contact.change(by=desk.intake, person="李", phone="13912345678", note="核对执照")
    notice = desk.issued()
    tasks.sweep()
    old = out()
    contact.change(by=desk.intake, person="李", phone="13887654321", note="核对执照")
    new = old.again(by=desk.intake, note="企业来电称换了号码，已核对执照")
    tasks.sweep()
    (_first, one), (phone, two) = gateway.messages.values()
    assert phone == "13887654321"
    assert ReceiptCode.match(notice, re.search(CODE, two)[0])
    with pytest.raises(Gone, match="新的回执码"):
        ReceiptCode.match(notice, re.search(CODE, one)[0])
    old.refresh_from_db()
    assert (old.state, old.replaced_by) == ("REPLACED", new.uid)
    said = old.history.latest("history_id")
    assert (said.verb, said.actor_name, said.history_change_reason[:4]) == ("again", desk.intake.name, "企业来电")
    with pytest.raises(WrongMoment):
        old.again(by=desk.intake, note="再一次")


def test_sent_again_on_paper_waits_for_the_printer(desk):
    desk.issued()
    tasks.sweep()
    new = out().again(by=desk.intake, note="不用手机", channel="paper")
    assert (new.state, new.way) == ("TO_PRINT", "paper")
    assert re.search(CODE, Letter.print_out([new], by=desk.intake, render=printed).decode())


def test_a_letter_sent_again_by_an_english_reader_is_chinese(desk):
    desk.issued()
    tasks.sweep()
    old = out()
    with translation.override("en"):
        new = old.again(by=desk.intake, note="lost")
    assert (new.subject, new.body) == (old.subject, old.body)


def test_who_may_not_send_again(desk, elsewhere):
    letter = write(desk)
    for person in (desk.auditor, desk.clerk, desk.head, elsewhere.intake):
        with pytest.raises(NotYours):
            letter.again(by=person, note="要")
    with pytest.raises(Refused, match="为什么"):
        letter.again(by=desk.intake, note=" ")
    nobodys = write(desk, body="码 {code}", secret="1", kind="")
    with pytest.raises(Refused, match="不能重新生成"):
        nobodys.again(by=desk.intake, note="要")
    nobodys.refresh_from_db()
    assert nobodys.state == "WAITING"
    inbox = write(desk, channel="inbox", reader=desk.clerk.pk)
    with pytest.raises(NotYours):
        inbox.again(by=desk.intake, note="要")


def test_a_notice_void_before_its_days_sends_no_new_code(desk):
    day = desk.county.today() + datetime.timedelta(days=1)
    notice = desk.issued(starts_on=day, ends_on=day)
    tasks.sweep()
    notice.void(by=desk.reviewer, note="错")
    with pytest.raises(WrongMoment):
        out().again(by=desk.intake, note="要")


def test_words_without_a_secret_are_sent_again_as_they_are(desk):
    letter = write(desk, address="没有号码", once="一次")
    Letter.send_due(by=make.system())
    letter.refresh_from_db()
    new = letter.again(by=desk.intake, note="改用纸质", channel="paper")
    assert (new.body, new.way, new.once, letter.state) == ("正文", "paper", "", "REPLACED")


def test_words_to_an_enterprise_are_sent_again_to_its_contact_of_today(desk, gateway):
    contact = desk.establishment.enterprise.contact
    contact.change(by=desk.intake, person="李", phone="12345", note="核对执照")
    desk.issued().void(by=desk.reviewer, note="错")
    lost = Letter.objects.get(kind="notice-ended")
    assert send(lost)[0] == "FAILED"
    contact.change(by=desk.intake, person="李", phone="13887654321", note="核对执照")
    new = lost.again(by=desk.intake, note="企业换了号码，已核对执照")
    assert (send(new)[0], new.body, new.facts) == ("SENT", lost.body, lost.facts)
    assert [phone for phone, _text in gateway.messages.values()] == ["13887654321"]
    contact.erase(by=desk.intake, note="企业申请")
    assert new.again(by=desk.intake, note="没有收到").state == "TO_PRINT", "nowhere to send it: it is printed"


# --- the code stands in the delivered message alone -------------------------------------------------
def everything(caplog):
    """Return the whole database (every table; on SQLite the bytes of its files too) and the log, spaces taken out."""
    parts = [caplog.text]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                parts += [bytes(v).decode(errors="replace") if isinstance(v, bytes | memoryview) else str(v) for v in row]
    if connection.vendor == "sqlite":
        from pathlib import Path

        file = Path(connection.settings_dict["NAME"])
        parts += [f.read_bytes().decode(errors="replace") for f in (file, file.with_name(file.name + "-wal")) if f.exists()]
    return re.sub(r"\s", "", "".join(parts))


@pytest.fixture
def codes_of(monkeypatch):
    """The codes as they are made, so that they can be looked for."""
    made, real = [], ReceiptCode._make.__func__

    def remembered(cls, *args, **kwargs):
        made.append(real(cls, *args, **kwargs))
        return made[-1]

    monkeypatch.setattr(ReceiptCode, "_make", classmethod(remembered))
    return made


@pytest.mark.parametrize("case", ["waiting", "sent", "gateway says it back", "given up", "printed", "sent again"])
def test_a_code_stands_in_no_table_no_file_and_no_log(desk, gateway, caplog, codes_of, monkeypatch, case, tmp_path, settings):
    settings.OUTBOX_DIR = tmp_path
    caplog.set_level(logging.DEBUG)
    desk.establishment.enterprise.contact.change(by=desk.intake, person="李", phone="13912345678", note="核对执照")
    desk.issued()
    ReceiptCode.hand_out_due(by=make.system())
    letter = out()
    if case in ("gateway says it back", "given up"):

        def talkative(row):
            raise (adapters.Hopeless if case == "given up" else OSError)(f"cannot send {row.unsealed()} to {row.address}")

        monkeypatch.setattr(adapters.sms, "send", talkative)
    if case != "waiting":
        tasks.sweep()
        letter.refresh_from_db()
    if case == "gateway says it back":
        assert "cannot send" in letter.fault
        assert "13912345678" not in letter.fault + caplog.text
    if case == "printed":
        new = letter.again(by=desk.intake, note="改用纸质", channel="paper")
        assert codes_of[1] in re.sub(r"\s", "", Letter.print_out([new], by=desk.intake, render=printed).decode())
    if case == "sent again":
        letter.again(by=desk.intake, note="再发")
        tasks.sweep()
    assert len(codes_of) == (2 if case in ("printed", "sent again") else 1)
    text = everything(caplog)
    assert letter.about in text, "the search does find what is there"
    assert [code for code in codes_of if code in text] == []
    assert list(tmp_path.iterdir()) == []
    delivered = re.sub(r"\s", "", str(gateway.messages))
    sent = {"waiting": 0, "gateway says it back": 0, "given up": 0, "sent": 1, "printed": 1, "sent again": 2}[case]
    assert [code in delivered for code in codes_of].count(True) == sent


# --- an unannounced visit ---------------------------------------------------------------------------
def all_out(gateway):
    return len(gateway.messages), len(mail.outbox), Letter.objects.exclude(way="inbox").count()


@pytest.mark.parametrize("contact", ["13912345678", "boss@example.com"])
def test_of_an_unannounced_visit_nothing_leaves_before_it_is_opened(desk, gateway, contact):
    desk.establishment.enterprise.contact.change(by=desk.intake, person="李", phone=contact, note="核对执照")
    notice = desk.issued(**UNANNOUNCED)
    tasks.sweep()
    tasks.sweep()
    assert all_out(gateway) == (0, 0, 0)
    Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    tasks.sweep()
    tasks.sweep()
    assert sum(all_out(gateway)) == 2


def test_of_an_unannounced_visit_that_never_comes_the_letter_leaves_after_the_window(desk, gateway):
    desk.establishment.enterprise.contact.change(by=desk.intake, person="李", phone="13912345678", note="核对执照")
    notice = desk.issued(**UNANNOUNCED)
    end = desk.county.start_of(notice.ends_on + datetime.timedelta(days=1))
    for minutes, out in ((-1, (0, 0, 0)), (1, (1, 0, 1))):
        with time_machine.travel(end + datetime.timedelta(minutes=minutes), tick=False):
            tasks.sweep()
            assert all_out(gateway) == out
