"""Each list asks as many questions of the database for three hundred rows as for three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import signed
from delivery.models import Letter
from fees.models import Charge
from inspection.models import Visit
from receipts.models import Complaint, Receipt, ReceiptCode
from tests import make, make_draw
from tests.turns import on_sqlite


def a_full_story(desk):
    """One filing with its notice, visit, charge, receipt, complaint."""
    notice = desk.issued(targets=[make.an_enterprise(desk.county)])
    visit = Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    visit.leave(by=desk.officer, result=Visit.Result.NONE)
    with signed(by=make.system(), verb="write"):
        Letter.write(
            county=desk.county.code, about=notice.label, subject="主题", body="正文", address="139", enterprise=notice.enterprise.uid
        )
    notice.enterprise.contact.change(by=desk.intake, person="李", phone="13911112222", note="核对执照")
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照")
    Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 5})
    Complaint.make(notice, category="OTHER")
    fee = make.a_fee_item(desk.county)
    Charge.register(
        by=desk.registrar,
        agency=desk.agency,
        establishment=notice.establishment,
        kind=Charge.Kind.FEE,
        amount=100,
        charged_on=desk.county.today(),
        item=fee.code,
        visit=visit,
    )
    desk.endorsed(targets=[make.an_enterprise(desk.county)])
    desk.submitted(targets=[make.an_enterprise(desk.county)])
    desk.draft(targets=[make.an_enterprise(desk.county)])
    return notice


LISTS = [
    ("/", "clerk"),
    ("/", "head"),
    ("/", "reviewer"),
    ("/", "officer"),
    ("/plans/", "clerk"),
    ("/plans/", "reviewer"),
    ("/plans/?status=ENDORSED&words=演示", "reviewer"),
    ("/notices/", "officer"),
    ("/visits/", "officer"),
    ("/charges/", "registrar"),
    ("/charges/", "finance"),
    ("/receipts/", "auditor"),
    ("/letters/?show=waiting", "intake"),
    ("/complaints/", "auditor"),
    ("/oversight/attempts/", "auditor"),
    ("/enterprises/", "clerk"),
    ("/agencies/", "clerk"),
    ("/officers/", "reviewer"),
    ("/lists/", "clerk"),
    ("/fee-items/", "clerk"),
    ("/rules/", "clerk"),
    ("/draws/", "clerk"),
    ("/draws/", "reviewer"),
    ("/public/draws/", "clerk"),
]


@pytest.fixture
def growing(desk, signed_in):
    def questions():
        asked = {}
        for address, who in LISTS:
            browser = signed_in(getattr(desk, who))
            browser.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = browser.get(address)
            assert answer.status_code == 200, address
            asked[address, who] = len(queries)
        return asked

    return questions


@on_sqlite
def test_each_list_asks_the_same_number_of_questions_for_few_rows_and_for_many(desk, growing):
    for n in range(3):
        a_full_story(desk)
        make_draw.frozen(desk, title=f"少 {n}")
        make.an_officer(desk.agency)
        make.an_item(desk.county)
    few = growing()
    for n in range(30):
        a_full_story(desk)
        make_draw.frozen(desk, title=f"多 {n}")
        make.an_officer(desk.agency)
        make.an_item(desk.county)
    many = growing()
    # The pages are of 25 rows and the piles of 12, so ninety rows are as good as three hundred.
    assert many == few


def test_a_list_goes_on_with_older_rows_and_shows_each_once(desk, signed_in):
    for _n in range(30):
        desk.draft()
    browser = signed_in(desk.clerk)
    first = browser.get("/plans/")
    assert len(first.context["page"].rows) == 25
    second = browser.get("/plans/" + first.context["page"].older)
    seen = [p.pk for p in first.context["page"].rows + second.context["page"].rows]
    assert len(seen) == 30
    assert seen == sorted(set(seen), reverse=True)
