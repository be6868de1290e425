"""The monthly register as real Excel, as pages (PDF), and as a chart: bars drawn on the server, its table beside it."""

import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import yuan
from paper.models import render_pdf, workbook

from .models.month import MonthRegister, MonthRow

HEADINGS = (
    "单位", "种类", "项目", "上月末未缴（元）", "登记（笔）", "本月应缴（元）",
    "减免（元）", "到账（元）", "退付（元）", "月末未缴（元）", "报送期限",
)  # fmt: skip
MONEY_COLUMNS = (3, 5, 6, 7, 8, 9)
#: departments shown by a bar; the others together
MOST_BARS = 12
WIDTH, LABEL, BAR = 640, 190, 22


def title_of(register: MonthRegister) -> str:
    """Return the sheet's title."""
    return f"{register.county.name}{register.first.year}年{register.first.month}月涉企收费罚没月报"


def note_of(register: MonthRegister) -> str:
    """Return what stands under the title."""
    note = f"{register.due_by} 以前报送。应缴 = 到账 − 退付 + 减免 + 未缴的增减。按单位和项目统计，不按人员统计；数额不作为考核。"
    return ("演示样张 · 内容虚构。" if settings.DEMO_MARK else "") + note


def _cells(row: MonthRow, name: str, last: datetime.date | None) -> tuple[Any, ...]:
    with translation.override(settings.LANGUAGE_CODE):
        kind = str(row.kind_label)
    return (name, kind, row.item_name, row.before, row.charges, row.due, row.reduced, row.received, row.returned, row.open, last)


def as_workbook(register: MonthRegister) -> bytes:
    """Return the register as XLSX: money and dates are numbers and dates, names never become formulas; the last row is the sum."""
    rows = [_cells(row, row.agency.name, register.due_by) for row in register.rows]
    rows.append(_cells(register.total, "合计", None))
    return workbook(title=title_of(register), headings=HEADINGS, rows=rows, note=note_of(register), money=MONEY_COLUMNS)


def as_pages(register: MonthRegister, made_on: datetime.date) -> bytes:
    """Return the register as PDF."""
    with translation.override(settings.LANGUAGE_CODE):
        context = {"register": register, "title": title_of(register), "note": note_of(register), "made_on": made_on}
        html = render_to_string("fees/paper/month.html", {**context, "demo_mark": settings.DEMO_MARK})
    return render_pdf(html)


def chart_of(register: MonthRegister) -> dict[str, Any]:
    """Return the bars of the month: what each department asked for, of it paid, reduced and open; lengths in whole units of the drawing."""
    rows = sorted(register.by_agency, key=lambda row: (-row.due, row.agency.code))
    rows = [row for row in rows if row.due > 0]
    shown = [(row.agency.short_name or row.agency.name, row.due, row.received - row.returned, row.reduced) for row in rows[:MOST_BARS]]
    if rest := rows[MOST_BARS:]:
        others = [sum(part) for part in zip(*[(r.due, r.received - r.returned, r.reduced) for r in rest], strict=True)]
        shown.append((f"其他 {len(rest)} 个单位", *others))
    most = max((due for _name, due, _paid, _reduced in shown), default=0)
    bars = []
    for n, (name, due, paid, reduced) in enumerate(shown):
        long = (WIDTH - LABEL - 120) * due // most
        paid_long, reduced_long = _part(long, paid, due), _part(long, reduced, due)
        bars.append(
            {
                "name": name, "y": 8 + n * (BAR + 10), "text_y": 8 + n * (BAR + 10) + 16, "due": long, "paid": paid_long,
                "reduced": reduced_long, "reduced_x": LABEL + paid_long, "said": yuan(due), "said_x": LABEL + long + 8,
            }
        )  # fmt: skip
    return {"bars": bars, "width": WIDTH, "height": 16 + len(bars) * (BAR + 10), "x": LABEL, "bar": BAR}


def _part(long: int, fen: int, due: int) -> int:
    return max(min(long * fen // due, long), 0)
