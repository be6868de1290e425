"""Nonsense is answered as nonsense: never by a fault of ours."""

import json
import uuid

import pytest

from accounts.models import Plate
from receipts.models import ReceiptCard, ReceiptCode
from tests import make, make_draw
from tests.turns import by_turns, on_postgresql, on_sqlite

NONSENSE = [
    None,
    True,
    0,
    -1,
    10**30,
    1e308,
    0.1,
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "x" * 20000,
    "not-a-uuid",
    str(uuid.UUID(int=0)),
    "9999-12-31",
    "0001-01-01",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+14:00",
    "'; DROP TABLE",
    "１２３",
    "²" * 12,
    [],
    [None],
    ["\ud800"],
    [[]],
    [10**40],
    {},
    {"a": "\ud800"},
    [{"name": "\x00"}],
    [{"name": "\ud800", "body": 5}],
    ["x"] * 1000,
    "\ufdd0",
    "‮",
    "1e9999",
    "Infinity",
    "-0",
]
#: those that get past the parsing of some field, or have brought down others
WORST = [None, True, -1, 10**30, "", "a\x00b", "\ud800", "x" * 20000, "9999-12-31", "0001-01-01T00:00:00+14:00", [None], {"a": "\ud800"}]
BODIES = [
    "",
    "{",
    "[]",
    "null",
    "1",
    '"x"',
    "NaN",
    '{"uid": NaN}',
    "[" * 5000,
    "[" * 200000,
    '{"a":' * 50000,
    "1" * 5000,
    "\ufeff{}",
    '{"note": "\\ud800"}',
    b"\xff\xfe",
    b'{"note": "\xed\xa0\x80"}',
]
QUERIES = [
    "status=%00",
    "status=%ED%A0%80",
    "words=%00",
    "words=%ED%A0%80",
    "words=" + "x" * 5000,
    "on=%00",
    "on=0001-01-01",
    "on=9999-12-31",
    "on=x",
    "kind=%00",
    "overall=%C2%B2",
    "overall=999999999999999999999999",
    "enterprise=%00",
    "enterprise=1",
    "unfiled=%00",
    "draw=%00",
    "draw=x",
    "establishment=%00",
    "establishment=x",
    "standing=x",
    "waiting=%ED%A0%80",
    "page_size=99999999999999999999",
    "page_size=%00",
    "page_size=-1",
    "cursor=%00",
    "cursor=zzz",
    "cursor=cD1hYmM%3D",
    "cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
    "cursor=cD0tMQ%3D%3D",
    "cursor=cj05OTk5",
    "cursor=bz0tMQ%3D%3D",
    "cursor=%E4%B8%AD",
    "words=1",
    "words=%C2%B2",
    "words=999999999",
    "format=xml",
]


