"""Closed by default, and nothing of others."""

import uuid

from django.urls import get_resolver

from audit.models import Reading
from fees.models import Charge
from inspection.models import InspectionPlan
from receipts.models import Complaint, Receipt, ReceiptCode
from tests import make, make_draw

#: whoever holds a token, and readers of the schema where the settings open it
OPEN = {"scan/<str:token>/", "scan/<str:token>/receipt/", "scan/<str:token>/report/", "schema/", "docs/", "redoc/"}
#: the bearer of a receipt's own link or of a follow-up code, and what anyone may ask or report
OPEN |= {"receipt-links/<str:link>/", "questions/", "promise-key/", "report/", "follow/"}


def addresses():
    """Every address of the API, as it is written in the table of addresses."""
    (api,) = [p for p in get_resolver().url_patterns if str(p.pattern) == "api/v1/"]

    def walk(patterns, before):
        for pattern in patterns:
            here = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, here)
            else:
                yield here

    return [a for a in walk(api.url_patterns, "") if "format" not in a]


def as_address(pattern):
    """A pattern with something plausible in its gaps."""
    uid = str(uuid.uuid4())
    for gap, word in (
        ("(?P<uid>[^/.]+)", uid),
        ("(?P<line>[0-9a-f-]{36})", uid),
        ("(?P<verb>[a-z_]+)", "submit"),
        ("(?P<verb>[a-z-]+)", "reduce"),
        ("(?P<verb>[a-z]+)", "find"),
        ("<str:uid>", uid),
        ("<str:token>", "abc"),
        ("<str:link>", "abc"),
        ("<int:year>", "2026"),
        ("<int:month>", "1"),
        ("^", ""),
        ("$", ""),
    ):
        pattern = pattern.replace(gap, word)
    assert not set(pattern) & set("<>()^$?"), pattern
    return pattern


def test_everything_is_closed_to_strangers_but_what_is_listed(desk, at):
    found = addresses()
    assert len(found) > 40
    assert set(found) >= OPEN
    for pattern in sorted(set(found) - OPEN):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            answer = at().raw(method, as_address(pattern), "{}")
            assert answer.status_code in (401, 403), f"{method} {pattern}: {answer.status_code}"


def test_the_open_doors_open_without_signing_in(desk, at):
    for pattern in OPEN:
        assert at().raw("GET", as_address(pattern), "").status_code in (200, 404, 405), pattern
    assert at().get("scan/abc/")[0] == 404


def test_the_schema_is_closed_where_the_settings_close_it(desk, at, settings):
    settings.OPEN_SCHEMA = False
    assert at().raw("GET", "schema/", "").status_code in (401, 403)
    assert at(desk.clerk).raw("GET", "schema/", "").status_code == 200


def test_a_name_and_a_password_open_the_api_without_a_page(desk, client):
    import base64

    desk.clerk.change_password(make.PASSWORD)
    word = base64.b64encode(f"{desk.clerk.username}:{make.PASSWORD}".encode()).decode()
    assert client.get("/api/v1/me/", headers={"Authorization": f"Basic {word}"}).json()["username"] == desk.clerk.username
    wrong = base64.b64encode(f"{desk.clerk.username}:wrong".encode()).decode()
    assert client.get("/api/v1/me/", headers={"Authorization": f"Basic {wrong}"}).status_code in (401, 403)


def things_of(desk):
    """One of each thing of a county at work: address of its list -> uid."""
    visit = desk.visited()
    visit.leave(by=desk.officer, result="NONE")
    notice = visit.notice
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    receipt = Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 5})
    complaint = Complaint.make(notice, category="OTHER")
    today = desk.county.today()
    fee = make.a_fee_item(desk.county)
    charge = Charge.register(
        by=desk.registrar,
        agency=desk.agency,
        establishment=desk.establishment,
        kind="FEE",
        amount=100,
        charged_on=today,
        collector=desk.officer_row,
        item=fee.code,
        visit=visit,
    )
    make_draw.pool_of(desk, 3)
    draw = make_draw.drawn(desk)
    return {
        "draws/": draw.uid,
        "drawn-lines/": draw.lines.first().uid,
        "plans/": notice.plan.uid,
        "notices/": notice.uid,
        "visits/": visit.uid,
        "charges/": charge.uid,
        "receipts/": receipt.uid,
        "complaints/": complaint.uid,
        "officers/": desk.officer_row.uid,
        "enterprises/": desk.establishment.enterprise.uid,
        "agencies/": desk.agency.uid,
        "counties/": desk.county.uid,
        "inspection-items/": desk.item.uid,
        "fee-items/": fee.uid,
    }


