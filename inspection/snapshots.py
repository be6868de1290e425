"""What a paper says, gathered once: its snapshot. Papers are made from snapshots alone, so that they can be made again."""

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from audit.models import Series
from paper.models import digest_of, faces_digest

from .models.catalogue import VisitRight
from .models.sheet import CheckSheet, CheckSheetRow
from .year import years_of

#: of what is looked at, so much is printed; the rest stands in the published sheet
CONTENT = 80


@lru_cache
def versions_of(paper: str) -> dict[str, str]:
    """Return the digests of the templates (``notice.html``, ``notice_overleaf.html``) and of the type faces of a paper."""
    templates = sorted((settings.BASE_DIR / "templates" / "inspection" / "paper").glob(f"{paper}*.html"))
    return {"template": digest_of(*templates), "faces": faces_digest()}


class Common:
    """What all notices of one plan say alike, gathered once for hundreds of them."""

    def __init__(self, plan: Any, targets: Sequence[Any], on: datetime.date) -> None:
        county, agency = plan.county, plan.agency
        self.plan, self.on = plan, on
        self.years = {
            year.enterprise.pk: year for year in years_of([t.enterprise for t in targets], agency=agency, on=plan.starts_on, beside=plan.pk)
        }
        self.cap = _lowest_cap(plan)
        self.facts = {
            "office": county.office_name,
            "county": county.name,
            "supervision_phone": county.supervision_phone,
            "filing": plan.filed_as,
            "agency": agency.named_on_paper,
            "carried_out_by": agency.name,
            "partners": [row.agency.named_on_paper for row in partners_of(plan)],
            "act": "" if plan.is_inspection else plan.act,
            "type": plan.get_type_display(),
            "task_source": " ".join(filter(None, [plan.get_task_source_display(), plan.task_number])),
            "platform": " ".join(filter(None, [plan.platform_task, plan.platform_code])),
            "purpose": plan.purpose,
            "requirements": plan.requirements,
            "items": items_of(plan, on),
            "starts_on": plan.starts_on.isoformat(),
            "ends_on": plan.ends_on.isoformat(),
            "minutes_on_site": plan.minutes_on_site,
            "officers": [{"name": row.name, "certificate": row.certificate_number} for row in plan.officers.standing().order_by("pk")],
            "assistants": [str(row) for row in plan.assistants.standing().order_by("pk")],
            "rights": rights_on(county, on),
            "numbered_on": on.isoformat(),
            "demo": settings.DEMO_MARK,
        }

    def of(self, target: Any) -> dict[str, Any]:
        """Return what a notice to one target says, but for what depends on its number."""
        year = self.years[target.enterprise_id]
        return {
            **self.facts,
            "enterprise": target.name,
            "identifier": target.identifier,
            "operator": target.operator,
            "address": target.address,
            # How often this unit has come this calendar year before this filing, and its yearly cap (None: none is set).
            "year": year.year,
            "visits_this_year": sum(call.agency == self.plan.agency_id for call in year.made),
            "visits_cap": year.most or self.cap,
        }


def partners_of(plan: Any) -> Sequence[Any]:
    """Return the rows of the agencies that take part in a joint inspection beside the one that files."""
    rows = plan.agencies.standing().filter(part="PARTNER").exclude(agency=plan.agency_id)
    return rows.select_related("agency__delegator").order_by("pk")


def items_of(plan: Any, on: datetime.date) -> list[dict[str, str]]:
    """Return the items of a plan with their basis, and what is looked at as the published sheets of the day say."""
    rows = list(plan.items.standing().select_related("item").order_by("pk"))
    sheets = CheckSheet.objects.filter(county=plan.county_id, item_code__in=[row.item.code for row in rows]).in_force(on)
    looked_at: dict[str, list[str]] = {}
    for line in CheckSheetRow.objects.filter(sheet__in=sheets).select_related("sheet").order_by("sheet__code", "place"):
        said = looked_at.setdefault(line.sheet.item_code, [])
        if line.item not in said:
            said.append(line.item)
    return [{"name": row.name, "basis": row.basis, "content": shortened(looked_at.get(row.item.code, []))} for row in rows]


