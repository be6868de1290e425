"""The trail of one filing: a story for the Office, the same without a trace of the receipt for the rated."""

from oversight.trail import trail
from receipts.models import Receipt
from tests.desk.test_lists import a_full_story

SAID_BY_THE_ENTERPRISE = {"检查回执", "回执码", "投诉举报"}


def lines(plan, reader):
    return [(line.act, line.name) for line in trail(plan, reader=reader)]


def test_the_office_reads_every_step_with_its_signer(desk):
    notice = a_full_story(desk)
    assert lines(notice.plan, desk.auditor) == [
        ("起草", desk.clerk.name),
        ("提交", desk.clerk.name),
        ("负责人批准", desk.head.name),
        ("编号", desk.reviewer.name),
        ("准予备案", desk.reviewer.name),
        ("制发", "系统"),
        ("入企登记", desk.officer.name),
        ("离企登记", desk.officer.name),
        ("发放回执码", desk.intake.name),
        ("提交回执", "回执码持有人"),
        ("举报", "匿名举报人"),
        ("登记", desk.registrar.name),
    ]


def test_for_the_agencys_people_the_enterprise_leaves_no_trace_not_even_a_gap(desk):
    notice = a_full_story(desk)
    before = trail(notice.plan, reader=desk.clerk)
    Receipt.objects.get(notice=notice)
    for person in (desk.clerk, desk.head, desk.officer, desk.registrar, desk.intake, desk.reviewer, desk.issuer):
        for line in trail(notice.plan, reader=person):
            assert not any(word in line.what for word in SAID_BY_THE_ENTERPRISE)
            assert line.verb not in ("give", "hand_out", "complain")
    assert before == trail(notice.plan, reader=desk.head)


def test_the_auditor_of_another_county_reads_no_receipt_here(desk, elsewhere):
    notice = a_full_story(desk)
    assert "提交回执" not in [act for act, _name in lines(notice.plan, elsewhere.auditor)]


def test_the_agencys_pages_are_the_same_with_and_without_a_receipt(desk, signed_in):
    """The same pages, but for the marks that change each time, by the same number of queries."""
    import re

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from receipts.models import ReceiptCode

    notice = a_full_story(desk)
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照")
    addresses = ["/", "/plans/", notice.plan.get_absolute_url(), "/notices/", notice.get_absolute_url(), "/visits/",
                 notice.visits.get().get_absolute_url(), "/charges/", notice.enterprise.get_absolute_url(),
                 f"/r/{notice.address}", f"/r/{notice.address}/receipt"]  # fmt: skip

    def read():
        seen = []
        for person in (desk.clerk, desk.head, desk.officer, desk.registrar):
            browser = signed_in(person)
            for address in addresses:
                with CaptureQueriesContext(connection) as queries:
                    answer = browser.get(address)
                text = re.sub(r'(csrfmiddlewaretoken" value|name="uid" value)="[^"]*"', "", answer.content.decode())
                seen.append((address, answer.status_code, text, len(queries)))
        return seen

    read()
    before = read()
    Receipt.give(notice, code=code, answers={"notice_shown": "NO", "overall": 1, "money": "YES", "words": "金丝雀"})
    assert read() == before