def forms(desk, filing):
    """Every act that takes a body: who, where, and a body that is right."""
    visit = desk.visited()
    notice, draft, fee = visit.notice, desk.draft(), make.a_fee_item(desk.county)
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
    today, place, officers = desk.county.today().isoformat(), str(desk.establishment.uid), [str(desk.officer_row.uid)]
    return [
        (desk.clerk, "POST", "plans/", {**filing, "agency": str(desk.agency.uid)}),
        (desk.clerk, "PATCH", f"plans/{draft.uid}/", {k: v for k, v in filing.items() if k != "uid"}),
        (desk.clerk, "POST", f"plans/{draft.uid}/withdraw/", {"note": "x"}),
        (desk.officer, "POST", "visits/", {"notice": str(notice.uid), "officers": officers, "others": "王", "uid": str(uuid.uuid4())}),
        (
            desk.officer,
            "POST",
            "visits/unfiled/",
            {
                "agency": str(desk.agency.uid),
                "establishment": place,
                "officers": officers,
                "arrived_at": f"{today}T00:00:00Z",
                "ground": "x",
                "uid": str(uuid.uuid4()),
            },
        ),
        (desk.officer, "POST", f"visits/{visit.uid}/leave/", {"result": "NONE", "note": ""}),
        (desk.issuer, "POST", f"notices/{notice.uid}/void/", {"note": "x"}),
        (desk.intake, "POST", "receipt-codes/", {"notice": str(notice.uid), "note": "x"}),
        (desk.intake, "POST", f"enterprises/{desk.establishment.enterprise.uid}/contact/", {"person": "x", "phone": "1", "note": "x"}),
        (
            desk.registrar,
            "POST",
            "charges/",
            {
                "agency": str(desk.agency.uid),
                "establishment": place,
                "kind": "FEE",
                "amount": "1.00",
                "charged_on": today,
                "item": fee.code,
                "visit": str(visit.uid),
                "note": "x",
                "uid": str(uuid.uuid4()),
                "on_the_spot": False,
                "decision_number": "",
                "decision_date": None,
                "article": "",
                "amount_fen": 100,
            },
        ),
        (
            desk.registrar,
            "POST",
            "charges/",
            {
                "establishment": place,
                "kind": "FINE",
                "amount_fen": 100,
                "charged_on": today,
                "decision_number": "x",
                "decision_date": today,
                "article": "x",
                "on_the_spot": True,
            },
        ),
        (
            None,
            "POST",
            f"scan/{notice.address}/receipt/",
            {
                "uid": str(uuid.uuid4()),
                "code": code,
                "notice_shown": "YES",
                "certificates": "ALL",
                "people": 2,
                "money": "NO",
                "goods": "NO",
                "disturbed": "NO",
                "overall": 5,
                "made_to": False,
                "words": "x",
            },
        ),
        (None, "POST", f"scan/{notice.address}/report/", {"category": "OTHER", "words": "x", "phone": "1"}),
        *forms_of_intake(desk, notice),
        *forms_of_draws(desk),
    ]


def forms_of_intake(desk, notice):
    """Plates, cards and paper."""
    gate = make.an_enterprise(desk.county)
    plate, (card, _made) = Plate.make(gate, by=desk.intake), ReceiptCard.make(gate, by=desk.intake)
    place, uid = str(desk.establishment.uid), str(uuid.uuid4())
    receipt = {"year": notice.year, "number": notice.number, "notice_shown": "YES", "overall": 5, "more": {"arrived": "09:30"}}
    complaint = {"way": "PHONE", "category": "OTHER", "words": "x", "agency_said": "x", "happened_on": desk.county.today().isoformat()}
    scan = "JVBERi0xLjQ="
    return [
        (desk.intake, "POST", "plates/", {"establishment": place, "uid": uid}),
        (desk.intake, "POST", f"plates/{plate.uid}/replace/", {"note": "x", "uid": uid}),
        (desk.intake, "POST", "receipt-cards/", {"establishment": place, "uid": uid}),
        (desk.intake, "POST", f"receipt-cards/{card.uid}/hand-over/", {"note": "x"}),
        (desk.intake, "POST", "intake/receipts/", {**receipt, "scan": scan, "uid": uid}),
        (desk.intake, "POST", "intake/complaints/", {**complaint, "scan": scan, "photos": [], "uid": uid}),
    ]


def forms_of_draws(desk):
    """The acts on random draws."""
    make_draw.pool_of(desk, 3)
    enterprise, officer = str(desk.establishment.enterprise.uid), str(desk.officer_row.uid)
    facts = {
        **make_draw.draw_facts(desk, title="接口"),
        "starts_on": desk.county.today().isoformat(),
        "ends_on": desk.county.today().isoformat(),
        "exclusions": [{"enterprise": enterprise, "reason": "x"}],
        "recusals": [{"enterprise": enterprise, "officer": officer, "reason": "x"}],
        "lottery_name": "x",
        "lottery_issue": "1",
        "lottery_on": desk.county.today().isoformat(),
        "programme_reference": "x",
    }
    line = make_draw.drawn(desk, title="抽中").lines.first()
    return [
        (desk.clerk, "POST", "draws/", {**facts, "agency": str(desk.agency.uid), "uid": str(uuid.uuid4())}),
        (desk.clerk, "PATCH", f"draws/{make_draw.prepared(desk).uid}/", facts),
        (desk.clerk, "POST", f"draws/{make_draw.frozen(desk, title='封').uid}/seal/", {"digest": "ab" * 32}),
        (desk.clerk, "POST", f"draws/{make_draw.sealed(desk, title='揭').uid}/reveal/", {"secret": "x"}),
        (desk.clerk, "POST", f"draws/{make_draw.frozen(desk, title='彩', **make_draw.lottery(desk)).uid}/tell/", {"number": "x"}),
        (desk.clerk, "POST", f"draws/{make_draw.frozen(desk, title='弃').uid}/drop/", {"note": ""}),
        (desk.head, "POST", f"drawn-lines/{line.uid}/excuse/", {"officer": officer, "note": "x"}),
        (desk.head, "POST", f"drawn-lines/{line.uid}/drop/", {"note": ""}),
    ]


