"""The lists of inspection, as they are sent in and taken out: columns as data."""

import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.importing import Column, DatedLines, Gathered, Line, ListKind, Progress, Result, Signer, line_columns, of, register
from accounts.importing.columns import several, text, whole
from accounts.importing.kinds import doubles
from accounts.models import Agency, County, Enterprise

from .models import (
    CheckSheet,
    CheckSheetRow,
    DeclineGround,
    EnterpriseAct,
    InspectionItem,
    OutOfScopeMatter,
    ProhibitedDemand,
    QuietRule,
    Referral,
    VisitRight,
)
from .models.quiet import WEEKDAYS


class Items(DatedLines):
    """检查事项清单."""

    code, title = "inspection-items", _("检查事项")
    help = _("未公布的事项不得实施检查。设定频次上限的，要写依据。内容变更的行，旧行自新行施行之日废止。")
    model, searched = InspectionItem, ("code", "name", "agency_kind", "law")
    columns = line_columns(
        InspectionItem, "name", "agency_kind", "law", "article", "basis_kind", "object_kind", "method", "off_site_possible", "level",
        "published_url", "yearly_cap", "cap_source", "counts_toward_cap",
        name=of(InspectionItem, "name", also=("检查事项", "检查事项名称")),
        law=of(InspectionItem, "law", also=("法律依据",)),
        object_kind=of(InspectionItem, "object_kind", also=("检查对象类型",)),
    )  # fmt: skip

    def rows(self, county: County) -> models.QuerySet:
        return super().rows(county).with_last_used()

    def check(self, line: Line, faults: Gathered) -> None:
        if line.facts.get("yearly_cap") is not None and not line.facts.get("cap_source", "?"):
            faults.add(line, _("频次上限依据"), _("设了频次上限，没有写依据"), _("填写公布频次上限的文件"))


class Acts(DatedLines):
    """涉企行为清单."""

    code, title = "acts", _("涉企行为")
    model, searched = EnterpriseAct, ("code", "act", "variant", "law")
    columns = line_columns(EnterpriseAct, "act", "variant", "filing", "law", "article", "reason")


class Demands(DatedLines):
    """从不合法的要求."""

    code, title = "prohibited-demands", _("从不合法的要求")
    help = _("摊派、赞助、集资、订阅、入会、指定购买等，每行写明禁止它的条款。识别词出现在备案或者收费登记里的，按这一条拒绝。")
    model, searched = ProhibitedDemand, ("code", "kind", "law", "rule", "words")
    columns = line_columns(ProhibitedDemand, "kind", "law", "article", "who", "rule", "basis_kind", "words")


class Matters(DatedLines):
    """不适用备案的事项."""

    code, title = "out-of-scope", _("不适用备案的事项")
    model, searched = OutOfScopeMatter, ("code", "matter", "law")
    columns = line_columns(OutOfScopeMatter, "matter", "law", "article", "by_whom", "explanation")


class Grounds(DatedLines):
    """不予备案的理由."""

    code, title = "decline-grounds", _("不予备案的理由")
    help = _("每条理由写明依据本县哪一条规定。不予备案不产生处罚。")
    model, searched = DeclineGround, ("code", "text", "rule")
    columns = line_columns(DeclineGround, "text", "rule")


class Rights(DatedLines):
    """企业可以做什么."""

    code, title = "visit-rights", _("企业可以做什么")
    model, searched = VisitRight, ("code", "case", "law", "sentence")
    columns = line_columns(VisitRight, "grade", "case", "law", "article", "sentence", "on_page")


