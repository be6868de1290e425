"""The lists of this room, as they are sent in and taken out: the fee list as published, and the ceilings of fines."""

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.importing import DatedLines, Gathered, Line, Progress, Result, Signer, Unreadable, line_columns, of, register
from accounts.models import County, YuanFormField, yuan

from .models import FeeItem, FineCeiling
from .standard import MILLI, MILLION, Way, amount_in_words, percent

#: what stands in the name of a published list -> the kind of all its lines
KIND_OF_SHEET = {
    "政府性基金": FeeItem.Kind.FUND,
    "保证金": FeeItem.Kind.DEPOSIT,
    "服务": FeeItem.Kind.SERVICE,
    "行政事业性": FeeItem.Kind.FEE,
}
#: kind -> how codes of lines begin that were published without one
PREFIX = {FeeItem.Kind.FEE: "XZ", FeeItem.Kind.FUND: "JJ", FeeItem.Kind.DEPOSIT: "BZ", FeeItem.Kind.SERVICE: "FW"}


def money(cell: str) -> int | None:
    """Read an amount in yuan into fen; nothing is None."""
    if not cell:
        return None
    try:
        return YuanFormField(required=False).clean(cell)
    except ValidationError as fault:
        raise Unreadable(fault.messages[0].rstrip("。")) from None


def rate(cell: str) -> int | None:
    """Read a rate (3%, 0.5‰, 万分之五) into millionths; nothing is None."""
    if not cell:
        return None
    said = cell.replace("％", "%").replace(" ", "")
    for word, times in (("百分之", 10_000), ("千分之", 1_000), ("万分之", 100)):
        if said.startswith(word):
            said = f"{_number(said[len(word) :]) * times / 10_000}%"
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(%|‰)", said)
    if not found:
        raise Unreadable(_now("不是费率"))
    millionths = Decimal(found[1]) * (10_000 if found[2] == "%" else 1_000)
    if millionths != int(millionths) or not 0 < millionths <= MILLION:
        raise Unreadable(_now("费率应当大于零，不超过百分之百，最多精确到百万分之一"))
    return int(millionths)


def _number(text: str) -> Decimal:
    digits = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
    if text in digits:
        return Decimal(digits[text])
    if found := re.fullmatch(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)", text):
        return Decimal((digits[found[1]] if found[1] else 1) * 10 + (digits[found[2]] if found[2] else 0))
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Unreadable(_now("不是费率")) from None


def steps(cell: str) -> list[list[int | None]]:
    """Read steps, apart by ；: “至100：5；至500：4；以上：3”. Gives (up to, in thousandths; price in fen), the last without end."""
    found: list[list[int | None]] = []
    for part in [part.strip() for part in re.split(r"[；;]", cell) if part.strip()]:
        said = re.fullmatch(r"(?:至\s*([0-9]+(?:\.[0-9]{1,3})?)|以上)\s*[：:]\s*(\S+)", part)
        if not said:
            raise Unreadable(_now("“%(part)s”看不懂") % {"part": part[:20]})
        top = int(Decimal(said[1]) * MILLI) if said[1] else None
        found.append([top, money(said[2])])
    tops = [top for top, _price in found]
    if found and (tops[-1] is not None or None in tops[:-1] or tops[:-1] != sorted(set(tops[:-1]))):
        raise Unreadable(_now("各档应当由小到大，最后一档写“以上”"))
    return found


def steps_in_words(value: Any) -> str:
    """Return steps as they are written in a list."""
    return "；".join((f"至{amount_in_words(top)}" if top is not None else "以上") + f"：{yuan(price)}" for top, price in value or [])


def _yuan(name: str, model: type[models.Model] = FeeItem, **more: Any) -> Any:
    return replace(of(model, name, **more), parse=money, show=lambda fen: yuan(fen), remedy=_("填写金额，单位元，最多两位小数；没有可不填"))


def _rate(name: str, **more: Any) -> Any:
    return replace(of(FeeItem, name, **more), parse=rate, show=_percent, remedy=_("填写如 2%、0.5‰ 或者 万分之五；没有可不填"))


def _or_usual(name: str) -> Any:
    """Return the column of a closed list; an empty cell is what the field has when nothing is said."""
    column, usual = of(FeeItem, name), FeeItem._meta.get_field(name).default
    return replace(column, parse=lambda cell: column.parse(cell) or usual)


def _percent(value: int | None) -> str:
    return percent(value) if value else ""


