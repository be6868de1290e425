"""The platform above: its tasks come in as drafts, its numbers stay with filing, notice and visit, the results go back."""

import datetime
import io

import pytest
import xlsxwriter

from audit.models import NotYours, Refused
from inspection.models import InspectionPlan, PlatformProfile, Visit
from inspection.platform import result_sheet, take_tasks
from paper.incoming import read

TASKS = {"task": "任务编号", "code": "检查码", "enterprise": "统一社会信用代码", "items": "事项", "officers": "执法证号"}
TASKS |= {"type": "检查类型", "starts_on": "开始日期", "ends_on": "结束日期", "purpose": "检查目的"}
RESULTS = [["任务编号", "task"], ["检查码", "code"], ["文号", "notice"], ["企业", "enterprise"], ["结果", "result"], ["人员", "officers"]]


@pytest.fixture
def profile(desk):
    return PlatformProfile.set_up(
        by=desk.issuer, county=desk.county, name="全省涉企行政检查平台", task_columns=TASKS, result_columns=RESULTS
    )


def table(*rows):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "检查任务导出")
    for r, row in enumerate([list(TASKS.values()), *rows], start=1):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    book.close()
    return out.getvalue()


def a_row(desk, **said):
    day, officers = str(desk.county.today()), (desk.officer_row, desk.second_officer_row)
    facts = {"task": "RW-2026-001", "code": "JCM-77", "enterprise": desk.establishment.enterprise.identifier, "items": desk.item.code}
    facts |= {"officers": "、".join(o.certificates.get().number for o in officers), "type": "日常检查"}
    facts |= {"starts_on": day, "ends_on": day, "purpose": "核查出厂检验", **said}
    return [facts[name] for name in TASKS]


def test_a_task_becomes_a_draft_with_all_that_was_understood(desk, profile):
    taken = take_tasks(profile, table(a_row(desk)), name="任务.xlsx", by=desk.clerk, agency=desk.agency)
    (plan,) = taken.drafts
    assert (plan.status, plan.platform_task, plan.platform_code, plan.type) == ("DRAFT", "RW-2026-001", "JCM-77", "DAILY")
    assert [t.establishment for t in plan.targets.standing()] == [desk.establishment]
    assert [i.item for i in plan.items.standing()] == [desk.item]
    assert plan.officers.standing().count() == 2
    assert (plan.starts_on, plan.purpose) == (desk.county.today(), "核查出厂检验")


def test_a_task_known_already_is_not_drafted_twice(desk, profile):
    take_tasks(profile, table(a_row(desk)), name="", by=desk.clerk, agency=desk.agency)
    again = take_tasks(profile, table(a_row(desk), a_row(desk, task="RW-2")), name="", by=desk.clerk, agency=desk.agency)
    assert (len(again.drafts), again.known, InspectionPlan.objects.count()) == (1, 1, 2)


def test_what_is_not_understood_stays_open_and_an_unknown_enterprise_is_named_by_row(desk, profile):
    rows = table(a_row(desk, enterprise="没有这家"), a_row(desk, items="不存在", starts_on="下周", type="什么"))
    taken = take_tasks(profile, rows, name="", by=desk.clerk, agency=desk.agency)
    assert [row for row, _why in taken.left_out] == [3]
    (plan,) = taken.drafts
    assert (plan.items.count(), plan.starts_on, plan.type) == (0, None, "")


def test_a_table_without_the_headings_is_refused_and_nothing_is_made(desk, profile):
    with pytest.raises(Refused, match="应有“任务编号”和“统一社会信用代码”两列"):
        take_tasks(profile, b"a,b\n1,2\n", name="x.csv", by=desk.clerk, agency=desk.agency)
    assert InspectionPlan.objects.count() == 0


def test_the_numbers_stay_with_notice_and_visit_and_go_back(desk, profile):
    notice = desk.issued(platform_task="RW-9", platform_code="JCM-9")
    assert notice.snapshot["platform"] == "RW-9 JCM-9"
    visit = Visit.arrive(by=desk.officer, notice=notice, officers=[desk.officer_row])
    visit.leave(by=desk.officer, result="NONE")
    desk.visited().leave(by=desk.officer, result="NONE")  # not from the platform: stays at home
    today = desk.county.today()
    body = result_sheet(profile, user=desk.clerk, since=today - datetime.timedelta(days=1), until=today)
    rows = read(body)[0].rows
    assert rows[2] == [heading for heading, _fact in RESULTS]
    number = desk.officer_row.certificates.get().number
    assert rows[3:] == [["RW-9", "JCM-9", notice.label, desk.establishment.enterprise.name, "未发现问题", number]]


def test_only_the_keeper_of_lists_sets_a_profile_and_only_known_facts_stand_in_it(desk):
    with pytest.raises(NotYours):
        PlatformProfile.set_up(by=desk.clerk, county=desk.county, name="x", task_columns=TASKS, result_columns=RESULTS)
    with pytest.raises(Refused):
        PlatformProfile.set_up(by=desk.issuer, county=desk.county, name="x", task_columns={**TASKS, "phone": "电话"}, result_columns=[])


def test_the_page_takes_a_table_in_and_says_what_became_of_it(desk, profile, signed_in):
    client = signed_in(desk.clerk)
    upload = io.BytesIO(table(a_row(desk), a_row(desk, task="RW-3", enterprise="没有这家")))
    upload.name = "任务.xlsx"
    page = client.post("/plans/platform/", {"profile": profile.pk, "file": upload}).content.decode()
    assert "生成草稿 1 份" in page
    assert "第 4 行" in page
    sheet = client.get(f"/plans/platform/{profile.uid}/results.xlsx", {"since": "2026-01-01", "until": "2026-12-31"})
    assert sheet.content[:2] == b"PK"


def test_who_files_for_nobody_has_no_platform(desk, profile, signed_in):
    assert signed_in(desk.auditor).get("/plans/platform/").status_code == 403
