"""The whole chain through the API alone."""

import datetime
import uuid

from inspection import documents
from inspection.models import FilingNotice
from tests import make


def test_a_filing_goes_from_draft_to_receipt_charge_and_trail_through_the_api_alone(desk, at, filing):
    clerk, head, reviewer, officer = at(desk.clerk), at(desk.head), at(desk.reviewer), at(desk.officer)

    status, plan = clerk.post("plans/", **filing)
    assert (status, plan["status"], plan["findings"]) == (201, "DRAFT", [])
    assert [step["verb"] for step in plan["steps"]] == ["revise", "submit", "withdraw"]
    address = f"plans/{plan['uid']}/"

    assert reviewer.get(address)[0] == 404  # a draft is nobody's business outside the unit
    assert clerk.patch(address, purpose="核查出厂检验记录")[1]["purpose"] == "核查出厂检验记录"
    assert clerk.post(address + "submit/")[1]["status"] == "SUBMITTED"
    assert head.post(address + "endorse/", note="同意")[1]["status"] == "ENDORSED"
    status, plan = reviewer.post(address + "accept/", note="材料齐全")
    assert (status, plan["status"]) == (200, "ACCEPTED")
    (named,) = plan["notices"]
    assert named["status"] == "NUMBERED"

    assert documents.issue_due(by=make.system()) == 1
    status, notice = officer.get(f"notices/{named['uid']}/")
    assert (status, notice["status"], notice["facts"]["purpose"]) == (200, "ISSUED", "核查出厂检验记录")
    token = notice["scan_url"].rsplit("/", 1)[1]

    status, scan = at().get(f"scan/{token.upper()}/")
    assert (status, scan["state"], scan["facts"]["number"]) == (200, "good", notice["label"])

    status, visit = officer.post("visits/", notice=notice["uid"], officers=[str(desk.officer_row.uid)], others="王专家")
    assert (status, visit["status"]) == (201, "OPEN")
    assert [p["named_on_notice"] for p in visit["people"]] == [True, False]
    status, visit = officer.post(f"visits/{visit['uid']}/leave/", result="ORDERED", note="标签不规范，责令改正")
    assert (status, visit["status"], visit["result"]) == (200, "CLOSED", "ORDERED")

    status, handed = at(desk.intake).post("receipt-codes/", notice=notice["uid"], note="持营业执照原件")
    assert status == 201
    answers = {"notice_shown": "YES", "certificates": "ALL", "people": 2, "money": "NO", "overall": 4, "words": "态度好"}
    status, kept = at().post(f"scan/{token}/receipt/", code=handed["code"], **answers)
    assert (status, len(kept["number"])) == (201, 10)
    status, reported = at().post(f"scan/{token}/report/", category="PEOPLE", words="多来了一个人")
    assert status == 201

    fee = make.a_fee_item(desk.county)
    status, charge = at(desk.registrar).post(
        "charges/",
        establishment=str(desk.establishment.uid),
        kind="FEE",
        item=fee.code,
        amount="1234.50",
        charged_on=desk.county.today().isoformat(),
        visit=visit["uid"],
    )
    assert (status, charge["amount_fen"], charge["amount"]) == (201, 123450, "1234.50")

    _status, lines = at(desk.auditor).get(f"trails/{plan['uid']}/")
    assert [line["verb"] for line in lines] == [
        "draft",
        "revise",
        "submit",
        "endorse",
        "accept",
        "accept",
        "issue",
        "arrive",
        "leave",
        "hand_out",
        "give",
        "complain",
        "register",
    ]
    assert all(line["name"] for line in lines)

    _status, page = at(desk.auditor).get("receipts/")
    assert [(r["overall"], r["words"], r["number"]) for r in page["results"]] == [(4, "态度好", kept["number"])]
    _status, page = at(desk.auditor).get("complaints/")
    assert [c["number"] for c in page["results"]] == [reported["number"]]
    _status, board = at(desk.auditor).get("board/")
    assert (board["total"]["filed"], board["total"]["receipts"], board["total"]["amount"]) == (1, 1, "1234.50")
    today = desk.county.today()
    assert at(desk.auditor).get(f"months/{today.year}/{today.month}/")[1]["rows"] == board["rows"]


def test_an_agency_that_informs_gets_its_notices_at_once(desk, at, filing):
    agency = make.an_agency(desk.county, effect="NOTIFY")
    clerk, head = make.a_user("CLERK", agency=agency), make.a_user("HEAD", agency=agency)
    people = [str(make.an_officer(agency).uid) for _n in range(2)]
    _status, plan = at(clerk).post("plans/", **{**filing, "officers": people})
    at(clerk).post(f"plans/{plan['uid']}/submit/")
    assert at(head).post(f"plans/{plan['uid']}/endorse/")[0] == 403
    status, plan = at(head).post(f"plans/{plan['uid']}/notify/")
    assert (status, plan["status"], len(plan["notices"])) == (200, "NOTIFIED", 1)


