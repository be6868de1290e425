"""Reminders: one letter a working day to whoever has something whose term ends, one to whom it is taken up to when it has ended.

Derived from state: safe to repeat, since each letter is named by its reader and its day.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import County, Duty
from audit.models import signed

from . import clocks, letters
from .models import InspectionPlan


def remind_desks_due(*, by: Any) -> int:
    """Write what is due today in each county, on its working days. Returns how many letters are new."""
    written = 0
    for county in County.objects.order_by("pk"):
        post, clock = by.holding(Duty.SYSTEM, county=county), clocks.Clocks(county)
        if post and clock.days.works_on(clock.on):
            written += _remind(county, clock, by, post)
    return written


def _remind(county: Any, clock: clocks.Clocks, by: Any, post: Any) -> int:
    """Write the letters of one county for its day, and a last one to the clock itself, by which it knows that the day is done."""
    finished = f"remind:{clock.on.isoformat()}:{county.code}"
    if not letters.unwritten({f"{finished}:{by.pk}": by.pk}):
        return 0
    due, passed_up = waiting_of(county, clock)
    with signed(by=by, verb="remind", post=post):
        for kind, piles in (("due", due), ("up", passed_up)):
            for reader, rows in piles.items():
                once = f"remind:{clock.on.isoformat()}:{kind}"
                letters.write([reader], county=county, link="/", once=once, subject=_subject(kind, rows), body=_lines(rows))
        told = len(due) + len(passed_up)
        letters.write([by.pk], county=county, once=finished, subject=_("今日提醒已发 %(n)d 份") % {"n": told}, body="")
    return told + 1


def waiting_of(county: Any, clock: clocks.Clocks) -> tuple[dict[int, list[Any]], dict[int, list[Any]]]:
    """Return by reader what is due or late with them, and what is taken up to them because it has been late so long."""
    due: dict[int, list[Any]] = defaultdict(list)
    passed_up: dict[int, list[Any]] = defaultdict(list)
    rows = InspectionPlan.objects.filter(clock.run_on(), county=county).select_related("agency", "county")
    people = letters.People(county)
    for plan in rows.prefetch_related("targets").order_by("pk"):
        plan.waiting = clock.of(plan)
        if plan.waiting.due_on > clock.on:
            continue
        for reader in people.who_holds_up(plan):
            due[reader].append(plan)
        if plan.waiting.late_by >= clock.rules[clocks.ESCALATE]:
            for reader in people.above(plan):
                passed_up[reader].append(plan)
    return due, passed_up


def _subject(kind: str, rows: list[Any]) -> str:
    late = sum(plan.waiting.late for plan in rows)
    if kind == "up":
        return _("逾期报告：%(n)d 件备案超过期限，请督促") % {"n": len(rows)}
    return _("到期提醒：%(n)d 件备案等您办理，其中 %(late)d 件已经逾期") % {"n": len(rows), "late": late}


def _lines(rows: Iterable[Any], most: int = 20) -> str:
    rows = list(rows)
    lines = [
        _("%(plan)s：等待%(whom)s，期限 %(day)s") % {"plan": plan, "whom": plan.waiting.whom, "day": plan.waiting.due_on.isoformat()}
        for plan in rows[:most]
    ]
    return "\n".join([*lines, *([_("……等 %(n)d 件") % {"n": len(rows)}] if len(rows) > most else [])])