def shortened(words: list[str]) -> str:
    """Return the words in a row, and how many there are where they are too many to print."""
    whole, kept = "、".join(words), []
    if len(whole) <= CONTENT:
        return whole
    for word in words:
        if len("、".join([*kept, word])) > CONTENT:
            break
        kept.append(word)
    return f"{'、'.join(kept) or whole[:CONTENT]}等{len(words)}项"


def _lowest_cap(plan: Any) -> int | None:
    """Return the lowest yearly cap of the plan's items that count; None: none is set."""
    items = [row.item for row in plan.items.standing().select_related("item")]
    return min((item.yearly_cap for item in items if item.counts_toward_cap and item.yearly_cap is not None), default=None)


def rights_on(county: Any, day: datetime.date) -> list[dict[str, str]]:
    """Return what an enterprise may do at the gate, as the county's list says it on ``day``, grade by grade."""
    rows = list(VisitRight.objects.filter(county=county, on_page=True).in_force(day).order_by("code"))
    ordered = [row for grade in VisitRight.Grade.values for row in rows if row.grade == grade]
    return [{"grade": r.grade, "sentence": r.sentence, "law": r.law, "article": r.article} for r in ordered]


# --- papers a person asks for --------------------------------------------------------------------------
def snapshot_for(kind: str, about: Any) -> dict[str, Any]:
    """Return what a paper of this kind says about a plan, a notice, a visit or an agency, as it stands now."""
    county = about.county
    facts = {
        "office": county.office_name,
        "county": county.name,
        "supervision_phone": county.supervision_phone,
        "numbered_on": county.today().isoformat(),
        "demo": settings.DEMO_MARK,
    }
    made = {
        "APPROVAL": ("approval", approval_facts),
        "RECORD": ("record", record_facts),
        "RESULT": ("result", result_facts),
        "PAPER_FILING": ("paper_filing", paper_filing_facts),
        "GLOSS": ("gloss", gloss_facts),
        "NOTICE": ("notice", void_facts),
        "BATCH": ("notice", batch_facts),
    }
    template, gather = made[kind]
    return {**facts, **versions_of(template), **gather(about)}


def approval_facts(plan: Any) -> dict[str, Any]:
    """行政检查审批表: the filing as it stands, with the opinions given so far; the rest is written by hand."""
    targets = list(plan.targets.standing().select_related("enterprise", "establishment").order_by("pk"))
    common = Common(plan, targets, plan.county.today()) if plan.starts_on else None
    years = [common.of(target) for target in targets] if common else []
    return {
        "number": str(plan),
        "agency": plan.agency.named_on_paper,
        "carried_out_by": plan.agency.name,
        "partners": [row.agency.named_on_paper for row in partners_of(plan)],
        "type": plan.get_type_display(),
        "task_source": " ".join(filter(None, [plan.get_task_source_display(), plan.task_number])),
        "targets": [
            {
                "name": target.name,
                "identifier": target.identifier,
                "address": target.address,
                "visits": f"{year['visits_this_year']}／{year['visits_cap'] or '未设'}" if year else "",
            }
            for target, year in zip(targets, years or [None] * len(targets), strict=True)
        ],
        "items": items_of(plan, plan.county.today()),
        "purpose": plan.purpose,
        "requirements": plan.requirements,
        "why_on_site": plan.why_on_site,
        "starts_on": plan.starts_on.isoformat() if plan.starts_on else "",
        "ends_on": plan.ends_on.isoformat() if plan.ends_on else "",
        "minutes_on_site": plan.minutes_on_site,
        "telling": " ".join(filter(None, [plan.get_telling_display(), plan.no_telling_ground])),
        "officers": [{"name": row.name, "certificate": row.certificate_number} for row in plan.officers.standing().order_by("pk")],
        "assistants": [str(row) for row in plan.assistants.standing().order_by("pk")],
        "before": plan.before,
        "paper_number": plan.paper_number,
        "opinions": _opinions(plan),
    }


