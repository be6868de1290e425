"""Lists in and out: what was taken out can be sent in unchanged; every fault is named; all or nothing; lines end by date."""

import csv
import datetime
import io
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from accounts.importing import LISTS, Faults, import_list
from accounts.models import Agency, CalendarDay, Certificate, Contact, Enterprise, ListImport, Officer, UndisturbedListing
from audit.ledger.verify import verify
from audit.models import Attempt, Leaf, NotYours, Refused, signed
from inspection.models import CheckSheet, InspectionItem, QuietRule
from paper.sheets import workbook
from tests import make

HEADS = "名称,类型,证件种类,证件号码,经营者,地址,联系人,手机"


def text(*lines):
    return "\n".join(lines).encode("utf-8-sig")


def take_in(desk, code, *lines, **more):
    return import_list(desk.county, code, text(*lines), name="清单.csv", by=desk.issuer, **more)


def counts(result):
    return result.new, result.changed, result.same


def everything_of_the_lists(desk):
    """One row at least in every list."""
    make.a_matter(desk.county)
    with signed(by=make.system(), verb="found"):
        UndisturbedListing.objects.create(enterprise=desk.establishment.enterprise, starts=make.LONG_AGO, source="第一批")
    take_in(desk, "quiet-rules", "编码,名称,每月几日起,每月几日止,星期,例外,来源", "NJ-1,宁静日,1,20,周一、周五,投诉举报、立案查处,县规")
    row = f"移送函,YS-1,2026-01-06,郯城县局,移送线索,{desk.agency.code},{desk.establishment.enterprise.identifier}"
    take_in(desk, "referrals", "种类,编号,日期,来源单位,事由,移送给,涉及企业", row)
    take_in(
        desk, "fee-items", "编码,类别,项目名称,执收单位,计算方式,单价（元）,分档,最高（元）,计费单位,滞纳金每日（百万分之）,滞纳金依据",
        "XZ-1,行政事业性收费,登记费,自然资源,单价 × 数量,\"1,550.00\",,,件,0.05%,某法第57条",
        "XZ-2,行政事业性收费,检验费,市场监管,分段累进,,至10：300；以上：220,9000,台,,",
    )  # fmt: skip
    take_in(desk, "fine-ceilings", "编码,法律法规,条款,依据种类,最高（元）", "FK-1,食品安全法,第126条,法律,50000")
    take_in(desk, "prohibited-demands", "编码,种类,法律法规,条款,规定,识别词", "ZZ-1,赞助捐赠,某条例,第21条,不得索要赞助,赞助、捐款")
    take_in(desk, "visit-rights", "编码,等次,情形,法律法规,条款,说明", "R-1,可以拒绝,不出示证件,行政处罚法,第55条,可以不接受检查")
    take_in(
        desk, "check-sheets", "编码,检查表名称,检查事项编码,检查对象,检查项目,检查内容,检查标准",
        "B-1,食品表,S-1,食品厂,许可,有无许可,应当有", "B-1,食品表,S-1,食品厂,人员,有无健康证,应当有",
    )  # fmt: skip


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("code", sorted(LISTS))
def test_what_was_taken_out_is_sent_in_again_without_any_change(desk, signed_in, code, form):
    everything_of_the_lists(desk)
    with signed(by=make.system(), verb="found"):
        desk.establishment.enterprise.name = "=HYPERLINK(1)演示"
        desk.establishment.enterprise.save()
    answer = signed_in(desk.issuer).get(f"/lists/{code}/export.{form}")
    content = answer.getvalue() if answer.streaming else answer.content
    leaves = Leaf.objects.count()
    result = import_list(desk.county, code, content, name=f"x.{form}", by=desk.issuer)
    assert (result.new, result.changed) == (0, 0)
    assert result.same == LISTS[code].in_force(LISTS[code].rows(desk.county), desk.county.today()).count() > 0
    assert Leaf.objects.count() == leaves, "what is the same writes nothing"


