"""The board and the sheet of a month."""

import io
import zipfile

from oversight.month_sheet import as_page, as_workbook
from oversight.scoreboard import Row, board
from tests.desk.test_lists import a_full_story


def test_the_board_counts_what_happened_and_sums_whole_fen(desk, elsewhere):
    a_full_story(desk)
    a_full_story(elsewhere)
    today = desk.county.today()
    found = board(desk.county, today, today)
    (row,) = found.rows
    assert (row.filed, row.accepted, row.visits, row.unfiled, row.receipts, row.content, row.charges, row.amount) == (
        2, 1, 1, 0, 1, 1, 1, 100,
    )  # fmt: skip
    assert found.total.amount == 100
    assert found.complaints == 1


def test_nothing_is_counted_by_officer():
    assert not [name for name in Row.__dataclass_fields__ if "officer" in name or "person" in name]


def test_the_sheet_is_real_excel_and_one_page(desk):
    from pypdf import PdfReader

    a_full_story(desk)
    today = desk.county.today()
    month = board(desk.county, today.replace(day=1), today)
    names = zipfile.ZipFile(io.BytesIO(as_workbook(month))).namelist()
    assert "xl/worksheets/sheet1.xml" in names
    pdf = PdfReader(io.BytesIO(as_page(month, today)))
    assert len(pdf.pages) == 1
    assert "涉企检查情况" in pdf.pages[0].extract_text().replace("\n", "")


def test_only_oversight_opens_the_board(desk, signed_in):
    today = desk.county.today()
    for address in ("/oversight/", "/oversight/attempts/", f"/oversight/{today:%Y-%m}.xlsx", f"/oversight/{today:%Y-%m}.pdf"):
        assert signed_in(desk.auditor).get(address).status_code == 200
        for person in (desk.clerk, desk.head, desk.officer, desk.registrar, desk.intake, desk.reviewer, desk.finance):
            assert signed_in(person).get(address).status_code == 403