class FeeItems(DatedLines):
    """收费项目目录清单."""

    code, title = "fee-items", _("收费目录")
    help = _(
        "照公布的目录清单填写或者直接导入：没有编码的，按项目名称认行；没有“类别”一列的，工作表名称里写明是行政事业性收费、政府性基金、"
        "保证金还是服务收费。清单之外一律不得收费。停征、改税的填写废止日期。"
    )
    model, searched = FeeItem, ("code", "name", "collecting_unit", "law_basis", "documents")
    columns = line_columns(
        FeeItem, "kind", "name", "collecting_unit", "payer", "level", "goes_to", "destination", "voucher", "where_to_pay", "law_basis",
        "documents", "standard", "way", "unit_price", "rate", "steps", "ceiling", "unit", "period", "pay_within", "late_rate",
        "late_basis", "published_url",
        code=of(FeeItem, "code", required=False, also=("项目编码", "收费编码")),
        kind=of(FeeItem, "kind", required=False, also=("收费类别", "收费性质")),
        name=of(FeeItem, "name", also=("收费项目", "收费项目名称", "基金名称", "保证金名称", "项目")),
        collecting_unit=of(FeeItem, "collecting_unit", also=("部门", "执收部门", "收费单位", "征收部门", "收取单位")),
        payer=of(FeeItem, "payer", also=("缴费人", "收费对象", "征收对象", "缴费义务人")),
        goes_to=_or_usual("goes_to"),
        voucher=_or_usual("voucher"),
        way=_or_usual("way"),
        destination=of(FeeItem, "destination", also=("资金管理方式", "缴入级次", "预算管理方式")),
        documents=of(FeeItem, "documents", also=("政策依据", "文件依据", "设立依据", "收费文件")),
        standard=of(FeeItem, "standard", also=("收费标准", "征收标准", "标准（原文）")),
        unit_price=_yuan("unit_price"), ceiling=_yuan("ceiling", also=("最高限额",)),
        rate=_rate("rate", also=("费率",)), late_rate=_rate("late_rate"),
        steps=replace(
            of(FeeItem, "way"), name="steps", heading=_("分档"), required=False, parse=steps, show=steps_in_words,
            remedy=_("写成“至100：5；至500：4；以上：3”，数量在前，单价（元）在后"),
        ),
        published_url=of(FeeItem, "published_url", also=("公开网址", "文件网址")),
    )  # fmt: skip

    def take_in(self, county: County, lines: list[Line], faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
        self._complete(county, lines, faults)
        return super().take_in(county, lines, faults, signer, progress)

    def _complete(self, county: County, lines: list[Line], faults: Gathered) -> None:
        """Fill in what a published list says by its title: kind and, for a line known by name, its code."""
        kept = list(self.rows(county))
        known, kinds = {(row.kind, row.name): row.code for row in kept}, {row.code: row.kind for row in kept}
        used = [row.code for row in kept] + [line.facts["code"] for line in lines if line.facts.get("code")]
        for line in lines:
            if not line.facts.get("kind"):
                said = next((kind for word, kind in KIND_OF_SHEET.items() if word in line.sheet), "")
                line.facts["kind"] = kinds.get(line.facts.get("code", ""), said)
            if not line.facts["kind"]:
                faults.add(line, _("类别"), _("没有填写，工作表名称也没有写明"), _("填写类别，或者把类别写进工作表名称"))
                line.facts["kind"] = FeeItem.Kind.FEE
            if not line.facts.get("code"):
                key = (line.facts["kind"], line.facts["name"])
                line.facts["code"] = known.get(key) or known.setdefault(key, _next_code(PREFIX[line.facts["kind"]], used))

    def check(self, line: Line, faults: Gathered) -> None:
        facts = line.facts
        way = facts.get("way")
        needs = {Way.EACH: "unit_price", Way.RATE: "rate", Way.STEPS: "steps", Way.BRACKET: "steps"}.get(way)
        headings = {column.name: column.heading for column in self.columns}
        if needs and needs in facts and not facts[needs]:
            what = _now("计算方式是“%(way)s”，没有填写") % {"way": way}
            faults.add(line, headings[needs], what, _("照文件填写，或者把计算方式改为“按文件”"))
        if facts.get("late_rate") and not facts.get("late_basis"):
            faults.add(line, headings["late_rate"], _("没有写滞纳金自己的依据"), _("填写滞纳金依据；没有依据的不得加收"))


def _next_code(prefix: str, used: list[str]) -> str:
    taken = [int(found[1]) for code in used if (found := re.fullmatch(rf"{prefix}-(\d+)", code))]
    code = f"{prefix}-{max(taken, default=0) + 1:02d}"
    used.append(code)
    return code


class Ceilings(DatedLines):
    """罚款上限."""

    code, title = "fine-ceilings", _("罚款上限")
    help = _("一行一个条款的最高罚款。登记的罚款引用了这一条的，不得超过。地方政府规章设定的，还受省规定的限额约束。")
    model, searched = FineCeiling, ("code", "law", "article", "case")
    columns = line_columns(
        FineCeiling,
        "law",
        "article",
        "case",
        "basis_kind",
        "ceiling",
        "safety_or_ecology",
        ceiling=_yuan("ceiling", FineCeiling, required=True),
    )

    def take_in(self, county: County, lines: list[Line], faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
        today = county.today()
        for line in lines:
            if line.facts["basis_kind"] != FineCeiling.Basis.LOCAL_RULE:
                continue
            code = "fine.local_rule_max_safety_ecology" if line.facts.get("safety_or_ecology") else "fine.local_rule_max"
            most = county.rule(code, on=today)
            if line.facts["ceiling"] and line.facts["ceiling"] > most * 100:
                what = _now("地方政府规章设定的罚款不得超过 %(most)s 元（山东省地方政府规章设定罚款限额规定第3条）") % {"most": most}
                faults.add(line, _("最高（元）"), what, _("核对规章和金额"))
        return super().take_in(county, lines, faults, signer, progress)


register(FeeItems, Ceilings)
