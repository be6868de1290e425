"""Tables out: real Excel. Dates are dates, money is a number, user text never becomes a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter


def workbook(*, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], note: str = "", money: Sequence[int] = ()) -> bytes:
    """Return an XLSX with a title row, headings and ``rows``. Columns numbered in ``money`` hold fen, shown as yuan."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True})
    sheet = book.add_worksheet(title[:31].translate(str.maketrans("[]:*?/\\", "（）：－？／＼")))
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1, "text_wrap": True, "valign": "vcenter"})
    plain, yuan = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "#,##0.00"})
    day, instant = (
        book.add_format({"border": 1, "num_format": "yyyy-mm-dd"}),
        book.add_format({"border": 1, "num_format": "yyyy-mm-dd hh:mm"}),
    )
    sheet.merge_range(0, 0, 0, max(len(headings) - 1, 1), title, book.add_format({"bold": True, "font_size": 14, "align": "center"}))
    if note:
        sheet.merge_range(1, 0, 1, max(len(headings) - 1, 1), note, book.add_format({"font_color": "#666666"}))
    sheet.write_row(2, 0, headings, bold)
    widths = [len(h) * 2 + 2 for h in headings]
    for r, row in enumerate(rows, start=3):
        for c, value in enumerate(row):
            if c in money and value is not None:
                sheet.write_number(r, c, value / 100, yuan)
            elif hasattr(value, "hour"):
                sheet.write_datetime(r, c, value, instant)
            elif hasattr(value, "year"):
                sheet.write_datetime(r, c, value, day)
            else:
                sheet.write(r, c, value, plain)
            widths[c] = max(widths[c], min(sum(1 + (ord(x) > 255) for x in str(value)) + 2, 50))
    for c, width in enumerate(widths):
        sheet.set_column(c, c, width)
    sheet.freeze_panes(3, 1)
    book.close()
    return out.getvalue()
