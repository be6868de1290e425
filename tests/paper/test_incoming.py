"""Tables in: what a person sees in the sheet is what is read; what would hurt is refused in a sentence."""

import contextlib
import csv
import datetime
import io
import resource
import time
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.models import Refused
from paper.incoming import read
from tests.turns import PROVE


def book(write, **options):
    """An XLSX made by ``write(book, sheet)``."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as made:
        write(made, made.add_worksheet("计划"))
    return out.getvalue()


def rewritten(content, **parts):
    """The book with parts of the archive replaced: name (``/`` as ``__``) -> bytes, or a function of the old bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            change = parts.get(info.filename.replace("/", "__").replace(".", "_"))
            data = old.read(info)
            new.writestr(info.filename, data if change is None else change(data) if callable(change) else change)
    return out.getvalue()


PLAIN = book(lambda b, s: s.write_row(0, 0, ["甲", "乙"]))


def test_cells_are_read_as_a_person_sees_them():
    def write(made, sheet):
        day = made.add_format({"num_format": "yyyy/m/d"})
        sheet.write(0, 0, "  文字\r\n第二行 ")
        sheet.write(0, 1, 12)
        sheet.write(0, 2, 0.05, made.add_format({"num_format": "0%"}))
        sheet.write(0, 3, 0.125, made.add_format({"num_format": "0.00%"}))
        sheet.write(0, 4, datetime.date(2025, 9, 1), day)
        sheet.write(0, 5, datetime.date(2025, 9, 1), made.add_format({"num_format": 'yyyy"年"m"月"'}))
        sheet.write(0, 6, datetime.date(2025, 4, 8), made.add_format({"num_format": 'm"月"d"日"'}))
        sheet.write(0, 7, 10, made.add_format({"num_format": '0"户"'}))
        sheet.write(0, 8, 7, made.add_format({"num_format": "000"}))
        sheet.write(0, 9, 0.1 + 0.2)
        sheet.write(0, 10, True)
        sheet.write(0, 11, datetime.datetime(2025, 9, 1, 8, 30), made.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write(0, 12, 371323199001011234)
        sheet.write_formula(0, 13, "=1/0", None, "#DIV/0!")

    assert read(book(write))[0].rows == [
        ["文字\n第二行", "12", "5%", "12.5%", "2025-09-01", "2025-09", "4月8日", "10户", "007", "0.3", "TRUE", "2025-09-01 08:30",
         "371323199001011000", "#DIV/0!"]
    ]  # fmt: skip


def test_a_formula_counts_by_its_saved_value_and_is_never_evaluated():
    def write(made, sheet):
        sheet.write_formula(0, 0, "=6*7", None, 42)
        sheet.write_formula(0, 1, '=HYPERLINK("http://example.org","看")', None, "看")
        sheet.write_formula(0, 2, "=A1+1", None, "")

    content = book(write)
    assert read(content)[0].rows == [["42", "看", "=A1+1"]]


@pytest.mark.parametrize("options", [{}, {"date_1904": True}])
def test_days_are_right_in_both_calendars(options):
    def write(made, sheet):
        for n, day in enumerate((datetime.date(1904, 3, 1), datetime.date(2025, 12, 31))):
            sheet.write(n, 0, day, made.add_format({"num_format": "yyyy-mm-dd"}))

    content = book(write, **({"default_date_format": "yyyy-mm-dd"} | options))
    assert [row[0] for row in read(content)[0].rows] == ["1904-03-01", "2025-12-31"]


def test_rows_keep_their_numbers_and_merged_areas_are_known():
    def write(made, sheet):
        sheet.merge_range(4, 1, 6, 1, "发起", None)
        sheet.write(6, 2, "配合")

    table = read(book(write))[0]
    assert (len(table.rows), table.rows[0], table.text(5, 2), table.text(6, 2)) == (7, [], "发起", "")
    assert (table.merged, table.seen(7, 2), table.seen(7, 3), table.area(7, 3)) == ([(5, 2, 7, 2)], "发起", "配合", None)


def test_all_sheets_are_given_and_hidden_ones_marked():
    def write(made, sheet):
        sheet.write(0, 0, "一")
        other = made.add_worksheet("隐藏")
        other.write(0, 0, "二")
        other.hide()
        made.add_chartsheet("图")

    assert [(t.name, t.hidden) for t in read(book(write))] == [("计划", False), ("隐藏", True)]


def test_a_single_cell_far_out_costs_nothing_and_is_refused():
    def write(made, sheet):
        sheet.write(0, 0, "a")
        sheet.write(1048575, 16383, "b")

    with pytest.raises(Refused, match="超过 50000 行"):
        read(book(write))
    with pytest.raises(Refused, match="单元格 XFD1"):
        read(book(lambda b, s: s.write(0, 16383, "b")))


def test_formatted_but_empty_rows_to_the_end_of_the_sheet_do_no_harm():
    def write(made, sheet):
        sheet.write(0, 0, "a")
        sheet.write_blank(1048575, 0, None, made.add_format({"bold": True}))

    assert read(book(write))[0].rows == [["a"]]


TEXT = '序号,事项\n1,"检查\n两行"\n2,食品“安全”\n'
ROWS = [["序号", "事项"], ["1", "检查\n两行"], ["2", "食品“安全”"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_csv_is_read_in_any_encoding_and_separator(encoding, separator, ends):
    content = TEXT.replace(",", separator).replace("\n2", ends + "2").encode(encoding)
    assert read(content, name="x.csv")[0].rows == ROWS


@settings(max_examples=400 if PROVE else 40, deadline=None)
@given(
    rows=st.lists(st.lists(st.text('甲乙丙,;\t"\n 1%（）—a', max_size=8), min_size=2, max_size=5), min_size=1, max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_whatever_was_written_as_csv_is_read_back(rows, encoding):
    width = max(map(len, rows))
    rows = [["甲" * 3] * width, *[row + [""] * (width - len(row)) for row in rows]]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    wanted = [[cell.strip() for cell in row] for row in rows]
    got = [row + [""] * (width - len(row)) for row in read(out.getvalue().encode(encoding))[0].rows]
    while wanted and not any(wanted[-1]):
        wanted.pop()
    assert got == wanted


@settings(max_examples=200 if PROVE else 25, deadline=None)
@given(rows=st.lists(st.lists(st.text("甲乙_x000D_&<>\n'=-1.5e%", max_size=8), max_size=6), min_size=1, max_size=8))
def test_whatever_was_written_as_xlsx_is_read_back(rows):
    rows = [["甲"], *rows]

    def write(made, sheet):
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                sheet.write_string(r, c, cell)

    table = read(book(write))[0]
    for r, row in enumerate(rows, start=1):
        assert [table.text(r, c) for c in range(1, len(row) + 1)] == [cell.strip() for cell in row]


@settings(max_examples=600 if PROVE else 60, deadline=None)
@given(
    st.binary(max_size=400)
    | st.binary(max_size=60).map(lambda b: PLAIN[: len(PLAIN) // 2] + b)
    | st.integers(1, len(PLAIN) - 1).map(lambda n: PLAIN[:n])
)
def test_no_bytes_whatever_are_more_than_refused(content):
    with contextlib.suppress(Refused):
        assert all(isinstance(cell, str) for table in read(content) for row in table.rows for cell in row)


def bomb_of(part, size):
    """A book whose part unpacks to ``size`` bytes of nothing."""
    return rewritten(PLAIN, **{part: b"<x>" + b" " * size + b"</x>"})


def lying(content, part, size):
    """The same bytes, with ``size`` declared for a part in both headers."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        real = archive.getinfo(part).file_size
    return content.replace(real.to_bytes(4, "little"), size.to_bytes(4, "little"))


LOL = (
    b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)


def a_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REFUSED = {
    "nothing": (b"", "空的"),
    "blanks": (b" \r\n", "空的"),
    "an empty sheet": (book(lambda b, s: None), "没有任何内容"),
    "half an xlsx": (PLAIN[: len(PLAIN) // 2], "不完整"),
    "an xlsx without its end": (PLAIN[:-30], "不完整"),
    "half a csv, within a sign": ("序号,事项\n1,检".encode()[:-1], "不完整"),
    "half a csv, within quotes": ('序号,事项\n1,"检查\n2,丙\n'.encode(), "第 2 行起的引号"),
    "old xls": (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), "旧版 .xls"),
    "a password": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "word": (OLE + "WordDocument".encode("utf-16-le"), "Word"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "a page called xls": (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "不是表格|编码"),
    "a zip": (a_zip(), "压缩包"),
    "an entity bomb": (rewritten(PLAIN, xl__worksheets__sheet1_xml=LOL), "实体"),
    "a part too large": (bomb_of("xl__worksheets__sheet1_xml", 257_000_000), "过大"),
    "a part that lies of its size": (lying(bomb_of("xl__worksheets__sheet1_xml", 9_000_000), "xl/worksheets/sheet1.xml", 10), "不完整"),
    "broken xml": (rewritten(PLAIN, xl__worksheets__sheet1_xml=lambda x: x[:-40]), "不完整"),
    "a string that is not there": (rewritten(PLAIN, xl__worksheets__sheet1_xml=lambda x: x.replace(b"<v>0</v>", b"<v>9</v>")), "不完整"),
    "a million rows of csv": (b"1,2\n" * 1_000_000, "超过 50000 行"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_table_is_refused_in_a_sentence_quickly_and_with_little_memory(what):
    content, words = REFUSED[what]
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(Refused, match=words) as refused:
        read(content, name=what)
    assert refused.value.message[-1] in "。！"
    assert refused.value.field == "file"
    assert time.process_time() - began < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000, "KiB"


def test_a_million_rows_are_refused_as_soon_as_they_are_too_many():
    def write(made, sheet):
        for row in range(60_000):
            sheet.write_row(row, 0, [1, 2])

    with pytest.raises(Refused, match="工作表“计划”超过 50000 行"):
        read(book(write))


@pytest.mark.skipif(not PROVE, reason="writes and reads a table of a million cells: make prove")
def test_a_hundred_thousand_rows_of_twelve_columns_are_read_well_within_15_seconds():
    def write(made, sheet):
        for row in range(100_000):
            sheet.write_row(
                row, 0, [row, f"企业{row}", f"91371323MA{row:08d}", f"某路{row}号", "制造", "A", 1.5, "在业", "张三", "1", "否", "注"]
            )

    content = book(write, constant_memory=True, in_memory=False)
    began = time.process_time()
    (table,) = read(content, most_rows=100_000)
    assert (len(table.rows), table.rows[99_999][1]) == (100_000, "企业99999")
    assert time.process_time() - began < 12
