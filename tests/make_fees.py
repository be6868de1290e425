"""Money in the tests: charges, payment notices, and the bank played by the mock of the non-tax system."""

import datetime
from typing import Any
from unittest import mock

from accounts.models import RuleValue
from audit.models import Audited, signed
from fees import documents
from fees.adapters import mock as bank
from fees.models import Charge, FineCeiling, PaymentNotice, TreasuryReceipt
from inspection.models import ProhibitedDemand
from tests import make

DAY = datetime.timedelta(days=1)


def a_fee(desk: Any, item: Any = None, **facts: Any) -> Charge:
    """A fee of 120 yuan that documents state, unless said otherwise; ``item`` a line of the list, or words."""
    words, item = (item, None) if isinstance(item, str) else ("", item)
    item = item or make.a_fee_item(desk.county)
    return Charge.register(
        **{
            "by": desk.registrar, "agency": desk.agency, "establishment": desk.establishment, "kind": "FEE", "item": words or item.code,
            "collector": desk.officer_row, "charged_on": desk.county.today(),
            **({} if item.as_standard.asks_quantity or item.rate else {"amount": 12000}), **facts,
        }
    )  # fmt: skip


def a_fine(desk: Any, **facts: Any) -> Charge:
    """A fine of 5 000 yuan under a decision of its own."""
    today = desk.county.today()
    return Charge.register(
        **{
            "by": desk.registrar, "agency": desk.agency, "establishment": desk.establishment, "kind": "FINE", "amount": 500000,
            "collector": desk.officer_row, "charged_on": today, "decision_number": f"沂市监罚〔2026〕{Charge.objects.count() + 1}号",
            "decision_date": facts.get("charged_on", today), "article": "某法第126条", **facts,
        }
    )  # fmt: skip


def gathered(desk: Any, establishment: Any = None) -> PaymentNotice:
    """All open charges of an enterprise on one notice, its paper still to come."""
    return PaymentNotice.gather(by=desk.finance, enterprise=(establishment or desk.establishment).enterprise)


def issued(desk: Any, establishment: Any = None) -> PaymentNotice:
    """The same, with codes and a paper that stands in for the real one."""
    return with_codes(gathered(desk, establishment))


def with_codes(notice: PaymentNotice) -> PaymentNotice:
    """Issue a gathered notice."""
    documents.fetch_codes(notice, by=make.system())
    notice.issue(
        by=make.system(), snapshot=documents.snapshot_of(notice),
        document=documents.StoredFile.keep(f"%PDF {notice.uid}".encode(), "application/pdf"),
    )  # fmt: skip
    return notice


def paid(line: Any, amount: int | None = None, on: datetime.date | None = None) -> int:
    """Somebody pays one line at the bank, and the feed is taken in. Returns how many lines of the feed were new."""
    line.refresh_from_db()
    bank.pay(line.code, line.amount if amount is None else amount, on or line.notice.county.today())
    return TreasuryReceipt.take_in_due(by=make.system())


def a_ceiling(county: Any, **facts: Any) -> FineCeiling:
    """An article with its ceiling."""
    said = {"code": "FK-01", "law": "某法", "article": "第126条", "basis_kind": "法律", "ceiling": 5_000_000, "starts": make.LONG_AGO}
    return put_in(FineCeiling(county=county, **{**said, **facts}))


def a_demand(county: Any, **facts: Any) -> ProhibitedDemand:
    """A demand that is never lawful."""
    said = {
        "code": "ZZ-1", "kind": "赞助捐赠", "law": "山东省企业权益保护条例", "article": "第21条", "rule": "第九项：索要赞助、强制捐赠",
        "words": "赞助、捐款", "starts": make.LONG_AGO,
    }  # fmt: skip
    return put_in(ProhibitedDemand(county=county, **{**said, **facts}))


def a_rule(county: Any, code: str, value: str) -> None:
    """A county's own value of a rule, since long ago."""
    put_in(RuleValue(county=county, code=code, value=value, starts=make.LONG_AGO, source="县规定"))


def a_fine_from_before(desk: Any) -> Charge:
    """A fine as it was registered before there were entries."""
    with mock.patch("fees.models.charge.book"):
        return a_fine(desk)


def put_in(row: Audited) -> Any:
    """Save a row as the founding of a county does."""
    with signed(by=make.system(), verb="found"):
        row.save()
    return row
