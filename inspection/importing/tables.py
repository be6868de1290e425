"""Finds the tables of a published sheet: title, headings (one to three rows), rows of data, and what is none, by row."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from paper.incoming import Table, letters

from .headings import bare, is_a_table, role_of

#: a heading is short; a cell longer than this is none
LONGEST_HEADING = 40
#: a title may read like a heading (检查计划), but stands alone
FEWEST_HEADINGS = 3
_TOTAL = re.compile(r"(?:本页|本表|全年|累计|全县|全局)?(?:合计|总计|小计|共计|总数|汇总)(?:数|[:：].*|\(.*\))?")
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|附注|附|附件|填表人|填报人|制表|制表人|审核人|审核|联系人|填报单位|单位(?:盖章|负责人)|负责人|填表日期|填报日期|日期)(?:\(.*?\))?\d*[:：、.].*|"
    r"(?:注|备注|说明)\s*\d*[:：].*|\*+.*|※.*",
    re.S,
)


@dataclass
class Column:
    """One column: its number (from 1), its heading as published (made unique), its role (``""``: not known)."""

    index: int
    heading: str
    role: str


@dataclass
class Found:
    """One table of a sheet: its columns and the numbers of its rows of data; ``groups`` heads some of them."""

    table: Table
    columns: list[Column]
    head: tuple[int, int]
    rows: list[int] = field(default_factory=list)
    groups: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LeftOut:
    """A row with text that is no row of data, and why."""

    sheet: str
    row: int
    text: str
    why: str


def tables_of(sheet: Table) -> tuple[list[Found], list[LeftOut]]:
    """Return the tables on a sheet, and each row with text that belongs to none."""
    found: list[Found] = []
    left: list[LeftOut] = []
    row, group = 1, ""
    while row <= len(sheet.rows):
        height = _headings_at(sheet, row)
        if height:
            head = _columns(sheet, row, height)
            if found and [bare(c.heading) for c in found[-1].columns] == [bare(c.heading) for c in head]:
                left += [_left(sheet, r, _("重复的表头")) for r in range(row, row + height)]
            else:
                found.append(Found(sheet, head, (row, row + height - 1)))
                group = ""
            row += height
            continue
        own = _own(sheet, row)
        if own:
            why = _no_data(sheet, row, own, found[-1] if found else None)
            if why == "group" or (why == "" and not found):
                group = _words(own) if found else ""
                left.append(_left(sheet, row, _("分组标题") if found else _("表头以上的标题或说明")))
            elif why:
                left.append(_left(sheet, row, why))
            else:
                found[-1].rows.append(row)
                if group:
                    found[-1].groups[row] = group
        row += 1
    for one in found:
        _name_bare_columns(one)
    return [one for one in found if one.rows], left


def _own(sheet: Table, row: int) -> dict[int, str]:
    return {i: text for i, text in enumerate(sheet.rows[row - 1], start=1) if text}


def _words(own: dict[int, str]) -> str:
    return " ".join(own.values())


def _left(sheet: Table, row: int, why: str) -> LeftOut:
    return LeftOut(sheet.name, row, _words(_own(sheet, row)), why)


# --- headings -----------------------------------------------------------------------------------------
def _headings_at(sheet: Table, row: int) -> int:
    """Return how many rows of headings begin at ``row``: 0 to 3, those that make most columns known."""
    best, most = 0, 0
    if len(_own(sheet, row)) < FEWEST_HEADINGS:
        return 0
    for height in (1, 2, 3):
        if row + height - 1 > len(sheet.rows) or not _looks_like_headings(sheet, row + height - 1, first=height == 1):
            break
        roles = [column.role for column in _columns(sheet, row, height)]
        known = sum(bool(role) for role in roles)
        if is_a_table(roles) and (known > most or (known == most and _is_below(sheet, row, row + height - 1))):
            best, most = height, known
    return best


def _looks_like_headings(sheet: Table, row: int, *, first: bool) -> bool:
    own = _own(sheet, row)
    if not own or any(len(text) > LONGEST_HEADING or re.fullmatch(r"[\d.%（）()]+", text) for text in own.values()):
        return False
    known = sum(bool(role_of(text)) or _half_a_heading(text) for text in own.values())
    return known * 2 >= len(own) if first else known == len(own)


def _half_a_heading(text: str) -> bool:
    """Return whether a text of the lower row makes sense below another one only."""
    return bool(
        re.fullmatch(
            "开始|结束|起|止|起始|截止|牵头|配合|发起|名称|内容|比例|频次|数量|户数|家数|部门|单位|时间|方式|依据|对象|类别|事项|层级",
            bare(text),
        )
    )


def _is_below(sheet: Table, top: int, row: int) -> bool:
    """Return whether ``row`` belongs to headings that begin at ``top``: merged with them, or filling their gaps."""
    if row == top:
        return True
    own = _own(sheet, row)
    spans = any((area := sheet.area(row, i)) and area[0] < row for i in range(1, sheet.width + 1))
    above = _own(sheet, top)
    return spans or not (set(own) & set(above)) or (bool(own) and all(_half_a_heading(text) for text in own.values()))


def _columns(sheet: Table, row: int, height: int) -> list[Column]:
    """Return the columns under headings of ``height`` rows; same headings are told apart by their letter."""
    rows = range(row, row + height)
    last = max(len(sheet.rows[r - 1]) for r in rows)
    last = max([last, *(a[3] for a in sheet.merged if a[0] in rows and a[3] <= sheet.width)])
    columns: list[Column] = []
    taken: set[str] = set()
    above = ""
    for index in range(1, last + 1):
        said = [sheet.seen(r, index) for r in rows]
        if height > 1:
            top = said[0]
            if not top and any(said[1:]) and not sheet.area(row, index):
                said[0] = above  # the upper heading reaches over the next columns, merged away in a CSV
            above = top or (above if any(said[1:]) else "")
        said = list(dict.fromkeys(text for text in said if text))
        heading = " / ".join(re.sub(r"\s+", "", text) for text in said) or _("（无标题）%(column)s列") % {"column": letters(index)}
        if heading in taken:
            heading = _("%(heading)s（%(column)s列）") % {"heading": heading, "column": letters(index)}
        taken.add(heading)
        columns.append(Column(index, heading, role_of(*said)))
    return columns


def _name_bare_columns(found: Found) -> None:
    """Give columns with text but beyond the headings a name; see by their words which one says 发起 / 配合; drop empty ones."""
    sheet = found.table
    width = max((len(sheet.rows[row - 1]) for row in found.rows), default=0)
    for index in range(len(found.columns) + 1, width + 1):
        found.columns.append(Column(index, _("（无标题）%(column)s列") % {"column": letters(index)}, ""))
    for position, column in enumerate(found.columns):
        words = {sheet.text(row, column.index) for row in found.rows} - {""}
        nameless = column.heading.startswith("（无标题）") or column.heading.endswith(f"（{letters(column.index)}列）")
        if nameless and words and all(re.fullmatch("发起|配合|牵头|参与|协办|主办|协同|参加", re.sub(r"\s", "", w)) for w in words):
            column.role = "part"
        elif nameless and not column.heading.startswith("（无标题）") and position and column.role == found.columns[position - 1].role:
            pass  # one heading merged over two columns: both are read in the same way
    found.columns = [
        c for c in found.columns if not c.heading.startswith("（无标题）") or any(sheet.seen(row, c.index) for row in found.rows)
    ]


# --- rows that are none ---------------------------------------------------------------------------------
def _no_data(sheet: Table, row: int, own: dict[int, str], found: Found | None) -> str:
    """Return why a row with text is no row of data; ``"group"`` for the heading of a group, ``""`` if it is data."""
    words = [unicodedata.normalize("NFKC", text) for text in own.values()]
    first = re.sub(r"\s+", "", words[0])
    if _TOTAL.fullmatch(first) or (len(words) <= 4 and re.match(r"合计|总计|小计|共计", first)):
        return _("合计行")
    if found is None:
        return ""
    if row == found.head[1] + 1 and len(own) >= FEWEST_HEADINGS and [re.sub(r"\D", "", w) for w in words] == [
        str(n) for n in range(1, len(words) + 1)
    ]:  # fmt: skip
        return _("列的编号")
    filled = sum(bool(sheet.seen(row, c.index)) for c in found.columns)
    alone = len(own) == 1
    area = sheet.area(row, next(iter(own)))
    beside = any(sheet.seen(row, c.index) for c in found.columns if not area or not area[1] <= c.index <= area[3])
    across = bool(area) and area[3] - area[1] >= 2 and alone and not beside  # else a cell of a row that others reach into
    numbered = next((c.index for c in found.columns if c.role == "number"), 0)
    in_number_column = alone and next(iter(own)) == numbered
    if (alone or across) and _NOTE.match(words[0]) and (across or filled <= 1 or next(iter(own)) == found.columns[0].index):
        return _("表下的说明")
    if across or (in_number_column and not _is_number(first) and filled == 1):
        return "group" if len(first) <= 30 and not first.endswith(("。", "；", ";")) else _("表下的说明")
    if in_number_column and filled == 1:
        return _("只有序号，没有内容")
    return ""


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[(（]?(?:\d{1,5}(?:[.-]\d{1,3})*|[一二三四五六七八九十百]{1,5}|[①-⑳])[)）、.]?", text))


def rows_of(found: list[Found]) -> Iterator[tuple[Found, int]]:
    """Yield every row of data of the tables in order."""
    for one in found:
        for row in one.rows:
            yield one, row
