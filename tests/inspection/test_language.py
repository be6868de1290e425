"""What is kept is Chinese, whatever language the person at the page reads."""

from django.utils import translation

from receipts.models import Receipt, ReceiptCode


def test_a_notice_accepted_by_an_english_reader_is_printed_in_chinese(desk):
    with translation.override("en"):
        notice = desk.issued()
    assert (notice.snapshot["filing"], notice.snapshot["type"], notice.snapshot["task_source"]) == ("审查备案", "日常检查", "年度检查计划")


def test_the_signer_of_a_receipt_has_one_name_in_every_language(desk):
    notice = desk.issued()
    code = ReceiptCode.hand_out(notice, by=desk.intake, note="持营业执照")
    with translation.override("en"):
        receipt = Receipt.give(notice, code=code, answers={"notice_shown": "YES", "overall": 5})
    assert receipt.history.get().actor_name == "回执码持有人"