def test_nothing_of_another_county_is_found(desk, elsewhere, at):
    theirs, ours = things_of(elsewhere), things_of(desk)
    for user in (desk.clerk, desk.head, desk.officer, desk.registrar, desk.reviewer, desk.auditor, desk.finance):
        hand = at(user)
        for place, uid in theirs.items():
            assert hand.get(f"{place}{uid}/")[0] == 404, (user.name, place)
            assert str(uid) not in str(hand.get(place)[1]), (user.name, place)
        assert hand.get(f"trails/{theirs['plans/']}/")[0] == 404
        for act in ("plans/{}/withdraw/", "notices/{}/void/", "visits/{}/leave/", "charges/{}/void/"):
            place = act.split("{")[0]
            assert hand.post(act.format(theirs[place]), note="x", result="NONE")[0] == 404
    for place, uid in ours.items():
        assert at(desk.auditor).get(f"{place}{uid}/")[0] == 200, place


def test_nothing_of_another_agency_is_found(desk, at):
    ours = things_of(desk)
    other = make.an_agency(desk.county, kind="消防救援")
    for role in ("CLERK", "HEAD", "OFFICER", "REGISTRAR"):
        hand = at(make.a_user(role, agency=other))
        for place in ("plans/", "notices/", "visits/", "charges/", "officers/", "receipts/", "complaints/", "draws/", "drawn-lines/"):
            assert hand.get(f"{place}{ours[place]}/")[0] == 404, (role, place)
            assert hand.get(place)[1]["results"] == [], (role, place)
        assert hand.get(f"trails/{ours['plans/']}/")[0] == 404


def test_an_agency_s_people_find_no_receipt_and_no_trace_of_one(desk, at):
    visit = desk.visited()
    visit.leave(by=desk.officer, result="NONE")
    notice = visit.notice
    people = (desk.clerk, desk.head, desk.officer, desk.registrar)
    places = [
        f"trails/{notice.plan.uid}/",
        f"plans/{notice.plan.uid}/",
        f"notices/{notice.uid}/",
        f"visits/{visit.uid}/",
        "receipts/",
        "complaints/",
    ]
    places += [f"scan/{notice.address}/", "plans/", "notices/", "visits/", f"enterprises/{notice.enterprise.uid}/"]
    before = [at(user).get(place) for user in people for place in places]
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    receipt = Receipt.give(notice, code=code, answers={"notice_shown": "NO", "overall": 1})
    complaint = Complaint.make(notice, category="MONEY")
    assert [at(user).get(place) for user in people for place in places] == before
    for user in (*people, desk.reviewer, desk.issuer, desk.finance):
        assert at(user).get(f"receipts/{receipt.uid}/")[0] == 404
        assert at(user).get(f"complaints/{complaint.uid}/")[0] == 404
        assert at(user).get("board/")[0] == 403
    assert at(desk.auditor).get(f"receipts/{receipt.uid}/")[1]["overall"] == 1


def test_an_unannounced_filing_is_invisible_outside_its_unit_and_the_office(desk, at):
    desk.endorsed(telling=InspectionPlan.Telling.UNANNOUNCED, no_telling_ground="投诉举报核查", tell_on=None)
    other = make.a_user("CLERK", agency=make.an_agency(desk.county))
    for user, found in ((desk.clerk, 1), (desk.reviewer, 1), (other, 0), (desk.finance, 0)):
        assert len(at(user).get("plans/")[1]["results"]) == found


def test_who_reads_a_receipt_or_complaint_leaves_a_trace(desk, at):
    ours = things_of(desk)
    for place, what in (("receipts/", "receipt"), ("complaints/", "complaint")):
        for address in (place, f"{place}{ours[place]}/"):
            at(desk.auditor).get(address)
        assert (
            list(Reading.objects.filter(what=what).values_list("actor_name", "channel", "row"))
            == [(desk.auditor.name, "api", ours[place])] * 2
        )
    for user in (desk.clerk, desk.reviewer):
        at(user).get("receipts/")
        at(user).get(f"receipts/{ours['receipts/']}/")
    assert Reading.objects.count() == 4
