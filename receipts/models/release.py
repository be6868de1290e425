"""What anyone may know of receipts: sums of an agency, looked at once a month, out of which nobody can tell who answered, or what.

The agency knows whom it sent notices, when each look takes place and what was published; it must not find out who answered. So:

* What counts does not hang on what its officers log or take back: every notice that stood on its first day, once the receipt's days
  after its last day are over, visited or not, void since or not. What has counted once counts on, until a cell holds it.
* Enterprises are counted, each once: silent, content, or not (one discontented word is enough). A cell needs ``few`` that answered
  **and** ``few`` that did not; else all wait for a later month. A notice is in one cell at most, which is never written again.
* An agency is looked at anew only when ``few`` enterprises more have come to those that wait: what one or two of them did changes
  nothing that could be seen. ``Looked`` keeps how many had been looked at.
* A cell says no numbers: whether half answered, and in which of three steps content stands (under 40 %, under 80 %, from there on).
  It always says both: what is left out now and then tells as much as what is said.

Why nobody is found out: whatever was published, it would have been the same had only ``few`` answered (or, half and more, had only
``few`` been silent), at most ``few - 1`` of them at the looks before and one among the last to come: any one. Each step of content leaves
room for one content and one discontented among these. ``tests/receipts/test_release.py`` tries out every small case.
"""

import datetime
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, add_working_days
from audit.models import Audited, AuditedQuerySet, signed
from inspection.models import FilingNotice

from .opened import Assurance
from .receipt import Receipt


class Said(NamedTuple):
    """What a cell says, in per cent rounded down: how many answered (0, 50), how many of these were content (0, 40, 80)."""

    answered: int
    content: int


def is_due(asked: int, looked_at: int, few: int) -> bool:
    """Tell whether an agency is looked at: ``asked`` enterprises could make a cell, ``few`` of them new since the last look."""
    return asked >= max(2 * few, looked_at + few)


def said_of(asked: int, content: int, discontented: int, few: int) -> Said | None:
    """Return what is published of so many enterprises, or None where it is too few on either side."""
    given = content + discontented
    if given < few or asked - given < few:
        return None
    return Said(50 if 2 * given >= asked else 0, next(step for step in (80, 40, 0) if 100 * content >= step * given))


class ReleaseQuerySet(AuditedQuerySet):
    """Questions about what was released."""

    def visible_to(self, user: Any) -> "ReleaseQuerySet":
        """Return the cells of the user's counties: they are public."""
        return self.filter(county__in=user.counties())


class Release(Audited):
    """One cell: what an agency's enterprises said of it since its last cell. Written once."""

    county = models.ForeignKey(County, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("检查单位"))
    first = models.DateField(_("自"))
    last = models.DateField(_("至"))
    receipts = models.PositiveIntegerField(_("回执不少于（份）"))
    answered = models.PositiveSmallIntegerField(_("回执率不低于（%）"))
    content = models.PositiveSmallIntegerField(_("基本满意以上不低于（%）"), null=True)

    LEAF_DAILY = True
    objects = ReleaseQuerySet.as_manager()
    VERBS = {"release": _("公布评价汇总")}

    class Meta:
        verbose_name = _("公布的评价汇总")
        constraints = [models.UniqueConstraint(fields=["agency", "last"], name="one_cell_a_month_and_agency")]

    def __str__(self) -> str:
        return f"{self.agency} {self.first}—{self.last}"


class Released(Audited):
    """A notice that is in a cell, answered or not: it is in no other."""

    notice = models.OneToOneField(FilingNotice, models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, models.PROTECT, related_name="notices")

    LEAF_DAILY = True
    objects = AuditedQuerySet.as_manager()
    VERBS = {"release": _("公布评价汇总")}

    class Meta:
        verbose_name = _("已计入公布的通知书")

    def __str__(self) -> str:
        return str(self.notice_id)


class Looked(Audited):
    """An agency was looked at for a month, whatever came of it: once. ``asked`` enterprises have been looked at and wait still."""

    county = models.ForeignKey(County, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("检查单位"))
    last = models.DateField(_("至"))
    asked = models.PositiveIntegerField(_("已核对、留待以后的企业数"))

    LEAF_DAILY = True
    objects = AuditedQuerySet.as_manager()
    VERBS = {"look": _("核对是否够公布"), "release": _("公布评价汇总")}

    class Meta:
        verbose_name = _("公布评价前的核对")
        constraints = [models.UniqueConstraint(fields=["agency", "last"], name="one_look_a_month_and_agency")]

    def __str__(self) -> str:
        return f"{self.agency} {self.last}"


