import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.models import Attempt, Refused
from config import tasks
from delivery.models import Letter
from inspection.models import FilingNotice


def test_the_sweep_issues_a_notice_and_sends_its_code(desk, settings):
    notice = desk.numbered()
    call_command("work", "--once")
    notice.refresh_from_db()
    assert notice.status == FilingNotice.Status.ISSUED
    letter = Letter.objects.get(about=notice.label)
    assert letter.sent_at
    assert letter.sealed == ""
    text = (settings.OUTBOX_DIR / f"{letter.uid}.txt").read_text(encoding="utf-8")
    assert notice.scan_url in text
    signed = notice.history.get(verb="issue")
    assert (signed.actor_name, signed.channel) == ("系统", "task")


def test_a_second_round_finds_nothing_to_do(desk):
    desk.numbered()
    assert tasks.sweep() >= 3  # a paper, a code, a letter, and their places in the order
    assert tasks.sweep() == 0


def test_a_task_that_fails_stops_no_other(desk, monkeypatch):
    ran = []

    def breaks(*, by):
        raise ZeroDivisionError

    def counts(*, by):
        ran.append(by)
        return 1

    monkeypatch.setattr(tasks, "TASKS", [breaks, counts])
    with pytest.raises(CommandError, match="breaks"):
        call_command("work", "--once")
    assert ran == [User.objects.system()]


def test_what_the_clock_is_refused_is_kept_once(desk, monkeypatch):
    def refused(*, by):
        raise Refused("不行")

    monkeypatch.setattr(tasks, "TASKS", [refused])
    monkeypatch.setattr(tasks, "_kept", set())
    for _round in range(2):
        with pytest.raises(tasks.Faulty):
            tasks.sweep()
    kept = Attempt.objects.get()
    assert (kept.message, kept.channel, kept.actor_name) == ("不行", "task", "系统")


def test_before_the_founding_the_sweep_waits(db):
    assert tasks.sweep() == 0