@pytest.mark.parametrize("code", sorted(LISTS))
def test_the_template_bears_the_headings_that_the_import_knows(desk, signed_in, code):
    for form in ("xlsx", "csv"):
        answer = signed_in(desk.issuer).get(f"/lists/{code}/template.{form}")
        content = answer.getvalue() if answer.streaming else answer.content
        with pytest.raises(Refused, match="表头下面没有内容"):
            import_list(desk.county, code, content, name=f"x.{form}", by=desk.issuer)


@pytest.mark.parametrize("code", sorted(LISTS))
def test_what_was_taken_out_in_english_is_read_by_whoever_works_in_chinese(desk, signed_in, code):
    everything_of_the_lists(desk)
    browser = signed_in(desk.issuer)
    browser.cookies["django_language"] = "en"
    answer = browser.get(f"/lists/{code}/export.csv")
    content = answer.getvalue() if answer.streaming else answer.content
    assert not re.search("[\u4e00-\u9fff]", content.decode("utf-8-sig").splitlines()[0]), "headings in English"
    result = import_list(desk.county, code, content, name="x.csv", by=desk.issuer)
    assert (result.new, result.changed) == (0, 0)
    assert result.same == LISTS[code].in_force(LISTS[code].rows(desk.county), desk.county.today()).count() > 0


def test_every_fault_is_named_by_sheet_row_column_and_remedy_and_nothing_is_kept(desk):
    before = Enterprise.objects.count(), Leaf.objects.count()
    with pytest.raises(Faults) as refused:
        take_in(
            desk, "enterprises", "演示县企业表,,,", HEADS,
            f"好企业有限公司,企业,统一社会信用代码,{make.credit_code(901)},甲,某路1号,甲,129",
            "坏码公司,企业,统一社会信用代码,91371323MA0000000Y,乙,某路2号,乙,13912345678",
            ",企业,无,,,某路3号,,",
            "类型不对公司,集团,无,,丙,,丙,129",
            f"{'长' * 121},企业,无,,丁,某路5号,丁,{'1' * 41}",
        )  # fmt: skip
    said = {(fault.row, fault.column) for fault in refused.value.found}
    assert said == {(4, "证件号码"), (5, "名称"), (6, "类型"), (6, "地址"), (7, "名称"), (7, "手机")}
    assert refused.value.count == 6
    for fault in refused.value.found:
        assert fault.sheet
        assert fault.remedy
        assert f"第 {fault.row} 行" in refused.value.message
    assert "13912345678" not in refused.value.message
    assert "1" * 41 not in refused.value.message, "a telephone number is not repeated"
    assert (Enterprise.objects.count(), Leaf.objects.count()) == before


def test_the_first_fifty_faults_are_named_and_the_others_counted(desk):
    with pytest.raises(Faults) as refused:
        take_in(desk, "calendar", "日期,是否工作日,名称,依据", *(f"不是日期{n},是,,演示" for n in range(80)))
    assert (len(refused.value.found), refused.value.count) == (50, 80)
    assert "另外还有 30 处" in refused.value.message


@pytest.mark.parametrize("content", [b"", b"\0" * 50, b"PK\x03\x04broken", "只有一列\n内容\n".encode(), b"\xff\xfe\x00", b"%PDF-1.7"])
def test_what_is_no_such_list_is_refused_in_words(desk, content):
    with pytest.raises(Refused) as refused:
        import_list(desk.county, "acts", content, name="x.xlsx", by=desk.issuer)
    assert refused.value.field == "file"
    assert len(refused.value.message) > 5


@pytest.mark.parametrize("who", ["clerk", "head", "officer", "reviewer", "intake", "auditor", "finance"])
def test_only_the_keeper_of_lists_imports(desk, who):
    with pytest.raises(NotYours):
        import_list(desk.county, "acts", b"x", name="x.csv", by=getattr(desk, who))


def test_the_keeper_of_another_county_does_not(desk, elsewhere):
    with pytest.raises(NotYours):
        import_list(desk.county, "acts", b"x", name="x.csv", by=elsewhere.issuer)


# --- lines with dates ---------------------------------------------------------------------------------
ITEM_HEADS = "编码,事项名称,领域,法律法规,条款,依据种类,年度频次上限（次）,频次上限依据,计入年度频次,施行,废止,来源"


