"""Lists: the same number of questions to the database for 3 rows and for 30."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import CalendarDay, Effect, Plate, UndisturbedListing
from audit.models import Attempt, Refused, signed
from delivery.models import Letter
from fees.models import Charge, FineCeiling, Refund
from inspection.models import (
    CheckSheet,
    CheckSheetRow,
    EnterpriseAct,
    InspectionProgramme,
    Printout,
    ProhibitedDemand,
    QuietRule,
    Referral,
    Visit,
    VisitRight,
)
from oversight.models import ReportedDemand
from receipts.models import Complaint, Receipt, ReceiptCard, ReceiptCode
from tests import make, make_draw, make_fees
from tests.receipts import paths as said
from tests.turns import by_turns


def more_counties(desk, n):
    from accounts.models import Post, Role

    for _n in range(n):
        county = make.a_county(f"{500000 + next(make._count)}", "某县")
        Post.give(by=make.system(), user=desk.auditor, role=Role.objects.get(code="AUDITOR"), county=county, starts=make.LONG_AGO)


def more_agencies(desk, n):
    for _n in range(n):
        make.an_agency(desk.county, delegator=desk.agency, legal_status="ENTRUSTED")


def more_officers(desk, n):
    for _n in range(n):
        make.an_officer(desk.agency)


def more_enterprises(desk, n):
    for _n in range(n):
        make.an_enterprise(desk.county)


def more_items(desk, n):
    for _n in range(n):
        make.an_item(desk.county)


def more_fee_items(desk, n):
    for _n in range(n):
        make.a_fee_item(desk.county, unit_price=100)


def more_acts(desk, n):
    with signed(by=make.system(), verb="found"):
        for _n in range(n):
            EnterpriseAct.objects.create(
                county=desk.county,
                code=f"A{next(make._count)}",
                starts=make.LONG_AGO,
                act="检查",
                variant="日常",
                filing="必须备案",
                law="某法",
                article="第1条",
            )


def more_programmes(desk, n):
    for _n in range(n):
        content = f"序号,抽查事项,检查对象,检查时间\n1,事项{next(make._count)},企业,5月".encode()
        programme = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=2026, content=content, name="x.csv")
        programme.submit(by=desk.clerk)
        programme.endorse(by=desk.head)


def more_draws(desk, n):
    for _n in range(n):
        make_draw.frozen(desk, title=f"抽查{next(make._count)}")


def more_drawn_lines(desk, n):
    for _n in range(n):
        make_draw.drawn(desk, title=f"抽查{next(make._count)}")


def more_referrals(desk, n):
    for _n in range(n):
        Referral.enter(
            by=desk.intake, agency=desk.agency, kind="LETTER", number=f"YS-{next(make._count)}", received_on=desk.county.today(),
            source="郯城县局", matter="移送", enterprise=desk.establishment.enterprise,
        )  # fmt: skip


def more_rights(desk, n):
    with signed(by=make.system(), verb="found"):
        for _n in range(n):
            VisitRight.objects.create(
                county=desk.county,
                code=f"R{next(make._count)}",
                starts=make.LONG_AGO,
                grade="可以拒绝",
                case="不出示证件",
                law="某法",
                article="第1条",
                sentence="…",
            )


def more_plans(desk, n):
    for _n in range(n):
        desk.endorsed(targets=[desk.establishment, make.an_enterprise(desk.county)])


def more_notices(desk, n):
    for _n in range(n):
        desk.numbered()


def more_visits(desk, n):
    for _n in range(n):
        Visit.record_unfiled(
            by=desk.officer,
            agency=desk.agency,
            establishment=make.an_enterprise(desk.county),
            officers=[desk.officer_row, desk.second_officer_row],
            arrived_at=datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC),
            ground="应急",
        )


def more_charges(desk, n):
    for _n in range(n):
        Charge.register(
            by=desk.registrar,
            agency=desk.agency,
            establishment=make.an_enterprise(desk.county),
            kind="FINE",
            amount=100,
            charged_on=datetime.date(2026, 1, 5),
            decision_number=str(uuid.uuid4()),
            decision_date=datetime.date(2026, 1, 5),
            article="某法第1条",
            collector=desk.officer_row,
        )


def more_payment_notices(desk, n):
    for _n in range(n):
        place = make.an_enterprise(desk.county)
        make_fees.a_fine(desk, establishment=place)
        make_fees.gathered(desk, place)


def more_treasury_receipts(desk, n):
    for _n in range(n):
        place = make.an_enterprise(desk.county)
        make_fees.a_fine(desk, establishment=place)
        make_fees.paid(make_fees.issued(desk, place).lines.get())


def more_refunds(desk, n):
    for _n in range(n):
        place = make.an_enterprise(desk.county)
        fine = make_fees.a_fine(desk, establishment=place)
        make_fees.paid(make_fees.issued(desk, place).lines.get())
        fine.correct(by=desk.registrar, amount=1000, note="更正")
        Refund.ask(fine, by=desk.registrar, amount=1, reason="多缴")


def more_ceilings(desk, n):
    for k in range(n):
        make_fees.a_ceiling(desk.county, code=f"FK-{FineCeiling.objects.count() + k}")


def more_demands(desk, n):
    for k in range(n):
        make_fees.a_demand(desk.county, code=f"ZZ-{ProhibitedDemand.objects.count() + k}")


def more_reported_demands(desk, n):
    demand = make_fees.a_demand(desk.county, code=f"MM-{ReportedDemand.objects.count()}")
    for _n in range(n):
        said = {"agency": desk.agency, "source": "PATROL", "demanded_on": desk.county.today(), "words": "要赞助"}
        ReportedDemand.report(by=desk.auditor, county=desk.county, demand=demand, **said)


def more_receipts(desk, n):
    for _n in range(n):
        notice = desk.issued()
        code = ReceiptCode.hand_out(notice, by=desk.intake, note="持执照")
        Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 5})


def more_complaints(desk, n):
    for _n in range(n):
        Complaint.make(desk.numbered(), category="OTHER")


def more_attempts(desk, n):
    for _n in range(n):
        Attempt.record(by=desk.clerk, act="POST /", refusal=Refused("不行"))


def more_letters(desk, n):
    with signed(by=make.system(), verb="write"):
        for _n in range(n):
            Letter.write(county=desk.county.code, about="一号", subject="一封信", body="正文", address="13900000000")


def more_printouts(desk, n):
    for _n in range(n):
        Printout.ask(by=desk.clerk, kind=Printout.Kind.APPROVAL, about=desk.endorsed())


def more_claims(desk, n):
    for _n in range(n):
        said.claimed(desk)


def more_plates(desk, n):
    for _n in range(n):
        Plate.make(make.an_enterprise(desk.county), by=desk.intake)


def more_cards(desk, n):
    for _n in range(n):
        ReceiptCard.make(make.an_enterprise(desk.county), by=desk.intake)


def more_matters(desk, n):
    for _n in range(n):
        make.a_matter(desk.county, f"M{next(make._count)}")


def more_grounds(desk, n):
    for _n in range(n):
        make.a_ground(desk.county, f"G{next(make._count)}")


def more_sheets(desk, n):
    with signed(by=make.system(), verb="found"):
        for _n in range(n):
            sheet = CheckSheet.objects.create(county=desk.county, code=f"B{next(make._count)}", name="表", starts=make.LONG_AGO)
            CheckSheetRow.objects.create(sheet=sheet, place=1, object="厂", item="许可", content="有无", standard="应当有")


def more_quiet_rules(desk, n):
    with signed(by=make.system(), verb="found"):
        for _n in range(n):
            QuietRule.objects.create(county=desk.county, code=f"Q{next(make._count)}", name="宁静日", weekdays=[1], starts=make.LONG_AGO)


def more_undisturbed(desk, n):
    with signed(by=make.system(), verb="found"):
        for _n in range(n):
            enterprise = make.an_enterprise(desk.county).enterprise
            UndisturbedListing.objects.create(enterprise=enterprise, starts=make.LONG_AGO, source="第一批")


def more_days(desk, n):
    with signed(by=make.system(), verb="found"):
        for _n in range(n):
            day = datetime.date(2030, 1, 1) + datetime.timedelta(days=next(make._count))
            CalendarDay.objects.create(county=desk.county, date=day, working=False, source="演示")


LISTS = {
    "out-of-scope/": more_matters,
    "decline-grounds/": more_grounds,
    "check-sheets/": more_sheets,
    "quiet-rules/": more_quiet_rules,
    "undisturbed/": more_undisturbed,
    "calendar-days/": more_days,
    "counties/": more_counties,
    "agencies/": more_agencies,
    "officers/": more_officers,
    "enterprises/": more_enterprises,
    "inspection-items/": more_items,
    "acts/": more_acts,
    "rights/": more_rights,
    "plans/": more_plans,
    "notices/": more_notices,
    "visits/": more_visits,
    "fee-items/": more_fee_items,
    "charges/": more_charges,
    "payment-notices/": more_payment_notices,
    "treasury-receipts/": more_treasury_receipts,
    "refunds/": more_refunds,
    "fine-ceilings/": more_ceilings,
    "prohibited-demands/": more_demands,
    "reported-demands/": more_reported_demands,
    "receipts/": more_receipts,
    "complaints/": more_complaints,
    "attempts/": more_attempts,
    "letters/": more_letters,
    "printouts/": more_printouts,
    "claims/": more_claims,
    "programmes/": more_programmes,
    "draws/": more_draws,
    "drawn-lines/": more_drawn_lines,
    "referrals/": more_referrals,
    "plates/": more_plates,
    "receipt-cards/": more_cards,
}
#: who reads a list that is not for 稽核
READERS = {"plates/": "intake", "receipt-cards/": "intake"}


@pytest.mark.parametrize("place", by_turns(LISTS))
def test_a_list_asks_as_often_for_30_rows_as_for_3(desk, at, place):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            status, page = at(getattr(desk, READERS.get(place, "auditor"))).get(place)
        assert status == 200
        return len(queries), len(page["results"])

    LISTS[place](desk, 3)
    few, rows = asked()
    assert rows >= 3
    LISTS[place](desk, 27)
    many, rows = asked()
    assert rows >= 30
    assert (few, many) == (few, few)


def test_every_list_of_the_api_is_among_those_counted():
    from .test_closed import addresses

    lists = {a.lstrip("^").rstrip("$") for a in addresses()}
    lists = {a for a in lists if a.count("/") == 1 and "<" not in a}
    no_rows = {"schema/", "docs/", "redoc/", "me/", "rules/", "deputies/", "board/", "receipt-codes/", "follow/", "report/", "promise-key/"}
    # Worked out in one go for a county and a time, or a few a month.
    whole = {"differences/", "money-differences/", "calls-again/", "questions/", "releases/"}
    assert lists - set(LISTS) == no_rows | whole


def test_pages_follow_each_other_without_gap_or_twin(desk, at):
    more_agencies(desk, 6)
    hand, address, seen = at(desk.clerk), "/api/v1/agencies/?page_size=3", []
    while address:
        page = hand.client.get(address).json()
        seen += [row["uid"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 7


def test_lists_are_narrowed_by_state_words_and_kind(desk, at):
    plan, notice = desk.endorsed(), desk.numbered()
    clerk = at(desk.clerk)
    assert [p["uid"] for p in clerk.get("plans/", status="ENDORSED")[1]["results"]] == [str(plan.uid)]
    assert clerk.get("plans/", words="没有这家")[1]["results"] == []
    assert len(clerk.get("plans/", words="演示食品")[1]["results"]) == 2
    assert [n["uid"] for n in clerk.get("notices/", words=str(notice.number))[1]["results"]] == [str(notice.uid)]
    assert clerk.get("notices/", on=desk.county.today().isoformat())[1]["results"] == []  # numbered, not yet issued
    words = desk.establishment.enterprise.identifier
    assert len(clerk.get("enterprises/", words=words)[1]["results"]) == 1
    assert clerk.get("plans/", status="NONSENSE")[0] == 422
    assert desk.agency.effect == Effect.REVIEW
