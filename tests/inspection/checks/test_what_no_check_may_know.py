"""No finding, wording, order or page of an agency depends on a receipt or a complaint."""

import ast
import datetime
import re
from pathlib import Path

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

import inspection
from inspection.models import Visit
from receipts.models import Complaint, Receipt, ReceiptCode

#: the worst that can be said
BAD = {"notice_shown": "NO", "overall": 1, "words": "要钱"}


def pages(signed_in, desk, plan):
    """Return what the clerk sees of one draft: findings, the form, the plan, the enterprise, and how many queries each took."""
    client, seen = signed_in(desk.clerk), {}
    addresses = [
        f"/plans/{plan.uid}/", f"/plans/{plan.uid}/edit/", f"/enterprises/{desk.establishment.enterprise.uid}/", "/", "/plans/",
        f"/api/v1/plans/{plan.uid}/",
    ]  # fmt: skip
    for address in addresses:
        with CaptureQueriesContext(connection) as queries:
            body = client.get(address).content.decode()
        seen[address] = re.sub(r'csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|csrf[^"]*"[^"]*"', "", body), len(queries)
    seen["findings"] = [str(f) for f in plan.findings()], 0
    return seen


def test_a_bad_receipt_and_a_complaint_change_nothing_an_agency_sees_of_a_draft(desk, signed_in):
    now = datetime.datetime(2026, 10, 14, 2, 0, tzinfo=datetime.UTC)
    with time_machine.travel(now, tick=False):
        visit = desk.visited()
        visit.leave(by=desk.officer, result=Visit.Result.NONE)
        plan = desk.draft(reasons={})
        before = pages(signed_in, desk, plan)
        digits = ReceiptCode.hand_out(visit.notice, by=desk.intake, note="持营业执照原件")
        Receipt.give(visit.notice, code=digits, answers=BAD)
        assert Receipt.objects.count() == 1
        assert pages(signed_in, desk, plan) == before
        Complaint.make(visit.notice, category=Complaint.Category.values[0], words="要钱")
        assert Complaint.objects.count() == 1
        assert pages(signed_in, desk, plan) == before


def test_nothing_in_the_checks_or_their_app_names_a_receipt_or_a_complaint():
    root = Path(inspection.__file__).parent
    for path in [*root.glob("checks/*.py"), root / "year.py"]:
        names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        texts = {n.value for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        assert not {n for n in names | texts if n.lower().startswith(("receipt", "complaint")) and n != "COMPLAINT"}, path
