"""The trail of one filing: everything that happened to it, as sentences in one timeline."""

import datetime
import itertools
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from accounts.models import Duty, User
from fees.models import Charge
from inspection.models import FilingNotice, InspectionPlan, InspectionProgramme, ProgrammeLine, Visit
from receipts.models import Complaint, Receipt, ReceiptCode


@dataclass(frozen=True)
class Line:
    """One act: when, what, to which thing, by whom in which post, why."""

    at: datetime.datetime
    what: str
    act: str
    verb: str
    name: str
    post: str
    agency: str
    note: str
    leaf: str


def trail(plan: InspectionPlan, *, reader: User) -> list[Line]:
    """Return the trail of ``plan`` in order of time.

    Only who carries 稽核 in its county finds receipts, codes and complaints in it; for everybody else
    they leave no trace, not even a gap: no number, no count, no time.
    """
    notices = {n.pk: n for n in plan.notices.all()}
    visits = {v.pk: v for v in Visit.objects.filter(notice__in=notices)}
    several = len(notices) > 1
    found = _of(InspectionPlan, plan._meta.verbose_name, id=plan.pk)
    for notice in notices.values():
        found += _of(FilingNotice, notice.label, id=notice.pk)
    for visit in visits.values():
        where = notices[visit.notice_id].label if several else ""
        found += _of(Visit, f"{visit._meta.verbose_name} {where}".strip(), id=visit.pk)
    found += _of(Charge, Charge._meta.verbose_name, visit_id__in=list(visits))
    if reader.holding(Duty.OVERSEE, county=plan.county):
        for notice in notices.values():
            for model in (ReceiptCode, Receipt, Complaint):
                found += _of(model, f"{model._meta.verbose_name} {notice.label}", notice_id=notice.pk)
    return _one_sentence_of_many(sorted(found, key=lambda line: line.at))


def _one_sentence_of_many(lines: list[Line]) -> list[Line]:
    """Leave of several revisions in a row by one person the last: a draft keeps itself while it is written."""
    return [
        line
        for line, after in itertools.zip_longest(lines, lines[1:])
        if not (after and line.verb == after.verb == "revise" and line.name == after.name)
    ]


def trail_of_programme(programme: InspectionProgramme) -> list[Line]:
    """Return the trail of a programme: its own acts, and those on single lines by the name of the line."""
    on_lines = ("add_line", "complete_line", "drop_line")
    found = [line for line in _of(InspectionProgramme, "", id=programme.pk) if line.verb not in on_lines]
    names = dict(ProgrammeLine.objects.filter(programme=programme).values_list("pk", "name"))
    for key in ProgrammeLine.history.filter(programme_id=programme.pk, verb__in=on_lines).values_list("id", flat=True).distinct():
        found += _of(ProgrammeLine, names.get(key, ""), id=key, verb__in=on_lines)
    return sorted(found, key=lambda line: line.at)


def _of(model: type[Model], what: Any, **rows: Any) -> list[Line]:
    labels = model.verb_labels() if hasattr(model, "verb_labels") else model.VERBS
    lines, leaves = [], set()
    for row in model.history.filter(**rows).order_by("history_id"):
        # One act may save a row twice (take facts, then move the state): one sentence.
        if (row.leaf, row.verb, row.id) in leaves:
            continue
        leaves.add((row.leaf, row.verb, row.id))
        lines.append(
            Line(
                at=row.history_date,
                what=str(what),
                act=str(labels.get(row.verb, row.verb)),
                verb=row.verb,
                name=row.actor_name,
                post=row.actor_post,
                agency=row.actor_agency,
                note=row.history_change_reason or "",
                leaf=str(row.leaf),
            )
        )
    return lines
