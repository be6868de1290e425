"""The inside of an XLSX, read as a stream with every size bounded: no entity, no formula, no macro is ever followed."""

import io
import posixpath
import re
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from audit.models import Refused

from .numberformat import Shown

#: bytes of one part and of all parts once unpacked; 100,000 rows of 12 columns have about 60 million
MOST_PART, MOST_UNPACKED = 256_000_000, 512_000_000
MOST_PARTS, MOST_SHEETS, MOST_COLUMNS = 5_000, 60, 500
#: cells with text, and their letters, of one file
MOST_CELLS, MOST_TEXT = 3_000_000, 60_000_000
MOST_MERGED = 100_000

Sheet = tuple[str, list[list[str]], list[tuple[int, int, int, int]], bool]


class _Broken(Exception):
    """The file is not what an XLSX is."""


class _Forbidden(Exception):
    """The XML declares an entity or a document type, which no spreadsheet program writes."""


#: what a damaged file makes the readers raise; zipfile says NotImplementedError of a compression it does not know
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, expat.ExpatError, _Broken, LookupError, ValueError, NotImplementedError, OSError,
)  # fmt: skip


def letters(column: int) -> str:
    """Return the name of a column: 1 → A, 27 → AA."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def sheets(content: bytes, *, most_rows: int) -> list[Sheet]:
    """Return (name, rows, merged areas, hidden) of every sheet with cells, in the order of the book."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Book(archive).sheets(most_rows)
    except _Forbidden:
        odd = _("文件中含有表格不应有的内容（实体声明），为安全起见不予读取；请用 WPS 或 Excel 另存后再上传。")
        raise Refused(odd, field="file") from None
    except _DAMAGE:
        broken = _("文件不完整或已损坏，无法读取；请重新下载，或用 WPS 或 Excel 打开后另存为 .xlsx 再上传。")
        raise Refused(broken, field="file") from None
    except RuntimeError:  # zipfile says so of an encrypted part
        raise Refused(_("文件设有打开密码，请取消密码后再上传。"), field="file") from None


