"""One long walk through real pages, in a real browser, at desk and phone size."""

import re
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from audit.models import signed
from delivery.models import Letter
from inspection import documents
from inspection.models import InspectionPlan, VisitRight
from paper.models import codes_on
from receipts.models import Receipt, ReceiptCode
from tests import make

from .conftest import PHONE, keep_picture

pytestmark = pytest.mark.browser


def test_from_plan_to_oversight(at_work, open_as):
    desk, today = at_work, at_work.county.today()
    fee_item = make.a_fee_item(desk.county)
    _some_rights(desk)

    # 经办人 files.
    clerk = open_as(desk.clerk)
    keep_picture(clerk, "01-home-clerk")
    make.a_matter(desk.county)
    make.an_act(desk.county, "SF-2", "收费", "目录清单外", filing="禁止", law="优化营商环境条例", article="第25条")
    clerk.get_by_role("link", name="起草备案").click()
    keep_picture(clerk, "02-begin")
    clerk.get_by_role("link", name="检查（行政检查）").click()
    clerk.get_by_label("查找企业").press_sequentially("ysxy")
    clerk.locator("#found button").first.click()
    assert clerk.get_by_label("被检查企业").input_value().strip() == desk.establishment.enterprise.identifier
    clerk.get_by_label(desk.item.name).check()
    clerk.get_by_label("日常检查").check()
    clerk.get_by_label("任务来源").select_option(label="年度检查计划")
    clerk.get_by_label("检查目的").fill("核查食品生产许可和出厂检验记录")
    clerk.get_by_label("检查要求").fill("请准备近三个月台账")
    clerk.get_by_label("开始日期").fill(today.isoformat())
    clerk.get_by_label("结束日期").fill(today.isoformat())
    for officer in (desk.officer_row, desk.second_officer_row):
        clerk.get_by_label(officer.name, exact=True).check()
    clerk.get_by_label("提前告知").check()
    clerk.get_by_label("告知日期").fill(today.isoformat())
    keep_picture(clerk, "02-plan-form")
    clerk.get_by_role("button", name="提交负责人批准").click()
    clerk.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}/$"))
    plan = InspectionPlan.objects.get(agency=desk.agency)
    assert plan.status == InspectionPlan.Status.SUBMITTED

    # 负责人 approves; the Office accepts.
    head = open_as(desk.head)
    head.get_by_role("link", name=re.compile("演示食品")).first.click()
    head.get_by_role("button", name="负责人批准").click()
    head.get_by_text("备案审查中").first.wait_for()
    reviewer = open_as(desk.reviewer)
    keep_picture(reviewer, "03-home-reviewer")
    reviewer.get_by_role("link", name=re.compile("演示食品")).first.click()
    keep_picture(reviewer, "04-plan-reviewer")
    reviewer.on("dialog", lambda dialog: dialog.accept())
    reviewer.get_by_role("button", name="准予备案").click()
    reviewer.locator("h1 .state-good").wait_for()
    notice = plan.notices.get()

    # The sweep makes the paper; an independent decoder reads its QR.
    assert documents.issue_due(by=make.system()) == 1
    notice.refresh_from_db()
    pdf = urllib.request.urlopen(notice.pdf_url).read()  # 127.0.0.1
    assert codes_on(pdf, dpi=110) == [notice.scan_url]

    # The owner scans it, without an account, on a phone.
    owner = open_as(size=PHONE)
    owner.goto(notice.scan_url)
    keep_picture(owner, "05-scan-phone")
    assert owner.locator("h1").inner_text() == "✓ 真实有效"
    for fact in (desk.establishment.enterprise.name, desk.agency.name, desk.officer_row.name, desk.item.name, notice.label):
        assert owner.get_by_text(fact).first.is_visible()

    # 执法人员 arrive and leave, by phone.
    officer = open_as(desk.officer, PHONE)
    keep_picture(officer, "06-home-officer-phone")
    officer.get_by_role("link", name=re.compile(re.escape(notice.label))).first.click()
    officer.get_by_role("link", name="入企登记").last.click()
    officer.get_by_label(desk.officer_row.name, exact=True).check()
    officer.get_by_label(desk.second_officer_row.name, exact=True).check()
    keep_picture(officer, "07-arrive-phone")
    officer.get_by_role("button", name="现在入企").click()
    officer.get_by_role("link", name="离企登记").click()
    officer.get_by_label("当场改正").check()
    officer.get_by_label("结果说明").fill("出厂检验记录缺一页，当场补齐")
    officer.get_by_role("button", name="现在离企").click()
    officer.get_by_text("已离企").first.wait_for()
    keep_picture(officer, "08-visit-phone")

    # The code reaches the enterprise by letter; the owner gives the receipt.
    assert ReceiptCode.hand_out_due(by=make.system()) == 1
    assert Letter.send_due(by=make.system()) == 1
    letter = max(Path(settings.OUTBOX_DIR).glob("*.txt"), key=lambda f: f.stat().st_mtime).read_text()
    code = re.search(r"\d{4} \d{4} \d{4}", letter).group()
    owner.get_by_role("link", name=re.compile("填写回执")).click()
    for question, answer in (("q-notice_shown", "出示了"), ("q-certificates", "都出示了"), ("q-money", "没有"), ("q-overall", "满意")):
        owner.locator(f"#{question}").get_by_text(answer, exact=True).click()
    owner.get_by_label("来了几个人？").fill("2")
    owner.get_by_text("还想多说一点").click()
    owner.get_by_label(re.compile("还想说的话")).fill("态度很好，金丝雀")
    owner.get_by_label(re.compile("回执码")).fill("0000 0000 0000")
    owner.get_by_role("button", name="提交回执").click()
    owner.get_by_role("alert").first.wait_for()
    keep_picture(owner, "09-receipt-wrong-code-phone")
    assert owner.get_by_label(re.compile("还想说的话")).input_value() == "态度很好，金丝雀"
    owner.get_by_label(re.compile("回执码")).fill(code)
    owner.get_by_role("button", name="提交回执").click()
    owner.get_by_text("回执已收到").first.wait_for()
    keep_picture(owner, "10-receipt-kept-phone")
    assert Receipt.objects.get().overall == Receipt.Overall.GOOD

    # 收费登记员 registers a fee and a fine; a fee off the list is refused and nothing typed is lost.
    registrar = open_as(desk.registrar)
    registrar.goto("/charges/new/")
    registrar.get_by_label("缴款企业").fill(desk.establishment.enterprise.name)
    registrar.get_by_label("收费项目").fill("标准化达标评审费")
    registrar.get_by_label("金额（元）").fill("1,200.50")
    registrar.get_by_role("button", name="登记", exact=True).click()
    registrar.get_by_role("alert").first.wait_for()
    keep_picture(registrar, "11-charge-refused")
    assert registrar.get_by_label("金额（元）").input_value() == "1,200.50"
    registrar.get_by_label("收费项目").fill(fee_item.code)
    registrar.get_by_label("对应的入企登记").select_option(index=1)
    registrar.get_by_role("button", name="登记", exact=True).click()
    registrar.get_by_text("1,200.50").first.wait_for()
    registrar.goto("/charges/new/")
    registrar.get_by_label("缴款企业").fill(desk.establishment.enterprise.name)
    registrar.get_by_label("罚款", exact=True).check()
    registrar.get_by_label("对应的入企登记").select_option(index=1)
    registrar.get_by_label("金额（元）").fill("3000")
    registrar.get_by_label("决定书文号").fill("沂市监罚〔2026〕1号")
    registrar.get_by_label("决定日期", exact=True).fill(today.isoformat())
    registrar.get_by_label("处罚依据").fill("食品安全法第126条")
    registrar.get_by_role("button", name="登记", exact=True).click()
    registrar.get_by_text("3,000.00").first.wait_for()
    keep_picture(registrar, "12-charge")

    # 稽核 reads how it all happened; the agency's people read the same without a trace of the receipt.
    auditor = open_as(desk.auditor)
    auditor.goto(plan.get_absolute_url())
    keep_picture(auditor, "13-trail-auditor")
    # How often the draft kept itself while it was typed depends on the clerk's pace.
    verbs = [v for li in auditor.locator(".trail li").all() if (v := li.get_attribute("data-verb")) != "revise"]
    assert verbs == [
        "draft", "submit", "endorse", "accept", "accept", "issue", "arrive", "leave", "hand_out", "give", "register", "register",
    ]  # fmt: skip
    signers = auditor.locator(".trail").inner_text()
    for person in (desk.clerk, desk.head, desk.reviewer, desk.officer, desk.registrar):
        assert person.name in signers
    auditor.goto("/receipts/")
    keep_picture(auditor, "14-receipts-auditor")
    assert auditor.get_by_text("金丝雀").is_visible()
    auditor.goto("/oversight/attempts/")
    keep_picture(auditor, "15-attempts")
    assert auditor.get_by_text("标准化达标评审费").first.is_visible()
    auditor.goto("/oversight/")
    keep_picture(auditor, "16-board")
    clerk.goto(plan.get_absolute_url())
    keep_picture(clerk, "17-trail-clerk")
    seen = [v for li in clerk.locator(".trail li").all() if (v := li.get_attribute("data-verb")) != "revise"]
    assert seen == [verb for verb in verbs if verb not in ("hand_out", "give")]
    clerk.set_viewport_size(PHONE)
    keep_picture(clerk, "18-plan-clerk-phone")
    clerk.goto("/plans/")
    keep_picture(clerk, "19-plans-phone")
    for page in (clerk, head, reviewer, owner, officer, registrar, auditor):
        assert page.strangers == []


def _some_rights(desk):
    with signed(by=make.system(), verb="found"):
        for n, (grade, sentence) in enumerate(
            [("可以拒绝", "来人不给看执法证，可以不接受检查。"), ("请先核实", "只来一人请先核实。"), ("请先配合", "先救人、保护现场。")]
        ):
            VisitRight.objects.create(
                county=desk.county, code=f"R-{n}", grade=grade, case=sentence, law="行政处罚法", article="第55条",
                sentence=sentence, on_page=True, starts=make.LONG_AGO,
            )  # fmt: skip
