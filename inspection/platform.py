"""Tasks of the platform above become drafts; visits made go back as the sheet it takes in. One entry, no typing twice."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Agency, Establishment, Officer, User
from audit.models import Refusal, Refused
from paper.incoming import Table, read
from paper.sheets import workbook

from .models import InspectionItem, InspectionPlan, PlatformProfile, Visit

MOST_ROWS = 2_000


@dataclass
class Taken:
    """What became of a platform's task table: drafts made, tasks known already, and rows left out with their reason."""

    drafts: list[InspectionPlan] = field(default_factory=list)
    known: int = 0
    left_out: list[tuple[int, str]] = field(default_factory=list)


def take_tasks(profile: PlatformProfile, content: bytes, *, name: str, by: User, agency: Agency) -> Taken:
    """Begin a draft for each task in a platform's export, with all that could be understood; the rest the clerk completes.

    A task whose number this agency has filed before is not drafted again. Refused: no table with the profile's headings.
    """
    table, head, columns = _found(read(content, name=name, most_rows=MOST_ROWS), profile)
    taken = Taken()
    for row in range(head + 1, len(table.rows) + 1):
        said = {fact: table.seen(row, column).strip() for fact, column in columns.items()}
        if not any(said.values()):
            continue
        try:
            _take(said, taken, by, agency)
        except Refusal as refusal:
            taken.left_out.append((row, str(refusal)))
    return taken


def _found(tables: list[Table], profile: PlatformProfile) -> tuple[Table, int, dict[str, int]]:
    wanted = {heading.strip(): fact for fact, heading in profile.task_columns.items()}
    for table in tables:
        for number, row in enumerate(table.rows[:20], start=1):
            columns = {wanted[text.strip()]: place for place, text in enumerate(row, start=1) if text.strip() in wanted}
            if {"task", "enterprise"} <= columns.keys():
                return table, number, columns
    raise Refused(
        _("没有找到“%(profile)s”的任务表：应有“%(task)s”和“%(enterprise)s”两列。")
        % {"profile": profile, "task": profile.task_columns["task"], "enterprise": profile.task_columns["enterprise"]},
        field="file",
    )


def _take(said: dict[str, str], taken: Taken, by: User, agency: Agency) -> None:
    task = said["task"][:60]
    if not task:
        raise Refused(_("没有任务号。"), field="file")
    if InspectionPlan.objects.filter(agency=agency, platform_task=task).exclude(status="WITHDRAWN").exists():
        taken.known += 1
        return
    places = Establishment.objects.filter(enterprise__county=agency.county, closed_on=None).select_related("enterprise")
    words = said["enterprise"]
    found = list((places.filter(enterprise__identifier=words.upper()) or places.filter(enterprise__name=words))[:2])
    if len(found) != 1:
        raise Refused(_("企业“%(name)s”没有找到，或者有不止一个经营场所。") % {"name": words}, field="file")
    facts: dict[str, Any] = {
        "platform_task": task,
        "platform_code": said.get("code", "")[:60],
        "targets": found,
        "purpose": said.get("purpose", "")[:300],
        "requirements": said.get("requirements", "")[:500],
        "items": _named(InspectionItem.objects.of_agency(agency).in_force(agency.county.today()), said.get("items", ""), ("code", "name")),
        "officers": _named(Officer.objects.filter(agency=agency), said.get("officers", ""), ("certificates__number",)),
        **{name: _day(said.get(name, "")) for name in ("starts_on", "ends_on")},
    }
    kinds = {str(label): value for value, label in InspectionPlan.Type.choices}
    facts["type"] = kinds.get(said.get("type", ""), "")
    taken.drafts.append(InspectionPlan.draft(by=by, agency=agency, facts=facts))


def _named(rows: Any, text: str, by: tuple[str, ...]) -> list[Any]:
    words = [word for word in text.replace("，", "、").replace(",", "、").replace("\n", "、").split("、") if word.strip()]
    found = []
    for word in words:
        for column in by:
            if row := rows.filter(**{column: word.strip()}).first():
                found.append(row)
                break
    return found


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text[:10].replace("/", "-").replace(".", "-"))
    except ValueError:
        return None


def result_sheet(profile: PlatformProfile, *, user: User, since: datetime.date, until: datetime.date) -> bytes:
    """Return the XLSX that the platform takes in: the closed visits this person may see that came from its tasks, in a span of days."""
    county = profile.county
    visits = (
        Visit.objects.visible_to(user)
        .filter(county=county, status=Visit.Status.CLOSED)
        .filter(arrived_at__gte=county.start_of(since), arrived_at__lt=county.start_of(until + datetime.timedelta(days=1)))
        .exclude(platform_task="")
        .select_related("agency", "enterprise", "notice")
        .prefetch_related("people")
        .order_by("arrived_at")
    )
    facts = [fact for _heading, fact in profile.result_columns]
    return workbook(
        title=profile.name,
        headings=[heading for heading, _fact in profile.result_columns],
        rows=[[_facts_of(visit)[fact] for fact in facts] for visit in visits],
    )


def _facts_of(visit: Visit) -> dict[str, Any]:
    zone = visit.county.start_of(visit.county.day_of(visit.arrived_at)).tzinfo
    return {
        "task": visit.platform_task,
        "code": visit.platform_code,
        "notice": visit.notice.label if visit.notice else "",
        "enterprise": visit.enterprise.display_name,
        "identifier": visit.enterprise.identifier,
        "agency": visit.agency.name,
        "officers": "、".join(person.certificate_number for person in visit.people.all() if person.certificate_number),
        "arrived_at": visit.arrived_at.astimezone(zone),
        "left_at": visit.left_at and visit.left_at.astimezone(zone),
        "result": visit.get_result_display(),
        "note": visit.result_note,
    }
