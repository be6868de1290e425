"""One sheet a month for the county's leaders: as Excel, and as one A4 page."""

import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from paper.models import render_pdf, workbook

from .scoreboard import Board

HEADINGS = (
    "检查单位",
    "备案（件）",
    "准予、告知",
    "退回补正",
    "不予备案",
    "入企（次）",
    "其中未备案",
    "在场（分钟）",
    "回执（份）",
    "基本满意以上",
    "收费罚没（笔）",
    "金额（元）",
)


#: the same columns, short, for the printed page
SHORT = ("检查单位", "备案", "准予", "退回", "不予", "入企", "未备案", "分钟", "回执", "满意", "笔数", "金额（元）")


def _cells(row: object, name: str) -> tuple[object, ...]:
    return (
        name,
        row.filed,
        row.accepted,
        row.returned,
        row.declined,
        row.visits,
        row.unfiled,
        row.minutes,
        row.receipts,
        row.content,
        row.charges,
        row.amount,
    )


def title_of(month: Board) -> str:
    """Return the sheet's title."""
    return f"{month.county.name}{month.first.year}年{month.first.month}月涉企检查情况"


def as_workbook(month: Board) -> bytes:
    """Return the month as XLSX; the last row is the sum."""
    rows = [_cells(r, r.agency.name) for r in month.rows] + [_cells(month.total, "合计")]
    note = f"统计期：{month.first} 至 {month.last}；被拒绝的办理 {month.attempts} 次，举报 {month.complaints} 件。"
    if settings.DEMO_MARK:
        note = "演示样张 · 内容虚构。" + note
    return workbook(title=title_of(month), headings=HEADINGS, rows=rows, note=note, money=(11,))


def as_page(month: Board, made_on: datetime.date) -> bytes:
    """Return the month as one A4 page (PDF)."""
    with translation.override(settings.LANGUAGE_CODE):
        html = render_to_string(
            "oversight/paper/month.html",
            {"month": month, "title": title_of(month), "headings": SHORT, "made_on": made_on, "demo_mark": settings.DEMO_MARK},
        )
    return render_pdf(html)