class _Book:
    """One open archive, and what is left of the bytes it may unpack."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.left, self.cells, self.text = MOST_UNPACKED, MOST_CELLS, MOST_TEXT
        infos = archive.infolist()
        names = {info.filename.lstrip("/").lower(): info for info in infos}
        if len(infos) > MOST_PARTS or sum(i.file_size for i in infos) > MOST_UNPACKED or any(i.file_size > MOST_PART for i in infos):
            raise _bomb()
        self.names = names
        if "xl/workbook.bin" in names or "content.xml" in names:
            raise Refused(_("这是 .xlsb 或 .ods 文件，无法读取；请用 WPS 或 Excel 打开后“另存为”.xlsx，再上传。"), field="file")
        if "word/document.xml" in names:
            raise Refused(_("这是 Word 文档，不是表格；请把表格放进 .xlsx 或 .csv 文件再上传。"), field="file")
        if "xl/workbook.xml" not in names:
            raise Refused(_("这是压缩包，不是表格；请解压后上传其中的 .xlsx 或 .csv 文件。"), field="file")

    def parse(self, part: str, start: Any, end: Any = None, data: Any = None) -> None:
        """Feed one part to the handlers, which get names without prefix. Sizes are counted as they come, not as declared."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _forbid
        read = 0
        with self.archive.open(self.names[part.lower()]) as stream:
            while chunk := stream.read(1 << 18):
                read += len(chunk)
                self.left -= len(chunk)
                if read > MOST_PART or self.left < 0:
                    raise _bomb()
                parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def sheets(self, most_rows: int) -> list[Sheet]:
        listed: list[tuple[str, str, bool]] = []
        epoch = [False]

        def start(tag: str, at: dict[str, str]) -> None:
            tag = tag.rpartition(":")[2]
            if tag == "sheet":
                link = next((value for name, value in at.items() if name.rpartition(":")[2] == "id" and ":" in name), "")
                listed.append((at.get("name", ""), link, at.get("state", "visible") != "visible"))
            elif tag == "workbookPr":
                epoch[0] = at.get("date1904", "0") in ("1", "true")

        self.parse("xl/workbook.xml", start)
        links = self._links()
        strings, shown = self._strings(), self._shown(epoch[0])
        found = []
        for name, link, hidden in listed[:MOST_SHEETS]:
            part = links.get(link, "")
            if "worksheet" in part.lower():  # not a chart
                found.append((name, *self._sheet(part, strings, shown, most_rows, name), hidden))
        if len(listed) > MOST_SHEETS:
            raise Refused(_("工作表超过 %(most)d 个，请只保留需要的工作表。") % {"most": MOST_SHEETS}, field="file")
        if not found:
            raise _Broken
        return found

    def _links(self) -> dict[str, str]:
        links: dict[str, str] = {}

        def start(tag: str, at: dict[str, str]) -> None:
            if tag.rpartition(":")[2] == "Relationship" and at.get("TargetMode") != "External":
                target = at.get("Target", "")
                links[at.get("Id", "")] = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")

        self.parse("xl/_rels/workbook.xml.rels", start)
        return links

    def _strings(self) -> list[str]:
        reader = _StringsReader()
        if "xl/sharedstrings.xml" in self.names:
            self.parse("xl/sharedStrings.xml", reader.start, reader.end, reader.data)
        return reader.strings

    def _shown(self, epoch_1904: bool) -> Shown:
        own: dict[int, str] = {}
        styles: list[int] = []
        inside = False

        def start(tag: str, at: dict[str, str]) -> None:
            nonlocal inside
            tag = tag.rpartition(":")[2]
            if tag == "numFmt" and at.get("numFmtId", "").isdigit():
                own[int(at["numFmtId"])] = at.get("formatCode", "")
            elif tag == "cellXfs":
                inside = True
            elif tag == "xf" and inside and len(styles) < 100_000:
                styles.append(int(at.get("numFmtId", "0") or 0))

        def end(tag: str) -> None:
            nonlocal inside
            inside = inside and tag.rpartition(":")[2] != "cellXfs"

        if "xl/styles.xml" in self.names:
            self.parse("xl/styles.xml", start, end)
        return Shown(styles, own, epoch_1904)

    def _sheet(self, part: str, strings: list[str], shown: Shown, most_rows: int, name: str) -> tuple[list[list[str]], list[Any]]:
        reader = _SheetReader(self, strings, shown, most_rows, name)
        self.parse(part, reader.start, reader.end, reader.data)
        while reader.rows and not reader.rows[-1]:
            reader.rows.pop()
        return reader.rows, reader.merged


