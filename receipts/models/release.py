"""What anyone may know of receipts: sums, once a month, of at least five receipts from at least five enterprises.

A receipt is released once, in one cell, after its window has closed, so that it can no longer change; what is too few waits for
the next month. Cells never overlap and are never written again, so no two of them differ by a few receipts. Numbers are rounded
down to fives, and rates given in steps of twenty, so that a cell in which all, or all but one, have answered does not show it.
"""

import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty
from audit.models import Audited, AuditedQuerySet, signed
from inspection.models import FilingNotice

from .opened import Assurance
from .receipt import Receipt
from .window import Window


def in_fives(number: int) -> int:
    """Return a number rounded down to fives: what is published of it."""
    return number // 5 * 5


def in_steps(part: int, whole: int) -> int:
    """Return a rate in steps of twenty per cent, rounded down, at most 80: what is published of it."""
    return min(part * 100 // whole // 20 * 20, 80) if whole else 0


class ReleaseQuerySet(AuditedQuerySet):
    """Questions about what was released."""

    def visible_to(self, user: Any) -> "ReleaseQuerySet":
        """Return the cells of the user's counties: they are public."""
        return self.filter(county__in=user.counties())


class Release(Audited):
    """One cell: an agency's receipts whose windows closed since its last cell. Written once."""

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


def release_due(*, by: Any) -> int:
    """Derived from the calendar: in each county, once the month has ended, release what is enough. Returns how many cells."""
    made = 0
    for county in County.objects.order_by("code"):
        post = by.holding(Duty.SYSTEM, county=county)
        today = county.today()
        last = today.replace(day=1) - datetime.timedelta(days=1)
        # Past the fifth, so that the day of a cell does not follow the day of a receipt.
        if post and today.day > 5 and not Release.objects.filter(county=county, last=last).exists():
            with transaction.atomic():
                made += _release(county, last, by=by, post=post)
    return made


def _closed_until(agency: Agency, last: datetime.date) -> list[FilingNotice]:
    """Return the agency's notices that were visited, whose windows closed by ``last`` and that no cell holds yet."""
    in_cells = Released.objects.filter(notice__plan__agency=agency).values("notice")
    found = FilingNotice.objects.filter(plan__agency=agency, visits__isnull=False).exclude(pk__in=in_cells).select_related("county")
    windows = ((notice, Window.of(notice).last_day) for notice in found.distinct().order_by("pk"))
    return [notice for notice, last_day in windows if last_day and last_day <= last]


def _release(county: County, last: datetime.date, *, by: Any, post: Any) -> int:
    made, few = 0, county.rule("receipt.few")
    for agency in Agency.objects.filter(county=county).order_by("pk"):
        asked = _closed_until(agency, last)
        given = list(Receipt.objects.counted().filter(notice__in=asked))
        if not _enough(given, few):
            continue
        content = [r for r in given if r.overall >= Receipt.Overall.FAIR]
        rest = [r for r in given if r.overall < Receipt.Overall.FAIR]
        before = Release.objects.filter(agency=agency).order_by("-last").first()
        day_one = before.last + datetime.timedelta(days=1) if before else min(county.day_of(n.numbered_at) for n in asked)
        with signed(by=by, verb="release", post=post):
            cell = Release.objects.create(
                county=county,
                agency=agency,
                first=day_one,
                last=last,
                receipts=in_fives(len(given)),
                answered=in_steps(len(given), len(asked)),
                # Both sides of the line must be enough, else one tells the other.
                content=in_steps(len(content), len(given)) if _enough(content, few) and _enough(rest, few) else None,
            )
            for notice in asked:
                Released.objects.create(notice=notice, release=cell)
        made += 1
    return made


def _enough(receipts: list[Receipt], few: int) -> bool:
    return len(receipts) >= few and len({r.enterprise_id for r in receipts}) >= few


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
