"""What a paper says, gathered once: its snapshot. Papers are made from snapshots alone, so that they can be made again."""

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

from paper.models import digest_of, faces_digest

from .models.catalogue import VisitRight
from .models.sheet import CheckSheet, CheckSheetRow
from .year import years_of

#: of what is looked at, so much is printed; the rest stands in the published sheet
CONTENT = 80


@lru_cache
def versions_of(paper: str) -> dict[str, str]:
    """Return the digests of the template and of the type faces a paper is made with."""
    template = settings.BASE_DIR / "templates" / "inspection" / "paper" / f"{paper}.html"
    return {"template": digest_of(template), "faces": faces_digest()}


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
            "filing": agency.get_effect_display(),
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