@pytest.fixture
def patient(monkeypatch):
    """Codes may be tried as often as one likes."""
    from receipts.models.code import CodeTry

    monkeypatch.setattr(CodeTry, "refuse_too_many", lambda *who: None)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("number", by_turns(range(27)))
def test_wrong_values_in_any_field_are_never_a_fault(desk, at, filing, number):
    every = forms(desk, filing)
    assert len(every) == 27
    user, method, place, right = every[number]
    hand = at(user)
    bodies = [{**right, field: wrong} for field in right for wrong in WORST]
    bodies += [dict.fromkeys(right, wrong) for wrong in NONSENSE]
    for body in bodies:
        answer = hand.raw(method, place, json.dumps(body))
        assert answer.status_code < 500, f"{method} {place} {body!r}"
        assert answer["Content-Type"] == "application/json", f"{method} {place} {body!r}"


@on_postgresql
def test_bodies_that_are_not_the_form_are_never_a_fault(desk, at, filing):
    for user, method, place, _right in forms(desk, filing):
        hand = at(user)
        for body in BODIES:
            answer = hand.raw(method, place, body)
            assert answer.status_code < 500, f"{method} {place} {body[:20]!r}"
        assert hand.raw(method, place, "a=1", "application/x-www-form-urlencoded").status_code == 415
        assert hand.raw(method, place, "x", "text/\xff").status_code in (415, 422)


@on_postgresql
def test_wrong_questions_are_never_a_fault(desk, at):
    for place in (
        "plans/",
        "notices/",
        "visits/",
        "draws/",
        "drawn-lines/",
        "charges/",
        "receipts/",
        "complaints/",
        "plates/",
        "receipt-cards/",
        "attempts/",
        "agencies/",
        "officers/",
        "enterprises/",
        "inspection-items/",
        "fee-items/",
        "acts/",
        "rights/",
        "counties/",
        "rules/",
        "me/",
        "board/",
    ):
        for query in QUERIES:
            reader = desk.intake if place in ("plates/", "receipt-cards/") else desk.auditor
            answer = at(reader).client.get(f"/api/v1/{place}?{query}")
            allowed = (400,) if "%00" in query else (200, 404, 422)  # no database is asked for a NUL
            assert answer.status_code in allowed, f"{place}?{query}: {answer.status_code}"


@on_sqlite
def test_wrong_addresses_are_never_a_fault(desk, at):
    for place in (
        "plans/",
        "notices/",
        "visits/",
        "draws/",
        "drawn-lines/",
        "charges/",
        "receipts/",
        "complaints/",
        "trails/",
        "scan/",
        "enterprises/",
        "months/",
        "months/2026/",
    ):
        for word in ("x", "%00", "%ED%A0%80", "%F0%9F%98%80", "1" * 500, "a.b", "..%2f", "0", "13", "99999999999999999999999", "'"):
            looked, sent = (400, (400,)) if word == "%00" else (404, (404, 405))  # no database is asked for a NUL
            assert at(desk.auditor).client.get(f"/api/v1/{place}{word}/").status_code == looked, f"{place}{word}"
            assert at(desk.auditor).raw("POST", f"{place}{word}/", "{}").status_code in sent, f"{place}{word}"


def test_a_wrong_value_says_at_its_field_what_to_mend(desk, at, filing):
    status, said = at(desk.clerk).post("plans/", **{**filing, "minutes_on_site": 10**12, "starts_on": "昨天", "type": "随便"})
    assert (status, said["code"], set(said["errors"])) == (422, "Refused", {"minutes_on_site", "starts_on", "type"})
