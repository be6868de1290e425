"""The lists of this floor: who may inspect, with which certificate, who is left alone, which days are worked."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ..models import Agency, CalendarDay, Certificate, County, Enterprise, LegalStatus, Officer, UndisturbedListing
from .columns import Column, day, of, text, yes_no
from .keyed import KeyedRows
from .kinds import ListKind, Progress, Result, Signer, doubles, register
from .reading import Gathered, Line


class Agencies(KeyedRows):
    """检查单位."""

    code, title = "agencies", _("检查单位")
    help = _("受委托组织要写委托机关的代码，委托书要有公开网址或者文号。单位不再检查的，填写截止日期。")
    model, key, key_heading = Agency, ("code",), _("代码")
    searched = ("code", "name", "short_name", "kind")
    columns = (
        of(Agency, "code"),
        of(Agency, "name", also=("单位名称", "检查单位")),
        of(Agency, "short_name"),
        of(Agency, "kind"),
        of(Agency, "standing"),
        of(Agency, "legal_status"),
        of(Agency, "effect"),
        of(Agency, "effect_source"),
        Column(
            "delegator", _("委托机关代码"), text(40), _("填写委托机关在本清单中的代码"), show=lambda agency: agency.code if agency else ""
        ),
        of(Agency, "delegation_letter", also=("委托书文号", "委托书网址")),
        of(Agency, "grant_text"),
        of(Agency, "confirmed_on"),
        of(Agency, "phone"),
        of(Agency, "order_prefix"),
        of(Agency, "starts"),
        of(Agency, "ends"),
    )

    def rows(self, county: County) -> models.QuerySet:
        return Agency.objects.filter(county=county).select_related("delegator").order_by("code")

    def resolve(self, county: County, lines: list[Line], faults: Gathered) -> None:
        known: dict[str, Any] = {agency.code: agency for agency in Agency.objects.filter(county=county)}
        coming = {line.facts["code"]: line for line in lines}
        for line in lines:
            named = line.facts.get("delegator")
            if "delegator" in line.facts:
                line.facts["delegator"] = known.get(named) or (named if named in coming and named != line.facts["code"] else None)
                if named and not line.facts["delegator"]:
                    faults.add(
                        line, _("委托机关代码"), _now("清单中没有单位“%(code)s”") % {"code": named}, _("填写委托机关在本清单中的代码")
                    )
                    continue
            kept = known.get(line.facts["code"])
            delegator = line.facts.get("delegator", kept and kept.delegator_id)
            letter = line.facts.get("delegation_letter", kept and kept.delegation_letter)
            if line.facts["legal_status"] == LegalStatus.ENTRUSTED:
                if not delegator:
                    faults.add(line, _("委托机关代码"), _("受委托组织没有写委托机关"), _("填写委托机关的代码（行政处罚法第20条）"))
                if not letter:
                    faults.add(line, _("委托书"), _("受委托组织没有写委托书"), _("填写委托书的公开网址或者文号（行政处罚法第20条）"))
            if line.facts.get("ends") and line.facts["ends"] <= line.facts["starts"]:
                faults.add(line, _("止"), _("不晚于起始日期"), _("改正两个日期"))

    def made(self, county: County, facts: dict[str, Any]) -> Agency:
        if isinstance(facts.get("delegator"), str):  # comes in the same file; only compared here
            facts = {**facts, "delegator": None}
        return Agency(county=county, **facts)

    def take_in(self, county: County, lines: list[Line], faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
        if signer is None:
            return super().take_in(county, lines, faults, signer, progress)
        # A delegator that comes in the same file is written first; then the whole file is compared again.
        named = {line.facts.get("delegator") for line in lines}
        first = [line for line in lines if line.facts["code"] in named and not line.facts.get("delegator")]
        before = Result()
        if first and len(first) < len(lines):
            super().take_in(county, [Line(x.sheet, x.row, dict(x.facts)) for x in lines], faults, None, progress)
            before = super().take_in(county, first, faults, signer, progress)
            lines = [line for line in lines if line not in first]
        after = super().take_in(county, lines, faults, signer, progress)
        return Result(before.new + after.new, before.changed + after.changed, before.same + after.same)


class Officers(ListKind):
    """执法人员 with their certificates: one row a certificate."""

    code, title = "officers", _("执法人员和执法证")
    for_office = True
    help = _("一行一个执法证。同一人换新证的，写同一单位、同一姓名和新证号；注销的填写注销日期。")
    searched = ("number", "officer__name", "officer__agency__name")
    columns = (
        Column("agency", _("单位代码"), text(40), _("填写检查单位清单中的代码"), required=True, show=lambda agency: agency.code),
        of(Officer, "name"),
        of(Certificate, "number", also=("执法证号",)),
        of(Certificate, "field"),
        of(Certificate, "region"),
        of(Certificate, "valid_from"),
        of(Certificate, "valid_to"),
        of(Certificate, "revoked_on"),
    )
    OWN = ("field", "region", "valid_from", "valid_to", "revoked_on")

    def rows(self, county: County) -> models.QuerySet:
        rows = Certificate.objects.filter(officer__agency__county=county).select_related("officer__agency")
        return rows.order_by("officer__agency__code", "officer_id", "number")

    def in_force(self, rows: models.QuerySet, on: datetime.date) -> models.QuerySet:
        return rows.filter(valid_from__lte=on, valid_to__gte=on, revoked_on__isnull=True)

    def facts_of(self, row: Certificate) -> dict[str, Any]:
        return {"agency": row.officer.agency, "name": row.officer.name, "number": row.number, **{n: getattr(row, n) for n in self.OWN}}

    def take_in(self, county: County, lines: list[Line], faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
        doubles(lines, lambda line: line.facts["number"], faults, _("证号"))
        agencies = {agency.code: agency for agency in Agency.objects.filter(county=county)}
        numbers = [line.facts["number"] for line in lines]
        kept = {row.number: row for row in Certificate.objects.filter(number__in=numbers).select_related("officer__agency")}
        serving: dict[tuple[int, str], list[Officer]] = {}
        for officer in Officer.objects.filter(agency__county=county).serving_on(county.today()).order_by("pk"):
            serving.setdefault((officer.agency_id, officer.name), []).append(officer)
        result, new_officers, new, changed = Result(), [], [], []
        for line in lines:
            facts, agency = line.facts, agencies.get(line.facts["agency"])
            row = kept.get(facts["number"])
            if agency is None:
                faults.add(line, _("单位代码"), _("检查单位清单中没有这个代码"), _("先导入检查单位清单，或者改正代码"))
                continue
            if facts["valid_to"] < facts["valid_from"]:
                faults.add(line, _("有效期止"), _("早于有效期起"), _("对照执法证改正"))
                continue
            if row and row.officer.agency.county_id != county.pk:
                faults.add(line, _("证号"), _("这个证号已登记在其他县"), _("核对证号；确属调入的，请两县备案机关联系办理"))
                continue
            own = {name: facts[name] for name in self.OWN if name in facts}
            if row is None:
                result.new += 1
                holders = serving.get((agency.pk, facts["name"]), [])
                if len(holders) > 1:
                    faults.add(line, _("姓名"), _("本单位有同名的执法人员，分不清是谁的新证"), _("请先由系统管理人员区分后再导入"))
                    continue
                if not holders:
                    holders = serving.setdefault((agency.pk, facts["name"]), [])
                    holders.append(Officer(agency=agency, name=facts["name"], starts=facts["valid_from"]))
                    new_officers.append(holders[0])
                new.append(Certificate(officer=holders[0], number=facts["number"], **own))
            elif any(getattr(row, name) != value for name, value in own.items()):
                result.changed += 1
                changed.append((row, own, row.officer, agency, facts["name"]))
            elif (row.officer.agency_id, row.officer.name) != (agency.pk, facts["name"]):
                result.changed += 1
                changed.append((None, {}, row.officer, agency, facts["name"]))
            else:
                result.same += 1
        faults.raise_any()
        if signer:
            self._write(new_officers, new, changed, signer, progress)
        return result

    @staticmethod
    def _write(officers: Sequence[Officer], new: list[Certificate], changed: list[tuple], signer: Signer, progress: Progress) -> None:
        signer.save_new(officers, progress)
        for certificate in new:
            certificate.officer_id = certificate.officer.pk
        signer.save_new(new, progress)
        for row, own, officer, agency, name in changed:
            if row:
                for field, value in own.items():
                    setattr(row, field, value)
                row.save()
            if (officer.agency_id, officer.name) != (agency.pk, name):
                officer.agency, officer.name = agency, name
                officer.save()


class Undisturbed(KeyedRows):
    """无事不扰清单."""

    code, title = "undisturbed", _("无事不扰清单")
    help = _("写企业的证件号码；没有证件的不能列入。移出清单的，填写截止日期。")
    model, key, key_heading = UndisturbedListing, ("enterprise", "starts"), _("证件号码")
    searched = ("enterprise__name", "enterprise__operator", "enterprise__identifier")
    columns = (
        Column(
            "enterprise", _("证件号码"), text(40), _("填写已录入企业的统一社会信用代码、注册号或登记证号"),
            required=True, also=("统一社会信用代码",), show=lambda enterprise: enterprise.identifier,
        ),
        of(UndisturbedListing, "starts"),
        of(UndisturbedListing, "ends"),
        of(UndisturbedListing, "source"),
    )  # fmt: skip

    def rows(self, county: County) -> models.QuerySet:
        return UndisturbedListing.objects.filter(enterprise__county=county).select_related("enterprise").order_by("pk")

    def resolve(self, county: County, lines: list[Line], faults: Gathered) -> None:
        numbers = {line.facts["enterprise"].upper() for line in lines}
        known = {row.identifier: row for row in Enterprise.objects.filter(county=county, identifier__in=numbers)}
        for line in lines:
            found = known.get(line.facts["enterprise"].upper())
            if found is None:
                faults.add(line, _("证件号码"), _("没有录入这家企业"), _("先导入企业清单，或者对照营业执照改正号码"))
            line.facts["enterprise"] = found or line.facts["enterprise"]
            if line.facts.get("ends") and line.facts["ends"] <= line.facts["starts"]:
                faults.add(line, _("止"), _("不晚于起始日期"), _("改正两个日期"))

    def made(self, county: County, facts: dict[str, Any]) -> UndisturbedListing:
        return UndisturbedListing(**facts)


class Calendar(KeyedRows):
    """工作日历: the exceptions only."""

    code, title = "calendar", _("工作日历")
    help = _("只写例外：放假的工作日，上班的周末。其余按周一至周五。")
    model, key, key_heading = CalendarDay, ("date",), _("日期")
    searched = ("name", "source")
    columns = (
        replace(of(CalendarDay, "date"), parse=day),
        replace(of(CalendarDay, "working"), parse=yes_no(True), required=True),
        of(CalendarDay, "name"),
        of(CalendarDay, "source"),
    )

    def rows(self, county: County) -> models.QuerySet:
        return CalendarDay.objects.filter(county=county).order_by("date")

    def in_force(self, rows: models.QuerySet, on: datetime.date) -> models.QuerySet:
        return rows.filter(date__year=on.year)


register(Agencies, Officers, Undisturbed, Calendar)