class Quiet(DatedLines):
    """宁静日."""

    code, title = "quiet-rules", _("宁静日")
    help = _("按每月几日至几日，或者按星期，可以都写。例外写词语，用顿号隔开。")
    model, searched = QuietRule, ("code", "name")
    columns = line_columns(
        QuietRule, "name", "days_from", "days_to", "weekdays", "exceptions",
        days_from=of(QuietRule, "days_from", parse=whole(1, 31), remedy=_("填写 1 到 31；按星期的不填")),
        days_to=of(QuietRule, "days_to", parse=whole(1, 31), remedy=_("填写 1 到 31；按星期的不填")),
        weekdays=Column(
            "weekdays", _("星期"), several(WEEKDAYS), _("填写周一至周日，用顿号隔开；按日期的不填"),
            show=lambda days: "、".join(str(WEEKDAYS[day]) for day in days),
        ),
        exceptions=Column(
            "exceptions", _("例外"), several(dict(QuietRule.Exception.choices)),
            _("填写其中几项，用顿号隔开：%(words)s") % {"words": "、".join(str(label) for label in QuietRule.Exception.labels)},
            show=lambda codes: "、".join(str(QuietRule.Exception(code).label) for code in codes),
        ),
    )  # fmt: skip

    def check(self, line: Line, faults: Gathered) -> None:
        first, last = line.facts.get("days_from"), line.facts.get("days_to")
        if (first is None) != (last is None) or (first and first > last):
            faults.add(line, _("每月几日起"), _("起止日期不全或者前后颠倒"), _("两个日期都填，前一个不大于后一个；按星期的都不填"))
        if first is None and last is None and not line.facts.get("weekdays"):
            faults.add(line, _("星期"), _("没有写哪几天"), _("填写每月几日至几日，或者星期"))


