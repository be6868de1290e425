"""Letters leave once, their secret sealed until then; one that cannot leave waits longer each time and holds up nobody."""

import datetime
from pathlib import Path

import pytest
import time_machine
from cryptography.exceptions import InvalidTag
from django.conf import settings

from audit.models import Refused, signed
from delivery import sealing
from delivery.adapters import console
from delivery.models import Letter
from tests import make


def write(desk, **facts):
    with signed(by=make.system(), verb="write"):
        return Letter.write(
            **{"county": desk.county.code, "about": "试", "address": "13912345678", "subject": "主题", "body": "正文", **facts}
        )


def test_a_letter_leaves_once_and_its_secret_is_blanked(desk):
    letter = write(desk, body="正文，码 {code}。", secret="1234 5678 9012")
    assert letter.unsealed() == "正文，码 1234 5678 9012。"
    assert [Letter.send_due(by=make.system()) for _i in range(2)] == [1, 0]
    letter.refresh_from_db()
    assert (letter.text, letter.sealed, letter.tries, letter.fault, letter.sent_at is None) == (
        "正文，码 •••• •••• ••••。",
        "",
        1,
        "",
        False,
    )
    assert (Path(settings.OUTBOX_DIR) / f"{letter.uid}.txt").read_text() == "致：13912345678\n主题：主题\n\n正文，码 1234 5678 9012。\n"
    assert [r.verb for r in letter.history.order_by("history_id")] == ["write", "send"]
    assert ["sealed" in r.personal for r in letter.history.order_by("history_id")] == [True, False]


def test_a_letter_leaves_when_it_is_due_and_not_before(desk):
    now = datetime.datetime.now(datetime.UTC)
    letter = write(desk, due_at=now + datetime.timedelta(hours=2))
    assert Letter.send_due(by=make.system()) == 0
    with time_machine.travel(now + datetime.timedelta(hours=2, seconds=1)):
        assert Letter.send_due(by=make.system()) == 1
    letter.refresh_from_db()
    assert letter.sent_at is not None


def test_a_letter_that_cannot_leave_keeps_its_words_and_waits_longer_each_time(desk, monkeypatch):
    letter, other = write(desk), write(desk, body="另一封")
    real = console.send

    def disk_full(row):
        if row.pk == letter.pk:
            raise OSError("disk full")
        real(row)

    monkeypatch.setattr(console, "send", disk_full)
    now, waits = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1), []
    for n in range(1, 12):
        with time_machine.travel(now, tick=False):
            assert Letter.send_due(by=make.system()) == (1 if n == 1 else 0)
        letter.refresh_from_db()
        assert (letter.body, letter.tries, letter.fault, letter.sent_at) == ("正文", n, "disk full", None)
        waits.append((letter.due_at - now).total_seconds() / 60)
        now = letter.due_at
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440]
    other.refresh_from_db()
    assert other.sent_at is not None
    monkeypatch.setattr(console, "send", real)
    with time_machine.travel(now, tick=False):
        assert Letter.send_due(by=make.system()) == 1
    letter.refresh_from_db()
    assert (letter.fault, letter.sent_at is None) == ("", False)


def test_a_letter_sent_again_after_a_crash_is_the_same_file(desk):
    letter = write(desk)
    console.send(letter)
    console.send(letter)
    assert len(list(Path(settings.OUTBOX_DIR).glob(f"*{letter.uid}*"))) == 1


def test_a_letter_whose_sending_cannot_be_remembered_has_not_been_sent(desk, monkeypatch):
    letter = write(desk)

    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(Letter.history.model, "save", fail)
    with pytest.raises(RuntimeError):
        Letter.send_due(by=make.system())
    letter.refresh_from_db()
    assert (letter.sent_at, letter.body, letter.tries) == (None, "正文", 0)
    monkeypatch.undo()
    now = datetime.datetime.now(datetime.UTC)
    for minutes, left in ((4, 0), (6, 1)):  # in the hands of who has died, until the lease runs out
        with time_machine.travel(now + datetime.timedelta(minutes=minutes), tick=False):
            assert Letter.send_due(by=make.system()) == left