def test_a_changed_line_ends_and_a_new_one_follows_and_the_old_stays_as_it_was(desk):
    assert counts(
        take_in(desk, "inspection-items", ITEM_HEADS, "S-1,旧名,市场监管,食品安全法,第110条,法律,2,县公告,是,2025-01-01,,原文")
    ) == (1, 0, 0)
    old = InspectionItem.objects.get(code="S-1")
    result = take_in(desk, "inspection-items", ITEM_HEADS, "S-1,新名,市场监管,食品安全法,第110条,法律,3,县公告,否,2025-01-01,,原文")
    assert counts(result) == (0, 1, 0)
    old.refresh_from_db()
    new = InspectionItem.objects.exclude(pk=old.pk).get(code="S-1")
    today = desk.county.today()
    assert (old.name, old.yearly_cap, old.ends) == ("旧名", 2, today)
    assert (new.name, new.yearly_cap, new.counts_toward_cap, new.starts, new.ends) == ("新名", 3, False, today, None)
    yesterday = today - datetime.timedelta(days=1)
    assert [row.name for row in InspectionItem.objects.filter(code="S-1").in_force(yesterday)] == ["旧名"]
    assert [row.name for row in InspectionItem.objects.filter(code="S-1").in_force(today)] == ["新名"]
    with pytest.raises(Faults, match="同日"):
        take_in(desk, "inspection-items", ITEM_HEADS, "S-1,又改,市场监管,食品安全法,第110条,法律,3,县公告,否,,,原文")
    later = (today + datetime.timedelta(days=30)).isoformat()
    assert counts(
        take_in(desk, "inspection-items", ITEM_HEADS, f"S-1,又改,市场监管,食品安全法,第110条,法律,3,县公告,否,{later},,原文")
    ) == (0, 1, 0)
    assert verify().faults == []


def test_a_line_is_ended_by_its_date_and_never_opened_again(desk):
    line = "XS-9,刑事侦查,刑事诉讼法,第3条,公安机关,另有程序,2025-01-01,{},原文"
    heads = "编码,事项,法律法规,条款,由谁办理,说明,施行,废止,来源"
    take_in(desk, "out-of-scope", heads, line.format(""))
    today = desk.county.today().isoformat()
    assert counts(take_in(desk, "out-of-scope", heads, line.format(today))) == (0, 1, 0)
    assert counts(take_in(desk, "out-of-scope", heads, line.format(today))) == (0, 0, 1)
    with pytest.raises(Faults, match="已经废止"):
        take_in(desk, "out-of-scope", heads, line.format(""))


def test_a_column_that_is_not_in_the_file_leaves_what_is_kept(desk):
    take_in(desk, "inspection-items", ITEM_HEADS, "S-2,名,市场监管,食品安全法,第110条,法律,2,县公告,否,2025-01-01,,原文")
    take_in(desk, "inspection-items", "序号,编码,事项名称,领域,法律法规,条款,依据种类", "1,S-2,新名,市场监管,食品安全法,第110条,法律")
    new = InspectionItem.objects.get(code="S-2", ends=None)
    assert (new.name, new.yearly_cap, new.counts_toward_cap) == ("新名", 2, False)


def test_a_cap_without_its_source_and_a_line_named_twice_are_refused(desk):
    with pytest.raises(Faults) as refused:
        take_in(
            desk, "inspection-items", ITEM_HEADS, *["S-3,名,市场监管,食品安全法,第110条,法律,2,,是,,,原文"] * 2,
            "S-4,名,市场监管,红头文件,第1条,规范性文件,,,是,,,原文",
        )  # fmt: skip
    assert {(f.row, f.column) for f in refused.value.found} == {(2, "频次上限依据"), (3, "频次上限依据"), (3, "编码"), (4, "依据种类")}


