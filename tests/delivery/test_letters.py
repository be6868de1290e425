"""Letters leave once; one that cannot leave waits longer each time and holds up nobody."""

import datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from audit.models import signed
from delivery.adapters import console
from delivery.models import Letter
from tests import make


def write(desk, **facts):
    with signed(by=make.system(), verb="write"):
        return Letter.objects.create(
            **{"county": desk.county.code, "about": "试", "address": "13912345678", "subject": "主题", "body": "正文", **facts}
        )


def test_a_letter_leaves_once_and_its_words_are_blanked(desk):
    letter = write(desk)
    assert [Letter.send_due(by=make.system()) for _i in range(2)] == [1, 0]
    letter.refresh_from_db()
    assert (letter.body, letter.tries, letter.fault, letter.sent_at is None) == ("", 1, "", False)
    assert (Path(settings.OUTBOX_DIR) / f"{letter.uid}.txt").read_text() == "致：13912345678\n主题：主题\n\n正文\n"
    assert [r.verb for r in letter.history.order_by("history_id")] == ["write", "send"]
    assert ["body" in r.personal for r in letter.history.order_by("history_id")] == [True, False]


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
    for n in range(1, 13):
        with time_machine.travel(now, tick=False):
            assert Letter.send_due(by=make.system()) == (1 if n == 1 else 0)
        letter.refresh_from_db()
        assert (letter.body, letter.tries, letter.fault, letter.sent_at) == ("正文", n, "disk full", None)
        waits.append((letter.due_at - now).total_seconds() / 60)
        now = letter.due_at
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440]
    other.refresh_from_db()
    assert other.sent_at is not None
    monkeypatch.setattr(console, "send", real)
    with time_machine.travel(now, tick=False):
        assert Letter.send_due(by=make.system()) == 1
    letter.refresh_from_db()
    assert (letter.body, letter.fault) == ("", "")


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
