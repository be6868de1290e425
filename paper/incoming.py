"""Tables in: XLSX and CSV as offices really produce them, read as a person sees them; why so: ``docs/adr/0015``.

``read(content)`` gives the sheets as ``Table``; what is no table, too large or damaged is refused in one sentence.
Nothing is evaluated: a formula counts by the value that was saved with it.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from audit.models import Refused

from . import spreadsheet
from .spreadsheet import MOST_CELLS, MOST_COLUMNS, MOST_TEXT, letters

__all__ = ["MOST_BYTES", "Table", "letters", "read"]

#: bytes of an upload; a list of 100,000 enterprises has about 10 million
MOST_BYTES = 40_000_000


@dataclass
class Table:
    """One sheet. ``rows[i]`` is row ``i + 1`` of the sheet as its program shows it; an empty row is ``[]``.

    ``merged`` holds (top, left, bottom, right), counted from 1. ``hidden`` sheets are given too: who reads
    decides, and says so. ``rows`` end at the last row that holds text, and each at its last cell with text.
    """

    name: str
    rows: list[list[str]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False

    def text(self, row: int, column: int) -> str:
        """Return what stands in this very cell (counted from 1), ``""`` outside the table."""
        cells = self.rows[row - 1] if 0 < row <= len(self.rows) else []
        return cells[column - 1] if 0 < column <= len(cells) else ""

    def area(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """Return the merged area that covers a cell, or None."""
        return self._covered.get((row, column))

    def seen(self, row: int, column: int) -> str:
        """Return the text a person sees at a cell: that of the merged area, if one covers it."""
        area = self.area(row, column)
        return self.text(area[0], area[1]) if area else self.text(row, column)

    @property
    def width(self) -> int:
        """Return the number of columns up to the last one with text."""
        return max((len(row) for row in self.rows), default=0)

    @cached_property
    def _covered(self) -> dict[tuple[int, int], tuple[int, int, int, int]]:
        covered: dict[tuple[int, int], tuple[int, int, int, int]] = {}
        width = self.width
        for area in self.merged:
            top, left, bottom, right = area
            for row in range(top, min(bottom, len(self.rows)) + 1):
                for column in range(left, min(right, width) + 1):
                    covered.setdefault((row, column), area)
            if len(covered) > MOST_CELLS:
                raise Refused(_("表格中的合并单元格太多，请取消不需要的合并后再上传。"), field="file")
        return covered


def read(content: bytes, *, name: str = "", most_rows: int = 50_000, most_bytes: int = MOST_BYTES) -> list[Table]:
    """Return the sheets of an XLSX, or the one table of a CSV (its ``name`` is then that of the file).

    ``name`` is the file's name, for messages only: what the file is shows in its content. Refused with a
    sentence: an empty or damaged file, one of another kind, with a password, larger than ``most_bytes``,
    with text below row ``most_rows`` or beyond what memory should bear.
    """
    if not content.strip(b"\0 \r\n\t"):
        raise Refused(_("文件是空的，请检查后重新选择文件。"), field="file")
    if len(content) > most_bytes:
        raise Refused(_("文件超过 %(most)d MB，请分成几个文件上传。") % {"most": most_bytes // 1_000_000}, field="file")
    _refuse_other_kinds(content)
    if content[:4] == b"PK\x03\x04":
        tables = [Table(*sheet) for sheet in spreadsheet.sheets(content, most_rows=most_rows)]
    else:
        tables = [Table(name, _csv_rows(_decoded(content), most_rows))]
    if not any(table.rows for table in tables):
        raise Refused(_("文件里没有任何内容，请检查后重新选择文件。"), field="file")
    return tables


def _refuse_other_kinds(content: bytes) -> None:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    remedy = _("请用 WPS 或 Excel 打开后“另存为”.xlsx，再上传。")
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  # a compound file: Office up to 2003, or an encrypted one
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused(_("文件设有打开密码，请取消密码后再上传。"), field="file")
        if "WordDocument".encode("utf-16-le") in content:
            raise Refused(_("这是 Word 文档，不是表格；请把表格放进 .xlsx 或 .csv 文件再上传。"), field="file")
        raise Refused(_("这是旧版 .xls 文件，无法读取。") + remedy, field="file")
    if head.startswith(b"%pdf"):
        raise Refused(_("这是 PDF 文件，不是表格；请上传 .xlsx 或 .csv 文件。"), field="file")
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"{\\rtf", b"mime-version")):
        raise Refused(_("这个文件是网页或其他格式，不是真正的表格文件。") + remedy, field="file")
    if content[:4] in (b"PK\x05\x06", b"PK\x07\x08", b"Rar!", b"7z\xbc\xaf") or content[:3] == b"\x1f\x8b\x08":
        raise Refused(_("这是压缩包，不是表格；请解压后上传其中的 .xlsx 或 .csv 文件。"), field="file")


def _decoded(content: bytes) -> str:
    """Return the text of a CSV: a BOM counts, else UTF-8, else GB18030 (what Excel and WPS save in China)."""
    damaged = _("文件不完整或文字编码已损坏（第 %(line)d 行附近），请重新导出后上传。")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Refused(damaged % {"line": content[: error.start].count(b"\n") + 1}, field="file") from None
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            # a few bad bytes in what is UTF-8 for the rest are damage: read as GB18030 it would be nonsense in Chinese
            bad = content.decode("utf-8", "replace").count("�")
            mostly_utf8 = bad * 20 < sum(byte > 0x7F for byte in content) or content[:3] == b"\xef\xbb\xbf"
            line = content[: error.start].count(b"\n") + 1
            cut_short = error.start >= len(content) - 3 and not content[: error.start].isascii()
            if mostly_utf8 or cut_short:
                raise Refused(damaged % {"line": line}, field="file") from None
            try:
                text = content.decode("gb18030")
            except UnicodeDecodeError as worse:
                line = content[: worse.start].count(b"\n") + 1
                raise Refused(damaged % {"line": line}, field="file") from None
    odd = sum(ord(sign) < 32 and sign not in "\t\r\n\x0b\x0c" for sign in text)
    if "\0" in text or odd * 50 > len(text):
        raise Refused(_("这不是表格文件；请上传 .xlsx 或 .csv 文件。"), field="file")
    return text


def _csv_rows(text: str, most_rows: int) -> list[list[str]]:
    separator = _separator(text)
    rows: list[list[str]] = []
    cells = letters_so_far = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begun = 1
    try:
        for row in reader:
            row = trimmed(row)
            rows.append(row)
            cells += len(row)
            letters_so_far += sum(map(len, row))
            if row and len(rows) > most_rows:
                raise Refused(_("表格超过 %(most)d 行，请分成几个文件上传。") % {"most": most_rows}, field="file")
            if len(row) > MOST_COLUMNS or cells > MOST_CELLS or letters_so_far > MOST_TEXT:
                raise Refused(_("表格太大（第 %(row)d 行起），请分成几个文件上传。") % {"row": len(rows)}, field="file")
            begun = reader.line_num + 1
    except csv.Error:
        unclear = _("第 %(line)d 行起的引号不成对，或文件不完整，无法分清各列；请用 WPS 或 Excel 打开检查后重新导出。")
        raise Refused(unclear % {"line": begun}, field="file") from None
    while rows and not rows[-1]:
        rows.pop()
    return rows


def trimmed(row: list[str]) -> list[str]:
    """Return the cells without blanks around them and without empty ones at the end."""
    row = [cell.strip().replace("\r\n", "\n").replace("\r", "\n") for cell in row]
    while row and not row[-1]:
        row.pop()
    return row


def _separator(text: str) -> str:
    """Return the sign that divides most of the first lines into most columns."""
    start = re.match(r"sep=(.)\r?\n", text)
    if start:
        return start[1]
    best, most = ",", 0
    for sign in (",", "\t", ";"):
        widths: list[int] = []
        try:
            for row in csv.reader(io.StringIO(text[:50_000], newline=""), delimiter=sign):
                widths.append(len(row))
                if len(widths) == 40:
                    break
        except csv.Error:  # a field without end; the reading proper names the line
            pass
        usual = max(set(widths), key=lambda width: (widths.count(width) * (width - 1), width), default=1)
        if (score := widths.count(usual) * (usual - 1)) > most:
            best, most = sign, score
    return best
