"""From a file to lines: find the heading row, read every cell, and name every fault by sheet, row, column and remedy."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from audit.models import Refused
from paper.incoming import Table, read

from .columns import Column, Unreadable, wordings

#: rows of one list; a county of a million people has some 100,000 enterprises
MOST_ROWS = 250_000
#: headings are looked for so far down: title, note, and what offices put above
HEAD_ROWS = 12
#: so many faults are named; the others are counted
NAMED = 50


@dataclass(frozen=True)
class Fault:
    """One bad cell or row: where it is, what is wrong, how to mend it. ``row`` counts from 1 as the spreadsheet does."""

    sheet: str
    row: int
    column: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = _("工作表“%(sheet)s”第 %(row)d 行") % {"sheet": self.sheet, "row": self.row}
        column = f"“{self.column}”" if self.column else ""
        return f"{where}{column}：{self.problem}。{self.remedy}。"


class Faults(Refused):
    """Why a file is not taken in: all faults at once, the first fifty by name. Nothing of the file has been kept."""

    def __init__(self, found: Sequence[Fault], count: int) -> None:
        self.found, self.count = list(found), count
        lines = [str(fault) for fault in found]
        if count > len(found):
            lines.append(_("另外还有 %(more)d 处，改正以上各处后再导入会继续列出。") % {"more": count - len(found)})
        head = _("文件没有导入，共有 %(count)d 处需要改正：") % {"count": count}
        super().__init__("\n".join([head, *lines]), field="file")


@dataclass
class Line:
    """One row of the file as understood: values by the name of the column, only of columns that the file has."""

    sheet: str
    row: int
    facts: dict[str, Any]


@dataclass
class Gathered:
    """Gathers the faults of one file."""

    named: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, line: Line, column: str, problem: Any, remedy: Any) -> None:
        """Note a fault."""
        self.count += 1
        if len(self.named) < NAMED:
            self.named.append(Fault(line.sheet, line.row, str(column), str(problem), str(remedy)))

    def raise_any(self) -> None:
        """Raise all faults at once, if there are any."""
        if self.count:
            raise Faults(self.named, self.count)


@dataclass
class Sheets:
    """What a file holds for one list: lines, and what was left aside, in words."""

    lines: list[Line]
    aside: list[str]


def lines_of(
    content: bytes, name: str, columns: Sequence[Column], faults: Gathered, progress: Callable[[int, int], None] = lambda done, of: None
) -> Sheets:
    """Return the lines of a file. Cells that cannot be read go into ``faults``; their lines are left out.

    Raises Refused when the file cannot be read at all, or no sheet bears the headings.
    """
    tables = read(content, name=name, most_rows=MOST_ROWS)
    found, aside = Sheets([], []), []
    heads = [(table, *head) for table in tables if not table.hidden and (head := _head_of(table, columns))]
    for table in tables:
        if table.hidden:
            aside.append(_("隐藏的工作表“%(sheet)s”没有读取。") % {"sheet": table.name})
        elif not any(table is headed for headed, *_rest in heads) and table.rows:
            aside.append(_("工作表“%(sheet)s”没有表头，没有读取。") % {"sheet": table.name})
    if not heads:
        wanted = "、".join(str(column.heading) for column in columns if column.required)
        raise Refused(
            _("没有找到表头。表头应当有这些列：%(wanted)s。请下载模板，把内容放进模板再导入。") % {"wanted": wanted}, field="file"
        )
    total = sum(len(table.rows) for table, *_rest in heads)
    done = 0
    for table, at, places, strangers in heads:
        if strangers:
            aside.append(
                _("工作表“%(sheet)s”的这些列不属于本清单，没有读取：%(what)s。") % {"sheet": table.name, "what": "、".join(strangers)}
            )
        for line in _read(table, at, places, faults):
            found.lines.append(line)
            done += 1
            if done % 5000 == 0:
                progress(done, total)
    found.aside = aside
    return found


def bare(heading: str) -> str:
    """Return a heading without spaces, stars and what stands in brackets, as headings are compared."""
    return re.sub(r"[\s*＊:：]|[（(].*?[)）]", "", heading)


def _head_of(table: Table, columns: Sequence[Column]) -> tuple[int, dict[int, Column], list[str]] | None:
    """Return (row, place → column, other headings) of the first row that bears all required headings."""
    known = {bare(heading): column for column in columns for heading in (*wordings(column.heading), *map(str, column.also))}
    for at in range(1, min(HEAD_ROWS, len(table.rows)) + 1):
        cells = {place: bare(table.text(at, place)) for place in range(1, len(table.rows[at - 1]) + 1)}
        places: dict[int, Column] = {}
        for place, cell in cells.items():
            column = known.get(cell)
            if column and column not in places.values():
                places[place] = column
        if all(column in places.values() for column in columns if column.required):
            strangers = [cell for place, cell in cells.items() if cell and place not in places]
            return at, places, strangers
    return None


def _read(table: Table, head: int, places: dict[int, Column], faults: Gathered) -> Iterator[Line]:
    for number, cells in enumerate(table.rows[head:], start=head + 1):
        if not any(cells[place - 1].strip() for place in places if place <= len(cells)):
            continue
        line, good = Line(table.name, number, {}), True
        for place, column in places.items():
            cell = table.seen(number, place) if table.merged else (cells[place - 1] if place <= len(cells) else "")
            try:
                line.facts[column.name] = column.read(cell)
            except Unreadable as problem:
                said = str(problem) if column.personal or not cell.strip() else f"“{cell.strip()[:40]}”{problem}"
                faults.add(line, column.heading, said, column.remedy)
                good = False
        if good:
            yield line
