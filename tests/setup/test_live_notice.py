"""var/demo.json: a notice that can be scanned and answered today."""

import datetime
import io
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command

from audit.models import signed
from config.management.commands.live_notice import DEMO_PASSWORD, ROLES
from inspection.models import FilingNotice, InspectionPlan
from receipts.models import CodeTry, Receipt, ReceiptCode

from .. import make


@pytest.fixture
def demo(desk, settings, tmp_path):
    """A county whose people bear the names of the demo's sign-ins. Runs the command, returns what it wrote."""
    settings.VAR_DIR = tmp_path
    settings.BASE_URL = "http://127.0.0.1:8000"
    for role in ROLES:
        person = getattr(desk, role)
        person.username = role
        with signed(by=make.system(), verb="open"):
            person.save()

    def run():
        out = io.StringIO()
        call_command("live_notice", stdout=out)
        run.said = out.getvalue()
        return json.loads((tmp_path / "demo.json").read_text(encoding="utf-8"))

    return run


def notice_of(facts):
    return FilingNotice.objects.get(label=facts["live_notice"]["number"])


def answer(facts):
    notice = notice_of(facts)
    answers = {name: "" for name in Receipt.ANSWERS} | {"notice_shown": "YES", "overall": 5, "people": 2, "made_to": False}
    return Receipt.give(notice, code=facts["live_notice"]["receipt_code"], answers=answers)


def test_it_writes_what_it_promises(demo, desk):
    facts = demo()
    assert facts["base_url"] == "http://127.0.0.1:8000"
    assert {"role": "clerk", "username": "clerk", "password": DEMO_PASSWORD} in facts["users"]
    assert [user["role"] for user in facts["users"]] == list(ROLES)
    live, notice = facts["live_notice"], notice_of(facts)
    assert notice.status == FilingNotice.Status.ISSUED
    assert notice.document_id
    assert notice.covers(desk.county.today())
    assert live["scan_url"] == notice.scan_url
    assert live["scan_url"].startswith("HTTP://127.0.0.1:8000/R/")
    assert live["pdf_url"] == live["scan_url"] + "/notice.pdf"
    assert ReceiptCode.match(notice, live["receipt_code"]).way == ReceiptCode.Way.COUNTER
    assert desk.officer_row in [row.officer for row in notice.plan.officers.all()]
    assert notice.history.get(verb="issue").channel == "command"
    for said in (live["number"], live["scan_url"], live["pdf_url"], DEMO_PASSWORD, "经办人", "█"):
        assert said in demo.said


def test_it_opens_and_can_be_answered(demo, client):
    facts = demo()
    assert client.get(facts["live_notice"]["scan_url"], SERVER_NAME="127.0.0.1").status_code == 200
    assert answer(facts).pk


def test_the_same_day_it_is_used_again(demo):
    first = demo()
    assert demo() == first
    assert FilingNotice.objects.count() == 1
    assert not CodeTry.objects.exists()


def test_another_address_makes_a_new_one(demo, settings):
    first = demo()
    settings.BASE_URL = "http://127.0.0.1:9000"
    second = demo()
    assert second["live_notice"]["scan_url"].startswith("HTTP://127.0.0.1:9000/R/")
    assert second["live_notice"]["number"] != first["live_notice"]["number"]


def test_an_answered_one_is_followed_by_another(demo):
    first = demo()
    answer(first)
    assert demo()["live_notice"]["number"] != first["live_notice"]["number"]


def test_a_replaced_code_a_void_and_a_past_day_are_followed_by_another(demo, desk):
    first = demo()
    ReceiptCode.hand_out(notice_of(first), by=desk.intake, note="原件已核对")
    second = demo()
    notice_of(second).void(by=desk.reviewer, note="填写有误")
    third = demo()
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=4)):
        for person in (desk.clerk, desk.head):
            person.refresh_from_db()
        fourth = demo()
        assert notice_of(fourth).covers(desk.county.today())
    assert len({f["live_notice"]["number"] for f in (first, second, third, fourth)}) == 4


@pytest.mark.parametrize("text", ["", "{", "[]", '{"live_notice": null, "base_url": "x"}'])
def test_a_broken_file_is_written_anew(demo, tmp_path, text):
    (tmp_path / "demo.json").write_text(text, encoding="utf-8")
    assert notice_of(demo()).status == FilingNotice.Status.ISSUED


def test_without_the_demo_county_it_says_what_to_run(desk, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    with pytest.raises(CommandError, match=r"manage\.py demo"):
        call_command("live_notice")
    assert not InspectionPlan.objects.exists()
    assert not (tmp_path / "demo.json").exists()
