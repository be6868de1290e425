"""The public lists: items, fees, acts, rights and limits, from the checked tables of statutes.

A line whose article was renumbered by a later text (``later_change`` … 条号待换) ends on the day that
text came into force: it stays in the list, and no filing can cite it any more.
"""

import datetime
import re
from collections.abc import Callable

from accounts.models import County, ListLine, RuleValue, User
from audit.models import Audited, signed_bulk
from fees.models import FeeItem
from inspection.models import EnterpriseAct, InspectionItem, VisitRight

from .county import SINCE
from .data import table

FEES_SINCE = datetime.date(2015, 1, 1)
#: rights shown on the scan page and overleaf of the notice: those a small owner meets
ON_PAGE = {
    *("R-01", "R-02", "R-09", "R-11", "R-12", "R-15"),
    *("C-02", "C-03", "C-04", "C-06", "C-07", "C-13"),
    *("P-01", "P-03", "P-06", "P-07", "P-09"),
}
#: keys of the table that the code asks for by another name
ASKED_AS = {"penalty.officers_min": "officers.min"}


def found(system: User, county: County) -> None:
    """Put in the lines that are not there yet."""
    _found(system, county, InspectionItem, "inspection-items", "item_code", _item)
    _found(system, county, FeeItem, "fee-items", "code", _fee)
    _found(system, county, EnterpriseAct, "acts", "code", _act)
    _found(system, county, VisitRight, "visit-rights", "code", _right)
    known = set(RuleValue.objects.filter(county=county).values_list("code", flat=True))
    limits = [_limit(county, row) for row in table("statute-limits")]
    signed_bulk([limit for limit in limits if limit.code not in known], by=system, verb="found")


def _found(system: User, county: County, model: type[ListLine], name: str, key: str, line: Callable[[dict[str, str]], dict | None]) -> None:
    known = set(model.objects.filter(county=county).values_list("code", flat=True))
    rows: list[Audited] = []
    for row in table(name):
        facts = line(row)
        if facts is None or row[key] in known:
            continue
        facts = {"starts": SINCE, "ends": _renumbered_on(row), **facts}
        rows.append(model(county=county, code=row[key], source=_source(row), **facts))
    signed_bulk(rows, by=system, verb="found")


def _item(row: dict[str, str]) -> dict:
    return {
        "name": row["item_name"],
        "agency_kind": row["agency_kind"].split("（")[0],
        "law": row["law"],
        "article": row["article"],
        "basis_kind": row["basis_kind"],
        "object_kind": row["object_kind"],
        "method": row["method"],
        "off_site_possible": row["off_site_possible"] == "是",
    }


def _fee(row: dict[str, str]) -> dict | None:
    if row["fee_kind"] not in FeeItem.Kind.values:
        return None  # 罚没 needs a decision, not a line of the fee list
    return {
        "kind": row["fee_kind"],
        "name": row["item"],
        "collecting_unit": row["collecting_unit_kind"],
        "payer": row["payer"],
        "level": row["level"],
        "destination": row["fund_destination"],
        "law_basis": row["law_basis"],
        "documents": row["basis_documents"],
        "standard": row["note"],
        "starts": FEES_SINCE,
        # The fee goes on when only the law behind it is renumbered; it ends when it is stopped or made a tax.
        "ends": _date(row["status_date"]) if row["status"] in ("停征", "改税") else None,
    }


def _act(row: dict[str, str]) -> dict:
    return {
        "act": row["act"],
        "variant": row["variant"],
        "filing": row["may_be_filed"],
        "law": row["law"],
        "article": row["article"],
        "reason": row["reason"],
    }


def _right(row: dict[str, str]) -> dict:
    return {
        "grade": row["grade"],
        "case": row["case"],
        "law": row["law"],
        "article": row["article"],
        "sentence": row["sentence"],
        "on_page": row["code"] in ON_PAGE,
    }


def _limit(county: County, row: dict[str, str]) -> RuleValue:
    return RuleValue(
        county=county,
        code=ASKED_AS.get(row["key"], row["key"]),
        value=row["value"],
        unit="工作日" if row["unit"] == "日" and row["day_kind"] == "工作日" else row["unit"],
        starts=_date(row["text_date"]) or FEES_SINCE,
        source=f"{row['law']}{row['article']}" + (f"（{row['note']}）" if row["note"] else ""),
    )


def _renumbered_on(row: dict[str, str]) -> datetime.date | None:
    found = re.search(r"(\d{4}-\d\d-\d\d)施行.*条号待换", row["later_change"])
    return _date(found[1]) if found else None


def _source(row: dict[str, str]) -> str:
    parts = [row["source"], row["text_date"] and f"文本日期{row['text_date']}", row["later_change"]]
    return "；".join(part for part in parts if part)


def _date(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