def test_a_letter_that_never_leaves_is_given_up_seen_and_loses_its_secret(desk, monkeypatch):
    letter, now = write(desk, body="码 {code}", secret="1234 5678 9012"), datetime.datetime.now(datetime.UTC)

    def down(row):
        raise OSError("gateway down")

    monkeypatch.setattr(console, "send", down)
    while not letter.failed_at:
        assert letter.sealed
        with time_machine.travel(now, tick=False):
            Letter.send_due(by=make.system())
        letter.refresh_from_db()
        now = letter.due_at
    assert (letter.state, letter.tries, letter.sealed) == ("FAILED", 12, "")
    assert datetime.timedelta(days=2) < letter.failed_at - letter.written_at < datetime.timedelta(days=3)
    assert list(Letter.objects.failed()) == [letter]
    assert not Letter.objects.due(now + datetime.timedelta(days=30)).exists()
    assert letter.history.latest("history_id").verb == "give_up"


def test_a_letter_is_not_tried_again_where_that_cannot_help(desk):
    letter = write(desk, address="没有号码")
    assert Letter.send_due(by=make.system()) == 0
    letter.refresh_from_db()
    assert (letter.state, letter.tries) == ("FAILED", 1)


def test_nobody_but_the_clock_of_its_county_sends_a_letter(desk):
    letter = write(desk)
    assert Letter.send_due(by=desk.intake) == 0
    letter.refresh_from_db()
    assert letter.state == "WAITING"


def test_two_workers_do_not_send_one_letter(desk, monkeypatch):
    letter, taken = write(desk), []

    def meanwhile(row):
        taken.append(Letter.send_due(by=make.system()))

    monkeypatch.setattr(console, "send", meanwhile)
    assert Letter.send_due(by=make.system()) == 1
    assert taken == [0]
    letter.refresh_from_db()
    assert letter.tries == 1


def test_what_a_letter_says_of_its_way(desk, settings):
    ways = [("13912345678", "", "sms"), ("a@b.example", "", "email"), ("", "", "paper"), ("139", "paper", "paper")]
    assert [write(desk, address=address, channel=channel).way for address, channel, _way in ways] == [way for _a, _c, way in ways]
    settings.DELIVERY = {"sms": "", "email": "console"}
    assert write(desk).way == "paper"
    with pytest.raises(Refused, match="没有收信地址"):
        write(desk, channel="sms", address=" ")


def test_a_secret_has_its_place_in_the_words(desk):
    with pytest.raises(ValueError, match="code"):
        write(desk, secret="1")
    assert write(desk, body="他写的是 {code}").unsealed() == "他写的是 ｛code｝"


def test_a_letter_of_one_key_is_written_once(desk):
    first, second = write(desk, once="超期 1"), write(desk, once="超期 1", body="别的话")
    assert (second.pk, second.body) == (first.pk, "正文")
    assert write(desk, once="超期 2").pk != first.pk


def test_a_secret_opens_in_its_own_letter_alone(desk):
    one, other = (write(desk, body="码 {code}", secret=secret) for secret in ("1111 1111 1111", "2222 2222 2222"))
    assert "1111" not in one.sealed
    one.sealed = other.sealed
    with pytest.raises(InvalidTag):
        one.unsealed()
    printed = write(desk, channel="paper", body="码 {code}", secret="3333 3333 3333")
    with pytest.raises(InvalidTag):
        sealing.unseal(printed.sealed, to="letters-out", letter=printed.uid)
    assert printed.unsealed() == "码 3333 3333 3333"


def test_an_inbox_letter_stays_in_the_house(desk):
    letter = write(desk, channel="inbox", reader=desk.clerk.pk, link="/plans/", address="")
    assert Letter.send_due(by=make.system()) == 0
    assert list(Letter.objects.in_inbox_of(desk.clerk.pk)) == [letter]
    assert not Letter.objects.in_inbox_of(desk.head.pk).exists()
    assert not (Path(settings.OUTBOX_DIR) / f"{letter.uid}.txt").exists()


def test_a_paper_letter_waits_to_be_printed(desk):
    letter = write(desk, address="", enterprise=desk.establishment.enterprise.uid)
    assert Letter.send_due(by=make.system()) == 0
    assert list(Letter.objects.to_enterprise(desk.establishment.enterprise.uid)) == [letter]


def test_a_letter_written_before_secrets_were_sealed_loses_its_words_when_it_leaves(desk):
    with signed(by=make.system(), verb="write"):
        letter = Letter.objects.create(county=desk.county.code, about="试", address="139", subject="主题", body="码 1234 5678 9012")
    assert Letter.send_due(by=make.system()) == 1
    letter.refresh_from_db()
    assert (letter.body, [r.personal.keys() for r in letter.history.order_by("history_id")][-1]) == ("", {"address"})