class _StringsReader:
    """Handlers for the shared strings, without the reading aids (拼音指南) that lie between them."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.parts: list[str] = []
        self.inside, self.aid, self.size = False, 0, 0

    def start(self, tag: str, at: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "si":
            self.parts.clear()
        elif tag == "t":
            self.inside = not self.aid
        elif tag == "rPh":
            self.aid += 1

    def data(self, text: str) -> None:
        if self.inside:
            self.parts.append(text)

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "t":
            self.inside = False
        elif tag == "rPh":
            self.aid -= 1
        elif tag == "si":
            self.strings.append(cleaned("".join(self.parts)))
            self.size += len(self.strings[-1])
            if len(self.strings) > MOST_CELLS or self.size > MOST_TEXT:
                raise _too_large("")


class _SheetReader:
    """Handlers for the XML of one sheet. Rows grow only as far as there is text."""

    def __init__(self, book: _Book, strings: list[str], shown: Shown, most_rows: int, name: str) -> None:
        self.book, self.strings, self.shown, self.most_rows, self.name = book, strings, shown, most_rows, name
        self.rows: list[list[str]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.row = self.column = 0
        self.kind = self.style = ""
        self.value: list[str] = []
        self.formula: list[str] = []
        self.into: list[str] | None = None
        self.aid = 0

    def start(self, tag: str, at: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            ref = at.get("r")
            if ref:
                self.column = _COLUMNS.get(ref.rstrip("0123456789")) or _place(ref)[1]
            else:
                self.column += 1
            self.kind, self.style = at.get("t", "n"), at.get("s", "0")
            self.value.clear()
            self.formula.clear()
        elif tag == "v" or (tag == "t" and not self.aid):
            self.into = self.value
        elif tag == "f":
            self.into = self.formula
        elif tag == "row":
            number = at.get("r")
            self.row = int(number) if number else self.row + 1
            self.column = 0
        elif tag == "rPh":
            self.aid += 1
        elif tag == "mergeCell":
            self._merge(at.get("ref", ""))

    def data(self, text: str) -> None:
        if self.into is not None:
            self.into.append(text)

    def end(self, tag: str) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            if self.value or self.formula:
                self._keep(self._text())
        elif tag in ("v", "t", "f"):
            self.into = None
        elif tag == "rPh":
            self.aid -= 1

    def _text(self) -> str:
        raw = "".join(self.value)
        if self.kind == "s":
            return self.strings[int(raw)] if raw else ""
        if not raw and self.formula:  # saved without its value by a program that does not calculate: show it, never run it
            return "=" + cleaned("".join(self.formula))
        if self.kind == "n":
            return self.shown.number(raw.strip(), self.style)
        if self.kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(raw.strip(), raw)
        if self.kind == "d":
            return raw.strip().removesuffix("T00:00:00").removesuffix("T00:00:00.000").replace("T", " ")
        return cleaned(raw)

    def _keep(self, text: str) -> None:
        if not text:
            return
        book = self.book
        if self.row > self.most_rows:
            longer = _("工作表“%(sheet)s”超过 %(most)d 行，请分成几个文件上传。")
            raise Refused(longer % {"sheet": self.name, "most": self.most_rows}, field="file")
        if not 0 < self.column <= MOST_COLUMNS or self.row < 1:
            place = f"{letters(self.column)}{self.row}"
            raise Refused(
                _("工作表“%(sheet)s”的单元格 %(cell)s 离表格太远（超过 %(most)d 列），请删去后再上传。")
                % {"sheet": self.name, "cell": place, "most": MOST_COLUMNS},
                field="file",
            )
        book.cells -= 1
        book.text -= len(text)
        if book.cells < 0 or book.text < 0:
            raise _too_large(self.name)
        rows = self.rows
        while len(rows) < self.row:
            rows.append([])
        cells = rows[self.row - 1]
        while len(cells) < self.column - 1:
            cells.append("")
        if len(cells) < self.column:
            cells.append(text)
        else:  # a cell named twice: the later one stands, as in Excel
            cells[self.column - 1] = text

    def _merge(self, ref: str) -> None:
        first, _colon, last = ref.replace("$", "").partition(":")
        (top, left), (bottom, right) = _place(first), _place(last or first)
        self.merged.append((min(top, bottom), min(left, right), max(top, bottom), max(left, right)))
        if len(self.merged) > MOST_MERGED:
            raise Refused(_("表格中的合并单元格太多，请取消不需要的合并后再上传。"), field="file")


_REF = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_COLUMNS: dict[str, int] = {}


def _place(ref: str) -> tuple[int, int]:
    match = _REF.fullmatch(ref)
    if not match:
        raise _Broken
    name = match[1]
    if name not in _COLUMNS:
        number = 0
        for letter in name.upper():
            number = number * 26 + ord(letter) - 64
        _COLUMNS[name] = number
    return int(match[2]), _COLUMNS[name]


def cleaned(text: str) -> str:
    """Return a cell's text: line breaks as one sign, ``_x000D_`` as what it stands for, no blanks around."""
    if "_x" in text:
        text = re.sub(r"_x([0-9A-Fa-f]{4})_", _unescaped, text)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    if code in (9, 10, 13) or (code >= 32 and not 0xD800 <= code <= 0xDFFF and code < 0xFFFE):
        return chr(code)
    return ""


def _forbid(*args: Any) -> None:
    raise _Forbidden


def _bomb() -> Refused:
    return Refused(_("文件解开后过大，不像是真正的表格，不予读取；请删去图片和多余的工作表后再上传。"), field="file")


def _too_large(sheet: str) -> Refused:
    return Refused(_("工作表“%(sheet)s”内容太多，请分成几个文件上传。") % {"sheet": sheet}, field="file")
