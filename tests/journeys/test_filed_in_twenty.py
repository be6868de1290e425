"""An ordinary filing by a clerk with last week's filing, from the home page to submitted: at most 20 keys and clicks."""

import re

import pytest

from inspection.models import InspectionPlan, InspectionProgramme
from tests import make
from tests.turns import on_postgresql

from .conftest import PHONE, keep_picture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), on_postgresql]
COUNT = """
for (const kind of ["keydown", "pointerdown"]) {
  addEventListener(kind, () => sessionStorage.setItem("acts", 1 + Number(sessionStorage.getItem("acts") || 0)), true);
}
"""


def test_an_ordinary_filing_takes_at_most_twenty_keys_and_clicks(at_work, open_as):
    desk = at_work
    desk.submitted(targets=[make.an_enterprise(desk.county, name="沂水旧账面粉有限公司")])
    place = make.an_enterprise(desk.county, name="沂水新麦面粉有限公司")
    page = open_as(desk.clerk)
    page.context.add_init_script(COUNT)
    page.goto("/")
    page.evaluate("sessionStorage.setItem('acts', 0)")
    page.get_by_role("link", name="起草备案").first.click()
    page.locator(".begin-usual a.btn").click()
    page.locator("#look").click()
    page.keyboard.type("ysxm", delay=30)
    page.get_by_role("button", name=re.compile("沂水新麦")).click()
    page.get_by_text("预检没有发现问题").wait_for()
    keep_picture(page, "21-filing-checked")
    page.get_by_role("button", name="提交负责人批准").click()
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}/$"))
    acts = int(page.evaluate("sessionStorage.getItem('acts')"))
    plan = InspectionPlan.objects.latest("pk")
    assert (plan.status, [t.establishment for t in plan.targets.standing()]) == ("SUBMITTED", [place])
    assert 5 <= acts <= 20


def test_what_is_wrong_is_said_while_typing_and_a_reason_given_there_lets_it_go(at_work, open_as):
    desk = at_work
    desk.endorsed()
    page = open_as(desk.clerk)
    page.goto("/plans/new/")
    page.locator("#look").click()
    page.keyboard.type(desk.establishment.enterprise.identifier[:10], delay=20)
    page.locator("#found button").first.click()
    page.get_by_text("请联系合并、联合检查").wait_for()
    keep_picture(page, "22-filing-asked")
    page.set_viewport_size(PHONE)
    keep_picture(page, "23-filing-asked-phone")
    page.get_by_role("button", name="提交负责人批准").click()
    page.wait_for_url(re.compile(r"/edit/#findings"))
    for reason in page.locator(".reason input").all():
        reason.fill("环节不同，无法合并")
    page.get_by_role("button", name="提交负责人批准").click()
    page.locator(".trail [data-verb=submit]").wait_for()
    plan = InspectionPlan.objects.latest("pk")
    assert (plan.status, {row.reason for row in plan.reasons.standing()}) == ("SUBMITTED", {"环节不同，无法合并"})


def test_a_filing_inside_a_filed_programme_takes_three_taps(at_work, open_as):
    desk = at_work
    content = "检查计划,,,\n序号,抽查事项,检查对象,检查时间\n1,食品生产监督检查,面粉企业,1-12月".encode()
    year = desk.county.today().year
    programme = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=year, content=content, name="x.csv")
    programme.submit(by=desk.clerk)
    programme.endorse(by=desk.head)
    programme.accept(by=desk.reviewer)
    desk.submitted(targets=[make.an_enterprise(desk.county, name="沂水旧账面粉有限公司")])
    place = make.an_enterprise(desk.county, name="沂水新麦面粉有限公司", trade="面粉加工")
    page = open_as(desk.clerk)
    page.context.add_init_script(COUNT)
    page.goto(programme.get_absolute_url())
    page.evaluate("sessionStorage.setItem('acts', 0)")
    page.get_by_role("link", name="快速备案").click()
    page.locator(".offered button", has_text="沂水新麦").click()
    page.get_by_text("预检没有发现问题").wait_for()
    page.get_by_role("button", name="提交负责人批准").click()
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}/$"))
    acts = int(page.evaluate("sessionStorage.getItem('acts')"))
    plan = InspectionPlan.objects.latest("pk")
    assert (plan.status, plan.programme_line.programme, plan.targets.standing().get().establishment) == ("SUBMITTED", programme, place)
    assert acts == 3
