"""A published programme, read: one line for every row of data, its words kept, what was understood, what is open."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Agency
from audit.models import Refused
from paper.incoming import Table, letters

from .agencies import Directory
from .headings import WHAT
from .months import When, when
from .quantities import Read, levels, methods, part, quantities
from .show import name_of, said
from .tables import Column, Found, LeftOut, tables_of

#: most lines of one programme; a county bureau publishes some tens
MOST_LINES = 5_000
#: signs by which a publisher says that there is nothing to say
_DASHES = re.compile(r"[-—–/\\无一－―─]{1,4}|不涉及|none", re.I)
_DITTO = re.compile(r"同上|[〃″]|''|\"")
_LATER = re.compile(r"待定|待确定|另行(?:通知|确定|安排)|暂无|xx+|×+|\?+|？+|#(?:REF|N/A|VALUE|NAME|DIV/0|NULL|NUM)[!?]?", re.I)
#: columns that may be empty without question
_NEED_NOT = {"remark"}
#: where a dash is an answer
_MAY_BE_NONE = {"partner", "basis", "section", "code", "domain", "matter_kind", "part", ""}
_LISTS = {"method": methods, "level": levels, "part": part}
_QUANTITIES = {"ratio", "frequency", "ratio_frequency", "count"}


@dataclass
class Open:
    """What is left to be completed: where, the words that stand there, and what is wanted."""

    row: int
    column: str
    heading: str
    role: str
    text: str
    what: str
    sheet: str = ""


@dataclass
class Line:
    """One row of data. ``words`` as published, by heading; ``taken`` names the row from which a cell was continued."""

    sheet: str
    row: int
    words: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    open: list[Open] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what the line is called."""
        return name_of(self.values)

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Return what was understood as (label, words) for a page."""
        return said(self.values)


@dataclass
class ReadProgramme:
    """What a file says: ``lines``, the rows ``left_out``, and ``warnings`` about the whole."""

    title: str
    lines: list[Line]
    left_out: list[LeftOut]
    warnings: list[str]
    columns: list[dict[str, str]]

    @property
    def open_points(self) -> list[Open]:
        """Return all that is left to be completed, in the order of the rows."""
        return [point for line in self.lines for point in line.open]

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "title": self.title,
            "lines": [asdict(line) for line in self.lines],
            "left_out": [asdict(row) for row in self.left_out],
            "warnings": self.warnings,
            "columns": self.columns,
            "open": len(self.open_points),
        }


def read_programme(sheets: list[Table], *, year: int, county_name: str, agencies: list[Agency], filer: Agency | None) -> ReadProgramme:
    """Read the sheets of a file. Refused if no sheet holds a table of a programme."""
    found: list[Found] = []
    left: list[LeftOut] = []
    warnings: list[str] = []
    for sheet in sheets:
        tables, others = tables_of(sheet)
        if sheet.hidden:
            if tables:
                warnings.append(_("工作表“%(sheet)s”是隐藏的，没有读入；需要时请取消隐藏后再上传。") % {"sheet": sheet.name})
            continue
        if not tables and any(sheet.rows):
            warnings.append(_("工作表“%(sheet)s”里没有找到计划表，没有读入。") % {"sheet": sheet.name})
        found += tables
        left += others
    if not found:
        raise Refused(
            _("没有找到检查计划表：表头里应当有“抽查事项（或检查内容、检查对象）”以及“检查时间、抽查比例、检查主体”等列，并且下面有内容。"),
            field="file",
        )
    if sum(len(one.rows) for one in found) > MOST_LINES:
        raise Refused(_("计划超过 %(most)d 行，请分成几份文件导入。") % {"most": MOST_LINES}, field="file")
    above = [row.text for row in left if row.row < found[0].head[0] and row.sheet == found[0].table.name]
    title = next((text for text in above if re.search("计划|清单|方案", text)), above[0] if above else "")
    named = re.search(r"(20\d\d)\s*年", title)
    if named and int(named[1]) != year:
        warnings.append(_("标题写的是 %(named)s 年，现在按 %(year)s 年度导入，请核对。") % {"named": named[1], "year": year})
    directory = Directory(agencies, county_name, filer)
    lines = [line for one in found for line in _Reader(one, year, directory).lines()]
    columns = [
        {"sheet": one.table.name, "column": letters(c.index), "heading": c.heading, "role": c.role} for one in found for c in one.columns
    ]
    return ReadProgramme(title, lines, left, warnings, columns)


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, found: Found, year: int, directory: Directory) -> None:
        self.found, self.year, self.directory = found, year, directory
        self.sheet = found.table
        self.roles = {c.role for c in found.columns}
        data = set(found.rows)
        self.merged_down = any(top in data and bottom > top for top, _left, bottom, _right in self.sheet.merged)

    def lines(self) -> list[Line]:
        made: list[Line] = []
        seen: dict[int, str] = {}  # column -> what a continued cell takes over
        origin: dict[int, int] = {}
        for row in self.found.rows:
            line = Line(self.sheet.name, row)
            continued = self._continued(row) if made else 0
            for position, column in enumerate(self.found.columns):
                text = self.sheet.seen(row, column.index)
                line.words[column.heading] = text
                again = position < continued if not text else bool(_DITTO.fullmatch(text))
                if again and seen.get(column.index):
                    text = seen[column.index]
                    line.taken[column.heading] = origin[column.index]
                elif text:
                    area = self.sheet.area(row, column.index)
                    if area and area[0] < row:
                        line.taken[column.heading] = area[0]
                    origin[column.index] = line.taken.get(column.heading, row)
                seen[column.index] = text
                self._read(line, column, text)
            if group := self.found.groups.get(row):
                line.values["group"] = group
            self._who_leads(line)
            made.append(line)
        return made

    def _continued(self, row: int) -> int:
        """Return how many columns from the left a row takes over from the row above: those empty before its first text.

        A row continues another one if it has neither a number nor, up to there, anything of its own.
        """
        if self.merged_down:  # the sheet says itself what reaches over several rows
            return 0
        blank = 0
        for column in self.found.columns:
            if self.sheet.seen(row, column.index):
                break
            blank += 1
        ahead = {c.role for c in self.found.columns[:blank]}
        numbered = self.found.columns[0].role == "number"
        return blank if ahead & WHAT and blank > numbered else 0

    def _read(self, line: Line, column: Column, text: str) -> None:
        role = column.role
        if not text or (_DASHES.fullmatch(text) and role not in _MAY_BE_NONE | _NEED_NOT):
            if role not in _NEED_NOT:
                self._open(line, column, text, _("这一格是空的，请补充填写") if not text else _("没有写明，请补充填写"))
            return
        if _DASHES.fullmatch(text):
            self._put(line, role, None)
        elif _LATER.fullmatch(text) or re.match(r"=[A-Za-z$('\"]", text) or _DITTO.fullmatch(text):
            self._open(line, column, text, _("没有确定的内容，请补充填写"))
        else:
            self._understand(line, column, text)

    def _understand(self, line: Line, column: Column, text: str) -> None:
        role = column.role
        if role in ("agency", "lead", "partner"):
            self._agencies(line, column, text)
        elif role in ("months", "starts", "ends"):
            self._when(line, column, text)
        elif role in _QUANTITIES:
            self._take(line, column, text, quantities(text, heading=column.heading, wanted=role))
        elif role in _LISTS:
            self._take(line, column, text, _LISTS[role](text))
        elif role == "number":
            line.values.setdefault("number", text)
        elif role:
            self._put(line, role, text)

    def _put(self, line: Line, role: str, value: Any) -> None:
        """Keep a value; a second column of the same role stands beside the first (``item_2``)."""
        if not role:
            return
        name, n = role, 2
        while name in line.values and line.values[name] != value:
            name, n = f"{role}_{n}", n + 1
        line.values[name] = value

    def _open(self, line: Line, column: Column, text: str, what: str) -> None:
        line.open.append(Open(line.row, letters(column.index), column.heading, column.role, text, what, line.sheet))

    def _take(self, line: Line, column: Column, text: str, read: Read) -> None:
        if read.fault:
            self._open(line, column, text, read.fault)
        for name, value in read.values.items():
            self._put(line, name, value)

    def _when(self, line: Line, column: Column, text: str) -> None:
        read: When = when(text, year=self.year, bare_numbers="月" in column.heading)
        if read.fault:
            self._open(line, column, text, read.fault)
        elif column.role == "months":
            self._put(line, "months", read.months or None)
            if read.until:
                self._put(line, "until", read.until)
        else:
            month = read.until or (read.months[0] if column.role == "starts" else read.months[-1])
            line.values[column.role] = month
            first, last = line.values.get("starts"), line.values.get("ends")
            if first and last and first <= last:
                self._put(line, "months", list(range(first, last + 1)))
            elif first and last:
                self._open(line, column, text, _("结束月份早于开始月份，请核对"))

    def _agencies(self, line: Line, column: Column, text: str) -> None:
        named, fault = self.directory.read(text)
        if fault:
            self._open(line, column, text, fault)
        default = {"lead": "LEAD", "partner": "PARTNER"}.get(column.role, "")
        if default == "PARTNER" and not self.roles & {"lead", "agency"} and not re.search("配合|协|参与", column.heading):
            default = ""  # 联合部门, with no other column: the lead may be among them
        known = [{"words": n.words, "code": n.agency.code if n.agency else None, "part": n.part or default} for n in named]
        line.values.setdefault("agencies", []).extend(known)

    def _who_leads(self, line: Line) -> None:
        """Say which part an agency takes where the table says it in a column of its own, or by having partners in another."""
        agencies = line.values.get("agencies", [])
        own_part = line.values.get("part")
        unsaid = [a for a in agencies if not a["part"]]
        if own_part:
            for agency in unsaid:
                agency["part"] = own_part
        elif len(unsaid) == 1 and ("partner" in self.roles or len(agencies) == 1) and not any(a["part"] == "LEAD" for a in agencies):
            unsaid[0]["part"] = "LEAD"


def read_cell(role: str, text: str, *, year: int, agency: Agency, heading: str = "") -> Read:
    """Read one text that a person types, by the same rules as a cell under a heading of this role."""
    today = agency.county.today()
    known = [a for a in Agency.objects.filter(county=agency.county_id) if a.starts <= today and (a.ends is None or a.ends > today)]
    table = Table("", [[text]])
    column = Column(1, heading or ("月" if role == "months" else ""), role)
    reader = _Reader(Found(table, [column], (0, 0), [1]), year, Directory(known, agency.county.name, agency))
    line = Line("", 0)
    reader._read(line, column, text)
    return Read(line.values, line.open[0].what if line.open else "")