def _opinions(plan: Any) -> dict[str, dict[str, str]]:
    """Return who has said what so far: handler, head, Office."""
    county = plan.county

    def said(person: Any, at: datetime.datetime | None, word: str) -> dict[str, str]:
        return {"name": person.name if person else "", "on": county.day_of(at).isoformat() if at else "", "word": word if person else ""}

    decided = plan.get_status_display() if plan.decided_by_id else ""
    return {
        "handler": said(plan.submitted_by, plan.submitted_at, "提请审批"),
        "head": said(plan.endorsed_by, plan.endorsed_at, "同意"),
        "office": said(plan.decided_by, plan.decided_at, "：".join(filter(None, [decided, plan.opinion]))),
    }


def record_facts(about: Any) -> dict[str, Any]:
    """现场检查笔录 of a visit, or of a notice before the visit: then time and findings are left to write."""
    visit = about if hasattr(about, "arrived_at") else None
    notice = visit.notice if visit else about
    told = notice.snapshot if notice else {}
    people = list(visit.people.order_by("pk")) if visit else []
    agency = (visit or about.plan).agency
    return {
        "number": notice.label if notice else "",
        "notice": notice.label if notice else "",
        "order": told.get("order", ""),
        "agency": agency.named_on_paper,
        **_enterprise_of(about, told),
        "officers": [{"name": p.name, "certificate": p.certificate_number} for p in people if p.officer_id] or told.get("officers", []),
        "others": [p.name for p in people if not p.officer_id] or told.get("assistants", []),
        "items": told.get("items", []),
        **_times(visit),
        "result": visit.get_result_display() if visit else "",
        "result_note": visit.result_note if visit else "",
    }


def _enterprise_of(about: Any, told: dict[str, Any]) -> dict[str, str]:
    enterprise = about.enterprise
    return {
        "enterprise": told.get("enterprise") or enterprise.display_name,
        "identifier": told.get("identifier") or enterprise.identifier,
        "address": told.get("address") or about.establishment.address,
    }


def _times(visit: Any) -> dict[str, str]:
    """Return arrival and leaving by the county's clock, empty where it has not happened."""
    zone = ZoneInfo(visit.county.zone) if visit else None
    arrived, left = (visit.arrived_at, visit.left_at) if visit else (None, None)
    form = "%Y年%-m月%-d日%-H时%M分"
    return {name: at.astimezone(zone).strftime(form) if at else "" for name, at in (("arrived", arrived), ("left", left))}


def result_facts(visit: Any) -> dict[str, Any]:
    """检查结果告知书 of a visit that has ended."""
    return {**record_facts(visit), "results": [label for _value, label in _results(visit)]}


def _results(visit: Any) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in visit.Result.choices]


def paper_filing_facts(agency: Any) -> dict[str, Any]:
    """手工备案表 for when the system is down: a number of its own series, the rest to write. Takes the number: inside a signature."""
    year = agency.county.today().year
    number = Series.next(owner=f"agency:{agency.pk}", kind="paper-filing", year=year)
    return {"number": f"{agency.name}手工备〔{year}〕{number}号", "agency": agency.named_on_paper, "carried_out_by": agency.name}


def gloss_facts(notice: Any) -> dict[str, Any]:
    """The English page beside a notice: the same facts under English headings; names stay as they are."""
    return {key: value for key, value in notice.snapshot.items() if key not in ("template", "faces", "statement")}


def void_facts(notice: Any) -> dict[str, Any]:
    """Of a notice only whether it has become void: all else stands in its own snapshot."""
    if notice.status != "VOID":
        return {"number": notice.label, "void": ""}
    return {"number": notice.label, "void": f"{notice.county.day_of(notice.voided_at).isoformat()} {notice.void_reason}"}


def batch_facts(plan: Any) -> dict[str, Any]:
    """Which notices a batch is of, fixed when it is asked for: those that count then; and which are held up."""
    rows = plan.notices.order_by("year", "number")
    return {
        "number": str(plan),
        "notices": [str(uid) for uid in rows.filter(status="ISSUED").values_list("uid", flat=True)],
        "held_up": list(rows.filter(status="NUMBERED").values_list("label", flat=True)),
    }