def test_a_changed_row_makes_a_new_check_sheet_and_the_old_one_keeps_its_rows(desk):
    heads = "编码,检查表名称,检查对象,检查项目,检查内容,检查标准,施行"
    rows = ["B-1,表,厂,许可,有无许可,应当有,2025-01-01", "B-1,表,厂,人员,有无健康证,应当有,2025-01-01"]
    assert counts(take_in(desk, "check-sheets", heads, *rows)) == (1, 0, 0)
    assert counts(take_in(desk, "check-sheets", heads, *rows)) == (0, 0, 1)
    assert counts(take_in(desk, "check-sheets", heads, rows[0], rows[1].replace("应当有", "必须有"))) == (0, 1, 0)
    old, new = CheckSheet.objects.filter(code="B-1").order_by("starts")
    assert [row.standard for row in old.rows.all()] == ["应当有", "应当有"]
    assert [row.standard for row in new.rows.all()] == ["应当有", "必须有"]
    assert old.ends == new.starts == desk.county.today()


def test_quiet_days_are_days_of_the_month_or_of_the_week_and_name_their_exceptions(desk):
    take_in(
        desk, "quiet-rules", "编码,名称,每月几日起,每月几日止,星期,例外,施行,废止,来源",
        "NJ-1,上旬,1,20,,投诉举报、COMPLAINT，立案查处,2026-01-01,2027-01-01,县规", "NJ-2,周末前,,,周五、周四,,2026-01-01,,县规",
        "NJ-3,月底,30,31,,,2026-01-01,,县规",
    )  # fmt: skip
    first, week, last = QuietRule.objects.order_by("code")
    assert first.exceptions == ["CASE", "COMPLAINT"]
    assert first.excepts("CASE")
    assert not first.excepts("SUPERIOR")
    days = [datetime.date(2026, 3, n) for n in (1, 20, 21)] + [datetime.date(2025, 12, 31), datetime.date(2027, 1, 1)]
    assert [first.is_quiet(day) for day in days] == [True, True, False, False, False]
    assert week.weekdays == [4, 5]
    assert [week.is_quiet(datetime.date(2026, 3, n)) for n in (4, 5, 6, 7)] == [False, True, True, False]
    assert [last.is_quiet(day) for day in (datetime.date(2026, 4, 29), datetime.date(2026, 4, 30), datetime.date(2026, 5, 31))] == [
        False,
        True,
        True,
    ]
    for bad in ("NJ-4,反,20,1,,,", "NJ-4,半,1,,,,", "NJ-4,无,,,,,", "NJ-4,词,,,周八,,", "NJ-4,例,1,2,,别的,"):
        with pytest.raises(Faults):
            take_in(desk, "quiet-rules", "编码,名称,每月几日起,每月几日止,星期,例外,来源", bad)


# --- enterprises, contacts, officers, agencies, the calendar ---------------------------------------------
def line_of(n, name="演示面粉有限公司", place="某路1号", phone="12900000001"):
    return f"{name},企业,统一社会信用代码,{make.credit_code(n)},王演示,{place},王演示,{phone}"


def test_an_enterprise_comes_with_its_places_and_its_contact_and_a_change_is_signed(desk):
    assert counts(take_in(desk, "enterprises", HEADS, line_of(901), line_of(901, place="某路2号"), line_of(902, "乙厂"))) == (2, 0, 0)
    enterprise = Enterprise.objects.get(identifier=make.credit_code(901))
    assert sorted(enterprise.establishments.values_list("address", flat=True)) == ["某路1号", "某路2号"]
    assert (enterprise.region, enterprise.contact.phone, enterprise.contact.origin) == ("371323", "12900000001", "REGISTER")
    assert counts(take_in(desk, "enterprises", HEADS, line_of(901, "新名"), line_of(902, "乙厂"))) == (0, 1, 1)
    enterprise.refresh_from_db()
    assert (enterprise.name, enterprise.history.order_by("-history_id")[0].verb) == ("新名", "import")
    assert enterprise.history.order_by("-history_id")[0].actor_name == desk.issuer.name
    assert verify().faults == []


def test_a_contact_that_somebody_confirmed_is_not_overwritten_and_an_empty_cell_erases_none(desk):
    take_in(desk, "enterprises", HEADS, line_of(901), line_of(902, "乙厂"))
    first, second = (Contact.objects.get(enterprise__identifier=make.credit_code(n)) for n in (901, 902))
    first.change(by=desk.intake, person="甲", phone="13911112222", note="持营业执照原件")
    assert counts(take_in(desk, "enterprises", HEADS, line_of(901, phone="12999"), line_of(902, "乙厂", phone=""))) == (0, 0, 2)
    assert counts(take_in(desk, "enterprises", HEADS, line_of(902, "乙厂", phone="12988"))) == (0, 1, 0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.phone, second.phone) == ("13911112222", "12988")