class Sheets(DatedLines):
    """检查表（一张表单）: one row of the file a row of a sheet; the rows of one code are one sheet."""

    code, title = "check-sheets", _("检查表")
    help = _("同一编码的各行合为一张检查表，检查表名称、事项编码、日期和来源写得一样。有一行变更，就另立一张，旧表自新表施行之日废止。")
    model, searched = CheckSheet, ("code", "name", "item_code")
    OWN, ROW = ("name", "item_code", "source"), ("object", "item", "content", "standard")
    columns = (
        of(CheckSheet, "code"), of(CheckSheet, "name"), of(CheckSheet, "item_code"),
        *(of(CheckSheetRow, name) for name in ROW),
        *line_columns(CheckSheet)[1:],
    )  # fmt: skip

    def rows(self, county: County) -> models.QuerySet:
        return super().rows(county).prefetch_related("rows")

    def facts_of(self, row: CheckSheet) -> dict[str, Any]:
        first = next(iter(row.rows.all()), CheckSheetRow())
        own = {name: getattr(row, name) for name in ("code", *self.OWN, "starts", "ends")}
        return {**own, **{name: getattr(first, name) for name in self.ROW}}

    def exported(self, county: County, on: Any) -> Any:
        for sheet in self.in_force(self.rows(county), on):
            own = self.facts_of(sheet)
            for row in sheet.rows.all():
                facts = {**own, **{name: getattr(row, name) for name in self.ROW}}
                yield [column.show(facts[column.name]) for column in self.columns]

    def take_in(self, county: County, lines: list[Line], faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
        doubles(lines, lambda line: tuple(line.facts[name] for name in ("code", *self.ROW)), faults, _("检查内容"))
        sheets: dict[str, Line] = {}
        for line in lines:
            facts = line.facts
            own = {name: facts[name] for name in ("code", *self.OWN, "starts", "ends") if name in facts}
            sheet = sheets.setdefault(facts["code"], Line(line.sheet, line.row, {**own, "rows": []}))
            for name, value in own.items():
                if sheet.facts[name] != value:
                    heading = next(column.heading for column in self.columns if column.name == name)
                    problem = _now("与第 %(row)d 行是同一张检查表，但是写得不一样") % {"row": sheet.row}
                    faults.add(line, heading, problem, _("写成一样，或者改正编码"))
                    break
            sheet.facts["rows"].append(tuple(facts[name] for name in self.ROW))
        return super().take_in(county, list(sheets.values()), faults, signer, progress)

    def same(self, row: CheckSheet, facts: dict[str, Any]) -> bool:
        rows = [tuple(getattr(one, name) for name in self.ROW) for one in row.rows.all()]
        return rows == facts["rows"] and super().same(row, {name: value for name, value in facts.items() if name != "rows"})

    def made(self, county: County, before: Any, facts: dict[str, Any]) -> CheckSheet:
        rows = facts["rows"]
        inherited = {name: getattr(before, name) for name in self.OWN if before and name not in facts}
        sheet = CheckSheet(county=county, **inherited, **{name: value for name, value in facts.items() if name != "rows"})
        sheet.coming = [CheckSheetRow(place=place, **dict(zip(self.ROW, said, strict=True))) for place, said in enumerate(rows, start=1)]
        return sheet

    def save_new(self, new: list[Any], signer: Signer, progress: Progress) -> None:
        signer.save_new(new, progress)
        rows = [row for sheet in new for row in sheet.coming]
        for sheet in new:
            for row in sheet.coming:
                row.sheet = sheet
        signer.save_new(rows, progress)


class Referrals(ListKind):
    """线索移送, as a hotline or a platform hands them over: new ones are taken in, known ones left alone."""

    code, title = "referrals", _("线索移送")
    help = _("写事，不写投诉举报人的姓名、电话、住址。已登记的编号不重复登记。")
    for_office = True
    searched = ("number", "source", "agency__name")
    columns = (
        of(Referral, "kind"), of(Referral, "number"), of(Referral, "received_on"), of(Referral, "source"), of(Referral, "matter"),
        Column("agency", _("移送给"), text(40), _("填写检查单位清单中的代码"), required=True),
        Column("enterprise", _("涉及企业"), text(40), _("填写统一社会信用代码；没有明确企业的不填")),
    )  # fmt: skip

    def rows(self, county: County) -> models.QuerySet:
        return Referral.objects.filter(county=county).select_related("agency", "enterprise").order_by("received_on", "pk")

    def in_force(self, rows: models.QuerySet, on: datetime.date) -> models.QuerySet:
        return rows.filter(received_on__lte=on)

    def facts_of(self, row: Referral) -> dict[str, Any]:
        own = {name: getattr(row, name) for name in ("kind", "number", "received_on", "source", "matter")}
        return {**own, "agency": row.agency.code, "enterprise": row.enterprise.identifier if row.enterprise else ""}

    def take_in(self, county: County, lines: list[Line], faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
        doubles(lines, lambda line: (line.facts["kind"], line.facts["number"], line.facts["agency"]), faults, _("编号"))
        agencies = {agency.code: agency for agency in Agency.objects.filter(county=county)}
        named = {line.facts.get("enterprise") for line in lines} - {"", None}
        enterprises = {row.identifier: row for row in Enterprise.objects.filter(county=county, identifier__in=named)}
        known = {(row.kind, row.number, row.agency.code) for row in self.rows(county)}
        result, new = Result(), []
        for line in lines:
            facts, whose = dict(line.facts), line.facts.get("enterprise")
            if facts["agency"] not in agencies:
                faults.add(line, _("移送给"), _now("没有代码为“%(code)s”的单位") % {"code": facts["agency"]}, _("填写检查单位清单中的代码"))
            if whose and whose not in enterprises:
                faults.add(line, _("涉及企业"), _now("没有找到“%(code)s”") % {"code": whose}, _("核对统一社会信用代码，或者不填"))
            if facts["received_on"] and facts["received_on"] > county.today():
                faults.add(line, _("日期"), _("在今天之后"), _("填写收到线索的日期"))
            if (facts["kind"], facts["number"], facts["agency"]) in known:
                result.same += 1
            elif facts["agency"] in agencies:
                place = enterprises.get(whose) if whose else None
                new.append(Referral(county=county, **{**facts, "agency": agencies[facts["agency"]], "enterprise": place}))
                result.new += 1
        faults.raise_any()
        if signer:
            for row in new:
                row.entered_by = signer.by
            signer.save_new(new, progress)
        return result


register(Items, Acts, Demands, Matters, Grounds, Rights, Quiet, Sheets, Referrals)
