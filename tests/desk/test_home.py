"""首页: what waits for somebody stands there, and says no more than its reader has asked to see."""

import pytest

from audit.models import Reading
from oversight.models import ReportedDemand
from receipts.models import Complaint
from tests import make_fees


@pytest.fixture
def waiting(desk):
    """A complaint and a demand, both to be looked into."""
    complaint, _secret = Complaint.complain(desk.county, facts={"category": "MONEY", "words": "要了五百元"}, way=Complaint.Way.PUBLIC)
    demanded = {"source": "HOTLINE", "demanded_on": desk.county.today(), "agency": desk.agency, "words": "要求订报"}
    demand = ReportedDemand.report(by=desk.auditor, county=desk.county, demand=make_fees.a_demand(desk.county), **demanded)
    return complaint, demand


def test_the_auditor_finds_complaints_by_their_number_and_demands_that_wait(desk, waiting, signed_in):
    complaint, demand = waiting
    page = signed_in(desk.auditor).get("/").content.decode()
    assert f'href="/complaints/{complaint.uid}/">{complaint.number}' in page
    assert f"期限 {complaint.accept_by:%m-%d}" in page
    assert "要了五百元" not in page
    assert complaint.get_category_display() not in page
    assert not Reading.objects.exists(), "a number is no reading"
    assert demand.get_absolute_url() in page
    complaint.accept(by=desk.auditor, note="")
    assert complaint.number in signed_in(desk.auditor).get("/").content.decode(), "until it is decided"
    complaint.decide(by=desk.auditor, note="已责令退还")
    demand.dismiss(by=desk.auditor, note="查无此事")
    page = signed_in(desk.auditor).get("/").content.decode()
    assert complaint.number not in page
    assert demand.get_absolute_url() not in page


@pytest.mark.parametrize("who", ["clerk", "head", "officer", "registrar", "intake", "reviewer", "issuer", "finance"])
def test_nobody_else_learns_at_home_that_anybody_complained(desk, waiting, signed_in, who):
    complaint, demand = waiting
    page = signed_in(getattr(desk, who)).get("/").content.decode()
    assert complaint.number not in page
    assert "投诉举报待" not in page
    assert str(demand.uid) not in page
