"""What is kept is Chinese, whatever language the person at the page reads."""

from django.utils import translation

from inspection.drawing import first_difference
from inspection.models import InspectionProgramme
from receipts.models import Receipt, ReceiptCode
from tests import make, make_draw


def test_a_notice_accepted_by_an_english_reader_is_printed_in_chinese(desk):
    with translation.override("en"):
        notice = desk.issued()
    assert (notice.snapshot["filing"], notice.snapshot["type"], notice.snapshot["task_source"]) == ("审查备案", "日常检查", "年度检查计划")


def test_a_programme_imported_and_typed_by_an_english_reader_is_kept_in_chinese(desk):
    content = "序号,抽查事项,检查对象,检查时间\n1,甲,企业,适时\n合计,,,".encode()
    with translation.override("en"):
        programme = InspectionProgramme.import_file(by=desk.clerk, agency=desk.agency, year=2026, content=content, name="x.csv")
        typed = programme.add_line(by=desk.clerk, words={"item": "乙", "object": "企业", "months": "5月"})
    assert (programme.title, programme.left_out[0]["why"]) == (f"{desk.agency.name}2026年度检查计划", "合计行")
    assert programme.standing_lines.first().open[0]["what"] == "没有看懂检查时间，请填写月份"
    assert typed.words[0] == ["检查事项", "乙"]


def test_the_signer_of_a_receipt_has_one_name_in_every_language(desk):
    notice = desk.issued()
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照")
    with translation.override("en"):
        receipt = Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 5})
    assert receipt.history.get().actor_name == "回执码持有人"


def test_a_pool_frozen_by_an_english_reader_is_kept_in_chinese(desk):
    make.an_enterprise(desk.county, phone="", kind="HOUSEHOLD", name="", operator="赵玉兰", identifier_kind="NONE", identifier="")
    with translation.override("en"):
        draw = make_draw.frozen(desk, witness="FINANCE")
    assert "个体工商户（赵某）" in draw.pool.text
    assert "赵玉兰" not in draw.pool.text, "nor is the owner's whole name spread"
    assert "沂水县财政部门" in draw.pool.text
    with translation.override("en"):
        plan = make_draw.drawn(desk, title="英文", ratio=100).lines.first().begin_filing(by=desk.clerk)
    assert "第 1 家" in plan.task_number
    assert first_difference(plan.drawn_line.draw.record.text.encode()) is None