def release_due(*, by: Any) -> int:
    """Derived from the calendar: once the month has ended, look at each agency once, and release what is enough. Returns how many cells."""
    made = 0
    for county in County.objects.order_by("code"):
        today = county.today()
        # Past the fifth, so that the day of a cell does not follow the day of a receipt.
        if today.day <= 5 or not (post := by.holding(Duty.SYSTEM, county=county)):
            continue
        last = today.replace(day=1) - datetime.timedelta(days=1)
        looked = Looked.objects.filter(county=county, last=last).values("agency")
        agencies = list(Agency.objects.filter(county=county).exclude(pk__in=looked).order_by("pk"))
        ended_by = _ended_by(county, last) if agencies else last
        for agency in agencies:
            with transaction.atomic():
                # Of two sweeps at one moment one finds the other's row.
                Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
                if not Looked.objects.filter(agency=agency, last=last).exists():
                    made += _look(agency, last, ended_by, by=by, post=post)
    return made


def _ended_by(county: County, last: datetime.date) -> datetime.date:
    """Return the latest last day of a notice after which the receipt's days are over by ``last``."""
    day = last
    while add_working_days(county, day, county.rule("receipt.window", on=day)) > last:
        day -= datetime.timedelta(days=1)
    return day


def _waiting(agency: Agency, ended_by: datetime.date) -> QuerySet:
    """Return the agency's notices that count by now and that no cell holds yet. Not one leaves them but into a cell."""
    in_cells = Released.objects.filter(release__agency=agency).values("notice")
    return FilingNotice.objects.answerable().filter(plan__agency=agency, ends_on__lte=ended_by).exclude(pk__in=in_cells)


def _look(agency: Agency, last: datetime.date, ended_by: datetime.date, *, by: Any, post: Any) -> int:
    """Keep that the agency was looked at, and release a cell if there is enough. Returns how many cells."""
    county, few, waiting = agency.county, agency.county.rule("receipt.few"), _waiting(agency, ended_by)
    asked = waiting.values("enterprise").distinct().count()
    before = Looked.objects.filter(agency=agency).order_by("-last").first()
    looked_at = before.asked if before else 0
    said = None
    if is_due(asked, looked_at, few):
        looked_at, said = asked, said_of(asked, *_answers(waiting), few)
    with signed(by=by, verb="release" if said else "look", post=post):
        Looked.objects.create(county=county, agency=agency, last=last, asked=0 if said else looked_at)
        if said:
            _make_cell(agency, last, list(waiting.order_by("pk")), said, few)
    return int(said is not None)


def _make_cell(agency: Agency, last: datetime.date, notices: list[FilingNotice], said: Said, few: int) -> None:
    county, before = agency.county, Release.objects.filter(agency=agency).order_by("-last").first()
    first = before.last + datetime.timedelta(days=1) if before else min(county.day_of(n.numbered_at) for n in notices)
    cell = Release.objects.create(
        county=county, agency=agency, first=first, last=last, receipts=few, answered=said.answered, content=said.content
    )
    for notice in notices:
        Released.objects.create(notice=notice, release=cell)


def _answers(notices: QuerySet) -> tuple[int, int]:
    """Return how many enterprises were content with all that they answered of these notices, and how many were not."""
    worst: dict[int, int] = {}
    rows = Receipt.objects.counted().filter(notice__in=notices.values("pk"))
    for enterprise, overall in rows.values_list("enterprise", "overall"):
        worst[enterprise] = min(overall, worst.get(enterprise, overall))
    content = sum(overall >= Receipt.Overall.FAIR for overall in worst.values())
    return content, len(worst) - content


def by_assurance(county: County) -> list[tuple[str, int, int]]:
    """Return how sure one is that the enterprise itself spoke, kept apart: level, receipts, of these content. For the Office."""
    rows = Receipt.objects.counted().filter(county=county).values_list("assurance").order_by("assurance")
    found = rows.annotate(all=Count("pk"), content=Count("pk", filter=Q(overall__gte=Receipt.Overall.FAIR)))
    return [(str(Assurance(level).label), number, content) for level, number, content in found]


def kept_and_counted(county: County) -> dict[str, int]:
    """Return what shows that nothing was dropped: receipts acknowledged, kept, replaced, counted. Kept is the sum of the last two."""
    rows = Receipt.objects.filter(county=county)
    return {
        "acknowledged": Receipt.history.filter(Q(verb="give") | Q(verb="take_in"), county_id=county.pk).count(),
        "kept": rows.count(),
        "replaced": rows.count() - rows.counted().count(),
        "counted": rows.counted().count(),
    }
