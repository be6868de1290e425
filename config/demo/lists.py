"""The public lists: items, fees, acts, rights and limits, from the checked tables of statutes.

A line whose article was renumbered by a later text (``later_change`` … 条号待换) ends on the day that
text came into force: it stays in the list, and no filing can cite it any more.
"""

import datetime
import re
from collections.abc import Callable

from accounts.models import County, ListLine, RuleValue, User
from audit.models import Audited, signed_bulk
from fees.models import FeeItem, FineCeiling
from fees.standard import Way
from inspection.models import (
    CheckSheet,
    CheckSheetRow,
    DeclineGround,
    EnterpriseAct,
    InspectionItem,
    OutOfScopeMatter,
    ProhibitedDemand,
    QuietRule,
    VisitRight,
)

from .county import SINCE
from .data import table

#: item -> standard as it is computed with; those marked 演示 are invented, the county puts in its own documents
STANDARDS: dict[str, dict] = {
    "XZ-01": {"late_rate": 500, "late_basis": "水土保持法第57条"},
    "XZ-07": {"way": Way.EACH, "unit_price": 550_00, "unit": "件", "standard": "非住宅每件550元；住宅每件80元"},
    "XZ-09": {"way": Way.EACH, "unit_price": 200_00, "unit": "平方米", "standard": "混凝土路面修复每平方米200元（演示标准）"},
    "XZ-12": {
        "way": Way.STEPS, "steps": [[10_000, 300_00], [50_000, 260_00], [None, 220_00]], "unit": "台",
        "standard": "电梯定期检验（演示标准）：10台以下每台300元，超过10至50台部分每台260元，超过50台部分每台220元",
    },
    "JJ-03": {"late_rate": 5000, "late_basis": "残疾人就业条例第27条"},
    "BZ-01": {
        "way": Way.RATE, "rate": 20_000, "unit": "元", "standard": "施工合同额的2%（演示标准，省规定幅度内），可用保函替代",
    },
    "BZ-05": {"way": Way.EACH, "unit_price": 200_000_00, "unit": "家", "standard": "国内和入境业务200,000元；利息属旅行社"},
}  # fmt: skip
FEES_SINCE = datetime.date(2015, 1, 1)
#: rights shown on the scan page and overleaf of the notice: those a small owner meets
ON_PAGE = {
    *("R-01", "R-02", "R-09", "R-11", "R-12", "R-15"),
    *("C-02", "C-03", "C-04", "C-06", "C-07", "C-13"),
    *("P-01", "P-03", "P-06", "P-07", "P-09"),
}
#: item -> how often a year at most, and what does not count toward it (invented: the county publishes its own)
CAPS = {"SCJG-001": 2, "SCJG-004": 2, "SCJG-007": 1, "YJ-001": 2, "YJ-002": 4}
UNCOUNTED = {"SCJG-002", "SCJG-006"}
#: keys of the table that the code asks for by another name
ASKED_AS = {"penalty.officers_min": "officers.min"}


def found(system: User, county: County) -> None:
    """Put in the lines that are not there yet."""
    _found(system, county, InspectionItem, "inspection-items", "item_code", _item)
    _found(system, county, FeeItem, "fee-items", "code", _fee)
    _found(system, county, EnterpriseAct, "acts", "code", _act)
    _found(system, county, ProhibitedDemand, "prohibited-demands", "code", _demand)
    _found(system, county, FineCeiling, "fine-ceilings", "code", _ceiling)
    _found(system, county, VisitRight, "visit-rights", "code", _right)
    _found(system, county, OutOfScopeMatter, "out-of-scope", "code", _matter)
    _found(system, county, DeclineGround, "decline-grounds", "code", lambda row: {"text": row["text"], "rule": row["rule"]})
    _found(system, county, QuietRule, "quiet-rules", "code", _quiet)
    _found_sheets(system, county)
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