def test_no_telephone_number_leaves_by_an_export_or_a_list(desk, signed_in):
    take_in(desk, "enterprises", HEADS, line_of(901, phone="12977777777"))
    for address in ("export.csv", "", "?q=mianfen"):
        answer = signed_in(desk.issuer).get(f"/lists/enterprises/{address}")
        assert b"12977777777" not in (answer.getvalue() if answer.streaming else answer.content)


def test_a_file_that_says_two_things_of_one_enterprise_is_refused(desk):
    with pytest.raises(Faults) as refused:
        take_in(desk, "enterprises", HEADS, line_of(901), line_of(901, "别名", place="某路2号"), line_of(901))
    assert {(f.row, f.column) for f in refused.value.found} == {(3, "名称"), (4, "地址")}


def test_a_renewed_certificate_goes_to_the_same_officer_and_a_wrong_agency_is_named(desk):
    heads = "单位代码,姓名,证号,执法领域,执法区域,有效期起,有效期止,注销"
    name, code = desk.officer_row.name, desk.agency.code
    before = Officer.objects.count()
    result = take_in(
        desk, "officers", heads, f"{code},{name},3713X1,市场监管,沂水县,2026年1月1日,2031/12/31,",
        f"{code},新人演示,3713X2,市场监管,沂水县,20260101,2031.12.31,"
    )  # fmt: skip
    assert counts(result) == (2, 0, 0)
    assert Certificate.objects.get(number="3713X1").officer == desk.officer_row
    assert Officer.objects.count() == before + 1
    assert counts(take_in(desk, "officers", heads, f"{code},{name},3713X1,市场监管,沂水县,2026-01-01,2031-12-31,2026-06-30")) == (0, 1, 0)
    with pytest.raises(Faults) as refused:
        take_in(
            desk,
            "officers",
            heads,
            "没有这个,甲,3713X3,市场监管,沂水县,2026-01-01,2031-12-31,",
            f"{code},乙,3713X4,领域,县,2026-01-01,2025-12-31,",
        )
    assert {(f.row, f.column) for f in refused.value.found} == {(2, "单位代码"), (3, "有效期止")}


def test_an_entrusted_body_names_its_delegator_and_its_public_letter(desk):
    heads = "代码,名称,领域,隶属,主体资格,备案方式,委托机关代码,委托书,起"
    with pytest.raises(Faults) as refused:
        take_in(
            desk,
            "agencies",
            heads,
            "WT-1,某大队,农业,县属部门,受委托组织,审查备案,,,2025-01-01",
            "WT-2,某队,农业,县属部门,受委托组织,审查备案,XX,文号,2025-01-01",
        )
    assert {(f.row, f.column) for f in refused.value.found} == {(2, "委托机关代码"), (2, "委托书"), (3, "委托机关代码")}
    result = take_in(
        desk, "agencies", heads, "WT-1,某大队,农业,县属部门,受委托组织,审查备案,NY-1,https://example.invalid/1,2025-01-01",
        "NY-1,某局,农业,县属部门,行政机关,审查备案,,,2025-01-01",
    )  # fmt: skip
    assert counts(result) == (2, 0, 0)
    entrusted = Agency.objects.get(code="WT-1")
    assert (entrusted.delegator.code, entrusted.delegation_letter, entrusted.named_on_paper) == (
        "NY-1",
        "https://example.invalid/1",
        "某局",
    )
    assert counts(take_in(desk, "agencies", heads, "NY-1,某局,农业,县属部门,行政机关,告知备案,,,2025-01-01")) == (0, 1, 0)


