"""Signs of retaliation: the same unit comes again soon after the enterprise spoke ill of it. For the Office alone.

No page of an agency, no check of a filing and no order of a list may depend on this (tests/oversight/test_retaliation.py).
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import County, Enterprise
from inspection.models import InspectionPlan, PlanAgency, PlanTarget, Visit
from receipts.models import Complaint, Receipt


@dataclass(frozen=True)
class Sign:
    """One thing said of a unit on the filing by or about one enterprise: ``kind`` is receipt or complaint.

    ``replaced``: another receipt came after the bad one. It counts no more, but it may have been given under pressure.
    """

    enterprise: Enterprise
    kind: str
    on: datetime.date
    days: int
    what: str
    replaced: bool = False


def signs(plan: InspectionPlan) -> list[Sign]:
    """Return what only the Office may know beside a filing: a bad receipt, or a complaint, within the rule value's days. Newest first.

    About any unit on the filing, whether it led the visit that was spoken of or took part in it.
    """
    county = plan.county
    since = timezone.now() - datetime.timedelta(days=county.rule("retaliation.days"))
    units = {plan.agency_id, *plan.agencies.standing().values_list("agency", flat=True)}
    was_there = PlanAgency.objects.standing().filter(plan=OuterRef("notice__plan"), agency__in=units)
    about = Q(enterprise__in=plan.targets.standing().values("enterprise")) & (Q(agency__in=units) | Exists(was_there))
    found = [*_bad_receipts(county, about & Q(given_at__gte=since)), *_complaints(county, about & Q(made_at__gte=since))]
    return sorted(found, key=lambda sign: sign.on, reverse=True)


def _bad_receipts(county: County, about: Q) -> Iterator[Sign]:
    """Return one sign a notice: its last bad receipt, though a better one came after."""
    bad = Receipt.objects.filter(about, overall__lte=Receipt.Overall.POOR).select_related("enterprise").order_by("pk")
    last = {receipt.notice_id: receipt for receipt in bad}
    counted = set(Receipt.objects.counted().filter(pk__in=[receipt.pk for receipt in last.values()]).values_list("pk", flat=True))
    for receipt in last.values():
        on = county.day_of(receipt.given_at)
        replaced = receipt.pk not in counted
        yield Sign(receipt.enterprise, "receipt", on, (county.today() - on).days, str(receipt.get_overall_display()), replaced)


def _complaints(county: County, about: Q) -> Iterator[Sign]:
    for complaint in Complaint.objects.filter(about).select_related("enterprise"):
        on = county.day_of(complaint.made_at)
        yield Sign(complaint.enterprise, "complaint", on, (county.today() - on).days, str(complaint))


# --- all of a county --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Word:
    """One bad receipt or complaint: of which enterprise, about which units."""

    said: Receipt | Complaint
    at: datetime.datetime
    units: frozenset[int]

    @property
    def kind(self) -> str:
        """Return receipt or complaint."""
        return "receipt" if isinstance(self.said, Receipt) else "complaint"


@dataclass(frozen=True)
class Again:
    """A filing or a visit by a unit that was spoken ill of shortly before, by an enterprise it goes to again; and what was said."""

    thing: InspectionPlan | Visit
    at: datetime.datetime
    signs: list[Sign]
    words: list[Word]

    @property
    def unfiled(self) -> bool:
        """Tell whether they came without any filing."""
        return isinstance(self.thing, Visit) and self.thing.notice_id is None

    @property
    def is_visit(self) -> bool:
        """Tell whether they came; else they have filed that they will."""
        return isinstance(self.thing, Visit)


def calls_again(county: County) -> list[Again]:
    """Return what bears a sign among the filings and visits of the last days (rule value ``retaliation.days``), newest first.

    Every filing that has left its unit, however it is decided, and every visit, filed or not. A sign is what was said
    before: not what an enterprise says of that very visit. A few questions, however many rows.
    """
    days = datetime.timedelta(days=county.rule("retaliation.days"))
    words = _words(county, timezone.now() - 2 * days)
    if not words:
        return []
    found = [*_visits(county, days, words), *_plans(county, days, words)]
    counted = _counted(word.said for row in found for word in row[2] if word.kind == "receipt")
    rows = [Again(thing, at, [_sign(county, word, at, counted) for word in before], before) for thing, at, before in found]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def _words(county: County, since: datetime.datetime) -> dict[int, list[Word]]:
    """Return key of enterprise -> what was said by or about it, oldest first."""
    receipts = Receipt.objects.filter(county=county, overall__lte=Receipt.Overall.POOR, given_at__gte=since)
    complaints = Complaint.objects.filter(county=county, agency__isnull=False, enterprise__isnull=False, made_at__gte=since)
    said = [
        *((row, row.given_at) for row in receipts.select_related("enterprise", "notice").order_by("pk")),
        *((row, row.made_at) for row in complaints.select_related("enterprise", "notice").order_by("pk")),
    ]
    were_there = _units({row.notice.plan_id for row, _at in said if row.notice})
    words: dict[int, list[Word]] = {}
    for row, at in said:
        there = were_there.get(row.notice.plan_id, set()) if row.notice else set()
        words.setdefault(row.enterprise_id, []).append(Word(row, at, frozenset({row.agency_id, *there})))
    return words


def _units(plans: Iterable[int]) -> dict[int, set[int]]:
    """Return key of plan -> the units that stand on it."""
    units: dict[int, set[int]] = {}
    for plan, agency in PlanAgency.objects.standing().filter(plan__in=set(plans)).values_list("plan", "agency"):
        units.setdefault(plan, set()).add(agency)
    return units


#: a filing or a visit, when it was sent or began, and what was said before
Found = tuple[InspectionPlan | Visit, datetime.datetime, list[Word]]


def _visits(county: County, days: datetime.timedelta, words: dict[int, list[Word]]) -> Iterator[Found]:
    rows = Visit.objects.filter(county=county, arrived_at__gte=timezone.now() - days, enterprise__in=list(words))
    rows = list(rows.select_related("agency", "enterprise", "notice"))
    units = _units(visit.notice.plan_id for visit in rows if visit.notice)
    for visit in rows:
        came = {visit.agency_id, *(units.get(visit.notice.plan_id, set()) if visit.notice else set())}
        if before := _before(visit.arrived_at, came, words[visit.enterprise_id], days):
            yield visit, visit.arrived_at, before


def _plans(county: County, days: datetime.timedelta, words: dict[int, list[Word]]) -> Iterator[Found]:
    since = timezone.now() - days
    left = Q(submitted_at__isnull=False, endorsed_at__gte=since) | Q(began_at__gte=since)
    targets = PlanTarget.objects.standing().filter(enterprise__in=list(words), plan__in=InspectionPlan.objects.filter(left, county=county))
    aimed: dict[int, set[int]] = {}
    for key, enterprise in targets.values_list("plan", "enterprise"):
        aimed.setdefault(key, set()).add(enterprise)
    units = _units(aimed)
    for plan in InspectionPlan.objects.filter(pk__in=list(aimed)).select_related("agency"):
        at, come = plan.began_at or plan.endorsed_at, {plan.agency_id, *units.get(plan.pk, set())}
        said = [word for enterprise in aimed[plan.pk] for word in words[enterprise]]
        if before := _before(at, come, said, days):
            yield plan, at, before


def _before(at: datetime.datetime, units: set[int], words: Iterable[Word], days: datetime.timedelta) -> list[Word]:
    """Return what was said of ``units`` in the days before ``at``: of one notice the last bad receipt. Newest first."""
    last = {
        (word.kind, word.said.notice_id if word.kind == "receipt" else word.said.pk): word
        for word in words
        if at - days <= word.at < at and word.units & units
    }
    return sorted(last.values(), key=lambda word: word.at, reverse=True)


def _counted(receipts: Iterable[Receipt]) -> set[int]:
    return set(Receipt.objects.counted().filter(pk__in={receipt.pk for receipt in receipts}).values_list("pk", flat=True))


def _sign(county: County, word: Word, at: datetime.datetime, counted: set[int]) -> Sign:
    on, days = county.day_of(word.at), (county.day_of(at) - county.day_of(word.at)).days
    if word.kind == "complaint":
        return Sign(word.said.enterprise, word.kind, on, days, str(word.said))
    return Sign(word.said.enterprise, word.kind, on, days, str(word.said.get_overall_display()), word.said.pk not in counted)
