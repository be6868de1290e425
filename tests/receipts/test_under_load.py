"""Many at once, each twice, and the server killed in the middle: every acknowledged receipt is there, and each once.

A share runs always; 1,000 receipts, 2,000 sendings in a minute, under PROVE=1.
"""

import concurrent.futures
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid

import pytest
from django.conf import settings
from django.db import connection, connections

from accounts.models import RuleValue
from audit.models import signed
from receipts.models import Receipt, ReceiptCode
from tests import make
from tests.turns import PROVE as WHOLE
from tests.turns import on_postgresql, on_sqlite

from .cast import by_letter

MANY = 1000 if WHOLE else 24
HANDS = 16


def database_url():
    there = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{there['NAME']}"
    return f"postgres://{there['USER']}:{there['PASSWORD']}@{there['HOST']}:{there['PORT']}/{there['NAME']}"


class Server:
    """A real server over the test database, killed as a power cut would."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self):
        env = {
            **os.environ, "DATABASE_URL": database_url(), "KEYS_DIR": str(settings.KEYS_DIR), "FILES_DIR": str(settings.FILES_DIR),
            "OUTBOX_DIR": str(settings.OUTBOX_DIR), "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "2"]
        command += ["--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "critical"]
        self.process = subprocess.Popen(command, env=env, cwd=settings.BASE_DIR, start_new_session=True, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.2)
        raise TimeoutError("the server did not start")

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def send(self, link, uid, overall):
        """Send one receipt; return the status, or None when nobody answered."""
        body = json.dumps({"uid": str(uid), "notice_shown": "YES", "overall": overall})
        try:
            there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            there.request("POST", f"/api/v1/receipt-links/{link}/", body, {"Content-Type": "application/json"})
            answer = there.getresponse()
            answer.read()
            there.close()
        except (OSError, http.client.HTTPException):
            return None
        return answer.status


@pytest.fixture
def links(transactional_db, settings):
    """As many notices as receipts, each with its own link."""
    settings.BASE_URL = "http://127.0.0.1"
    desk = make.Desk()
    with signed(by=make.system(), verb="set"):
        for code in ("public.sends_per_hour", "receipt.sends_per_day"):
            RuleValue.objects.create(county=desk.county, code=code, value="999999", starts=make.LONG_AGO, source="演示")
    notices = [desk.issued(targets=[make.an_enterprise(desk.county)]) for _n in range(MANY)]
    while ReceiptCode.hand_out_due(by=make.system()):
        pass
    return [by_letter(notice)[1].rsplit("/", 1)[1] for notice in notices]


@pytest.fixture
def server(links):
    running = Server()
    yield running
    if running.process.poll() is None:
        running.kill()
    connections.close_all()


def at_once(jobs):
    with concurrent.futures.ThreadPoolExecutor(HANDS) as hands:
        return list(hands.map(lambda job: job(), jobs))


@pytest.mark.timeout(1500 if WHOLE else 240)
@on_sqlite
def test_each_receipt_sent_twice_is_kept_once_and_a_new_one_replaces(server, links):
    uids = [uuid.uuid4() for _link in links]
    jobs = [lambda link=link, uid=uid: server.send(link, uid, 4) for link, uid in zip(links, uids, strict=True) for _twice in range(2)]
    began = time.monotonic()
    answers = at_once(jobs)
    took = time.monotonic() - began
    assert set(answers) <= {200, 201}
    assert answers.count(201) >= MANY - answers.count(None)
    assert Receipt.objects.count() == MANY == len(set(Receipt.objects.values_list("uid", flat=True)))
    if WHOLE:
        print(f"{len(jobs)} sendings in {took:.1f} s")
        assert took < 60
    assert server.send(links[0], uuid.uuid4(), 1) == 201
    both = Receipt.objects.filter(notice=Receipt.objects.get(uid=uids[0]).notice).order_by("pk")
    assert [receipt.overall for receipt in both] == [4, 1]
    assert Receipt.objects.counted().filter(overall=1).count() == 1
    assert Receipt.objects.counted().count() == MANY
    assert Receipt.history.count() == MANY + 1


@pytest.mark.timeout(1500 if WHOLE else 240)
@on_postgresql
def test_every_acknowledged_one_is_there_after_the_server_was_killed(server, links):
    uids = [uuid.uuid4() for _link in links]
    acknowledged = set()

    def send(link, uid):
        if server.send(link, uid, 3) in (200, 201):
            acknowledged.add(uid)

    with concurrent.futures.ThreadPoolExecutor(HANDS) as hands:
        sending = [hands.submit(send, link, uid) for link, uid in zip(links, uids, strict=True)]
        while len(acknowledged) < MANY // 4 and not all(one.done() for one in sending):
            time.sleep(0.02)
        server.kill()
        for one in sending:
            one.result()
    there = set(Receipt.objects.values_list("uid", flat=True))
    assert acknowledged <= there
    assert MANY // 4 <= len(acknowledged) < MANY, "it was killed in the middle"
    # The owners' phones send again what nobody acknowledged.
    server.start()
    again = at_once([lambda link=link, uid=uid: server.send(link, uid, 3) for link, uid in zip(links, uids, strict=True)])
    assert set(again) <= {200, 201}
    assert set(Receipt.objects.values_list("uid", flat=True)) == set(uids)
    assert Receipt.objects.count() == MANY == Receipt.history.count()