def test_a_year_whose_holidays_are_not_announced_warns_until_a_day_is_set(desk, signed_in):
    year = 2032
    with time_machine.travel(datetime.datetime(year, 3, 1, 4, tzinfo=datetime.UTC)):
        browser = signed_in(desk.issuer)
        assert f"{year} 年的放假安排还没有录入" in browser.get("/lists/calendar/").content.decode()
        assert (
            browser.post("/lists/calendar/day/", {"date": "2032-05-01", "working": "0", "name": "劳动节", "source": ""}).status_code == 422
        )
        assert (
            browser.post("/lists/calendar/day/", {"date": "2032-05-03", "working": "0", "name": "劳动节", "source": "演示"}).status_code
            == 302
        )
        assert CalendarDay.objects.get(date="2032-05-03").working is False
        assert "还没有录入" not in browser.get("/lists/calendar/").content.decode()
        assert signed_in(desk.clerk).post("/lists/calendar/day/", {"date": "2032-05-04", "working": "0", "source": "x"}).status_code == 403


# --- pages, sweep, command --------------------------------------------------------------------------------
def sent(browser, code, content, name="清单.csv", **more):
    return browser.post(f"/lists/{code}/import/", {"file": SimpleUploadedFile(name, content), **more}, follow=True)


def test_the_keeper_tries_then_imports_a_small_file_at_once(desk, signed_in):
    browser, content = signed_in(desk.issuer), text(HEADS, line_of(901))
    tried = sent(browser, "enterprises", content, dry_run="on").content.decode()
    assert "核对通过，还没有导入" in tried
    assert "新增 1" in tried
    assert not Enterprise.objects.filter(name="演示面粉有限公司").exists()
    assert "新增 1 行" in sent(browser, "enterprises", content).content.decode()
    kept = ListImport.objects.get()
    assert (kept.status, kept.new, kept.path.exists()) == ("DONE", 1, False)


def test_a_refused_file_shows_every_fault_on_the_page_and_the_attempt_is_kept(desk, signed_in):
    answer = sent(signed_in(desk.issuer), "enterprises", text(HEADS, line_of(901), ",企业,无,,,某路3号,,"))
    assert answer.status_code == 422
    assert "第 3 行“名称”" in answer.content.decode()
    assert not ListImport.objects.exists()
    assert not Enterprise.objects.filter(name="演示面粉有限公司").exists()
    assert Attempt.objects.get().refusal == "Faults"
    assert sent(signed_in(desk.clerk), "enterprises", text(HEADS, line_of(901))).status_code == 403 or not ListImport.objects.exists()


def test_a_large_file_is_taken_in_by_the_sweep_and_signed_by_who_sent_it(desk, signed_in, monkeypatch):
    monkeypatch.setattr("accounts.list_pages.AT_ONCE", 100)
    browser = signed_in(desk.issuer)
    assert "等待导入" in sent(browser, "enterprises", text(HEADS, line_of(901))).content.decode()
    kept = ListImport.objects.get()
    kept.tell(5, 10)
    assert "5 / 10" in browser.get(f"/imports/{kept.uid}/", headers={"HX-Request": "true"}).content.decode()
    assert ListImport.carry_out_due(by=make.system()) == 1
    assert ListImport.carry_out_due(by=make.system()) == 0
    enterprise = Enterprise.objects.get(identifier=make.credit_code(901))
    assert enterprise.history.get().actor_name == desk.issuer.name
    assert not kept.path.exists()
    assert "新增 1 行" in browser.get(f"/imports/{kept.uid}/").content.decode()
    assert signed_in(desk.clerk).get(f"/imports/{kept.uid}/").status_code == 404


def test_what_the_sweep_cannot_take_in_says_why_and_leaves_nothing(desk):
    bad = ListImport.send(
        by=desk.issuer, county=desk.county, code="enterprises", content=text(HEADS, line_of(901), ",企业,无,,,某路,,"), name="x.csv"
    )
    lost = ListImport.send(by=desk.issuer, county=desk.county, code="acts", content=b"x", name="y.csv")
    lost.path.unlink()
    assert ListImport.carry_out_due(by=make.system()) == 2
    bad.refresh_from_db()
    lost.refresh_from_db()
    assert (bad.status, lost.status) == ("FAILED", "FAILED")
    assert "第 3 行" in bad.said
    assert "重新上传" in lost.said
    assert not Enterprise.objects.filter(name="演示面粉有限公司").exists()