def _found_sheets(system: User, county: County) -> None:
    """Put in the check sheets that are not there yet: the rows of one code are one sheet."""
    known = set(CheckSheet.objects.filter(county=county).values_list("code", flat=True))
    groups: dict[str, list[dict[str, str]]] = {}
    for row in table("check-sheets"):
        if row["code"] not in known:
            groups.setdefault(row["code"], []).append(row)
    facts = {code: {"name": rows[0]["name"], "item_code": rows[0]["item_code"]} for code, rows in groups.items()}
    sheets = [CheckSheet(county=county, code=code, starts=SINCE, source=groups[code][0]["source"], **said) for code, said in facts.items()]
    signed_bulk(sheets, by=system, verb="found")
    words = ("object", "item", "content", "standard")
    rows = [
        CheckSheetRow(sheet=sheet, place=place, **{name: row[name] for name in words})
        for sheet in sheets
        for place, row in enumerate(groups[sheet.code], start=1)
    ]
    signed_bulk(rows, by=system, verb="found")


def _item(row: dict[str, str]) -> dict:
    cap = CAPS.get(row["item_code"])
    return {
        "level": "县级",
        "published_url": f"https://example.invalid/items/{row['item_code']}",
        "yearly_cap": cap,
        "cap_source": "沂水县涉企检查频次上限公告（演示，内容虚构）" if cap else "",
        "counts_toward_cap": row["item_code"] not in UNCOUNTED,
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
        **_goes_to(row),
        **STANDARDS.get(row["code"], {}),
        "published_url": f"https://example.invalid/fee-items/{row['code']}",
        "starts": FEES_SINCE,
        # The fee goes on when only the law behind it is renumbered; it ends when it is stopped or made a tax.
        "ends": _date(row["status_date"]) if row["status"] in ("停征", "改税") else None,
    }


def _goes_to(row: dict[str, str]) -> dict:
    """Return where the money goes, which voucher follows, and who collects what this window may not."""
    where, goes, voucher = row["fund_destination"], FeeItem.GoesTo, FeeItem.Voucher
    if "税务征收" in where:
        return {"goes_to": goes.TAX, "voucher": voucher.TAX, "where_to_pay": "税务机关"}
    if row["level"] == "合同双方":
        return {"goes_to": goes.DEPOSIT, "voucher": voucher.INVOICE, "where_to_pay": f"{row['collecting_unit_kind']}（合同约定）"}
    if "保证金专户" in where:
        return {"goes_to": goes.DEPOSIT, "voucher": voucher.FISCAL}
    if "代收" in row["collecting_unit_kind"] or "代征" in row["collecting_unit_kind"]:
        return {"goes_to": goes.TREASURY, "voucher": voucher.INVOICE, "where_to_pay": row["collecting_unit_kind"]}
    return {"goes_to": goes.TREASURY, "voucher": voucher.FISCAL}


def _demand(row: dict[str, str]) -> dict:
    return {
        "kind": row["demand_kind"], "law": row["law"], "article": row["article"], "who": row["who_is_forbidden"],
        "rule": row["short_rule"], "basis_kind": row["basis_kind"], "words": row["words"],
    }  # fmt: skip


def _ceiling(row: dict[str, str]) -> dict:
    return {
        "law": row["law"], "article": row["article"], "case": row["case"], "basis_kind": row["basis_kind"],
        "ceiling": int(row["ceiling"]) * 100, "safety_or_ecology": row["safety_or_ecology"] == "是",
    }  # fmt: skip


def _act(row: dict[str, str]) -> dict:
    return {
        "act": row["act"],
        "variant": row["variant"],
        "filing": row["may_be_filed"],
        "law": row["law"],
        "article": row["article"],
        "reason": row["reason"],
    }


def _matter(row: dict[str, str]) -> dict:
    return {name: row[name] for name in ("matter", "law", "article", "by_whom", "explanation")}


def _quiet(row: dict[str, str]) -> dict:
    return {
        "name": row["name"],
        "days_from": int(row["days_from"]) if row["days_from"] else None,
        "days_to": int(row["days_to"]) if row["days_to"] else None,
        "weekdays": [int(day) for day in row["weekdays"].split()],
        "exceptions": row["exceptions"].split(),
        "starts": _date(row["starts"]),
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
    found = re.search(r"(\d{4}-\d\d-\d\d)施行.*条号待换", row.get("later_change", ""))
    return _date(found[1]) if found else None


def _source(row: dict[str, str]) -> str:
    parts = [row["source"], row.get("text_date") and f"文本日期{row['text_date']}", row.get("later_change")]
    return "；".join(part for part in parts if part)


def _date(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