def test_the_office_returns_declines_and_revokes_with_a_reason(desk, at):
    reviewer = at(desk.reviewer)
    for verb, after in (("return", "RETURNED"), ("return_", "RETURNED"), ("decline", "DECLINED")):
        plan = desk.endorsed()
        status, said = reviewer.post(f"plans/{plan.uid}/{verb}/")
        assert (status, list(said["errors"])) == (422, ["ground" if verb == "decline" else "note"])
        facts = {"ground": desk.ground.code} if verb == "decline" else {}
        assert reviewer.post(f"plans/{plan.uid}/{verb}/", note="事项不在清单内", **facts)[1]["status"] == after
    notice = desk.issued()
    assert reviewer.post(f"plans/{notice.plan.uid}/revoke/", note="企业已停产")[1]["notices"][0]["status"] == "VOID"


def test_the_head_sends_back_and_the_clerk_withdraws(desk, at):
    plan = desk.submitted()
    assert at(desk.head).post(f"plans/{plan.uid}/send_back/", note="换人")[1]["status"] == "SENT_BACK"
    assert at(desk.clerk).post(f"plans/{plan.uid}/withdraw/", note="不查了")[1]["status"] == "WITHDRAWN"


def test_a_visit_without_a_filing_can_be_written_down_and_is_marked(desk, at):
    said = {
        "establishment": str(desk.establishment.uid),
        "officers": [str(desk.officer_row.uid)],
        "arrived_at": "2026-01-05T09:30:00+08:00",
        "ground": "接报后立即处置",
        "uid": str(uuid.uuid4()),
    }
    status, visit = at(desk.officer).post("visits/unfiled/", **said)
    assert (status, visit["notice"], visit["unfiled_ground"]) == (201, None, "接报后立即处置")
    assert at(desk.officer).post("visits/unfiled/", **said)[0] == 200
    assert [v["uid"] for v in at(desk.auditor).get("visits/", unfiled="true")[1]["results"]] == [visit["uid"]]


def test_a_notice_void_before_its_days_is_gone_at_the_gate_and_keeps_its_number(desk, at):
    day = desk.county.today() + datetime.timedelta(days=1)
    notice = desk.issued(starts_on=day, ends_on=day)
    status, said = at(desk.issuer).post(f"notices/{notice.uid}/void/", note="企业地址有误")
    assert (status, said["status"], said["number"]) == (200, "VOID", notice.number)
    status, scan = at().get(f"scan/{notice.address}/")
    assert (status, scan["state"], scan["window"]["open"]) == (410, "void", False)
    status, said = at().post(f"scan/{notice.address}/receipt/", code="123456789012", notice_shown="YES", overall=5)
    assert (status, said["code"]) == (410, "Gone")
    assert at().post(f"scan/{notice.address}/report/", category="DAY")[0] == 201
    assert FilingNotice.objects.get(pk=notice.pk).number == notice.number


def test_who_is_signed_in_is_told_their_posts_and_duties(desk, at):
    status, me = at(desk.clerk).get("me/")
    assert (status, me["duties"], me["posts"][0]["agency"]["code"]) == (200, ["plan.file"], desk.agency.code)


def test_only_the_office_changes_how_an_enterprise_is_reached(desk, at):
    address = f"enterprises/{desk.establishment.enterprise.uid}/contact/"
    said = {"person": "李四", "phone": "13911111111", "note": "持营业执照"}
    assert at(desk.clerk).post(address, **said)[0] == 403
    assert at(desk.intake).post(address, **said)[0] == 200
    unreached = make.an_enterprise(desk.county, phone="").enterprise
    assert at(desk.intake).post(f"enterprises/{unreached.uid}/contact/", **said)[0] == 200
    assert unreached.contact.phone == "13911111111"


def test_lists_show_what_was_in_force_on_a_day(desk, at):
    make.an_item(desk.county, starts=make.LONG_AGO, ends="2021-01-01")
    clerk = at(desk.clerk)
    assert len(clerk.get("inspection-items/")[1]["results"]) == 2
    assert len(clerk.get("inspection-items/", on="2026-01-01")[1]["results"]) == 1
    make.a_fee_item(desk.county, ends="2021-01-01", unit_price=1050)
    assert clerk.get("fee-items/", on="2026-01-01")[1]["results"] == []
    assert clerk.get("fee-items/", on="2020-06-01")[1]["results"][0]["unit_price"] == "10.50"
    assert [r["code"] for r in clerk.get("rules/")[1] if r["code"] == "receipt.window"] == ["receipt.window"]