def test_who_no_longer_keeps_the_lists_imports_nothing_more(desk):
    kept = ListImport.send(by=desk.issuer, county=desk.county, code="enterprises", content=text(HEADS, line_of(901)), name="x.csv")
    desk.issuer.posts.get().end(by=make.a_user("ISSUER", county=desk.county), on=desk.county.today())
    ListImport.carry_out_due(by=make.system())
    kept.refresh_from_db()
    assert kept.status == "FAILED"
    assert not Enterprise.objects.filter(name="演示面粉有限公司").exists()


def test_the_command_takes_in_or_only_compares(desk, tmp_path, capsys):
    file = tmp_path / "企业.csv"
    file.write_bytes(text(HEADS, line_of(901)))
    call_command("import_list", "enterprises", str(file), county="371323", dry_run=True)
    assert not Enterprise.objects.filter(name="演示面粉有限公司").exists()
    call_command("import_list", "enterprises", str(file), county="371323", username=desk.issuer.username)
    assert Enterprise.objects.get(name="演示面粉有限公司").history.get().actor_name == desk.issuer.name
    assert "新增 1" in capsys.readouterr().out
    file.write_bytes(text(HEADS, ",企业,无,,,某路,,"))
    with pytest.raises(CommandError, match="第 2 行"):
        call_command("import_list", "enterprises", str(file), county="371323")
    with pytest.raises(CommandError, match="name the county"):
        call_command("import_list", "enterprises", str(file))
    with pytest.raises(CommandError):
        call_command("import_list", "nothing", str(file), county="371323")


def test_a_list_shows_what_was_in_force_on_a_day_and_the_history_of_a_line(desk, signed_in):
    test_a_changed_line_ends_and_a_new_one_follows_and_the_old_stays_as_it_was(desk)
    browser = signed_in(desk.clerk)
    yesterday = desk.county.today() - datetime.timedelta(days=1)
    assert "旧名" in browser.get(f"/lists/inspection-items/?on={yesterday}").content.decode()
    today = browser.get("/lists/inspection-items/?q=S-1").content.decode()
    assert "新名" in today
    assert "旧名" not in today
    assert "旧名" in browser.get("/lists/inspection-items/?all=1").content.decode()
    line = browser.get(f"/lists/inspection-items/{InspectionItem.objects.get(name='旧名').uid}/").content.decode()
    assert line.count("导入清单") == 2
    assert desk.issuer.name in line
    for address in ("/lists/", "/lists/calendar/", "/lists/enterprises/", "/lists/agencies/", "/lists/undisturbed/", "/lists/quiet-rules/"):
        assert browser.get(address).status_code == 200
    for address in ("/lists/nothing/", "/lists/officers/"):
        assert browser.get(address).status_code == 404
    assert browser.get("/lists/acts/?on=notaday&before=x").status_code == 200


def test_an_item_says_when_it_was_last_used(desk):
    row = InspectionItem.objects.with_last_used().get(pk=desk.item.pk)
    assert row.last_used is None
    desk.endorsed()
    assert InspectionItem.objects.with_last_used().get(pk=desk.item.pk).last_used is None, "a filing that does not count yet is no use"
    plan = desk.numbered().plan
    assert InspectionItem.objects.with_last_used().get(pk=desk.item.pk).last_used == plan.starts_on


def test_user_text_of_an_export_is_no_formula_and_comes_back_as_it_was(desk, signed_in):
    make.an_item(desk.county, code="S-9", name="=1+1", object_kind="+86", source="@x")
    answer = signed_in(desk.issuer).get("/lists/inspection-items/export.csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@")]


def test_a_workbook_with_title_note_and_real_dates_is_read(desk):
    book = workbook(
        title="演示县工作日历",
        headings=["日期", "是否工作日", "名称", "依据"],
        rows=[[datetime.date(2031, 5, 1), "否", "劳动节", "演示"]],
        note="注",
    )
    result = import_list(desk.county, "calendar", book, name="日历.xlsx", by=desk.issuer)
    assert counts(result) == (1, 0, 0)
    assert CalendarDay.objects.get(date="2031-05-01").working is False
