"""收费罚没月报: what a department charged, reduced, received and gave back in a month. Confirmed by its head by the 5th."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Duty, User
from audit.models import Audited, AuditedQuerySet, NotYours, Refused, harmless_twice, signed

from .charge import Charge
from .sums import MONEY, MonthSum

DAY = datetime.timedelta(days=1)


@dataclass
class MonthRow:
    """One item of one agency in a month: what was open before, what moved, what is open at its end. In fen."""

    agency: Agency
    kind: str = ""
    item_name: str = ""
    before: int = 0
    charges: int = 0
    due: int = 0
    reduced: int = 0
    received: int = 0
    returned: int = 0
    moved: int = 0

    @property
    def open(self) -> int:
        """Return what is open at the end of the month."""
        return self.before + self.moved

    @property
    def kind_label(self) -> Any:
        """Return the kind in words."""
        return Charge.Kind(self.kind).label if self.kind else ""

    def add(self, other: "MonthRow") -> None:
        """Add another row's figures."""
        for name in ("before", "charges", "due", "reduced", "received", "returned", "moved"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class MonthRegister:
    """The register of a month: rows by agency and item, a sum for each agency, and of all. Never by person."""

    county: County
    first: datetime.date
    rows: list[MonthRow]
    by_agency: list[MonthRow] = field(init=False)
    total: MonthRow = field(init=False)

    def __post_init__(self) -> None:
        sums: dict[int, MonthRow] = {}
        self.total = MonthRow(agency=None)
        for row in self.rows:
            sums.setdefault(row.agency.pk, MonthRow(agency=row.agency)).add(row)
            self.total.add(row)
        self.by_agency = list(sums.values())

    @property
    def last(self) -> datetime.date:
        """Return the last day of the month."""
        return (self.first + 31 * DAY).replace(day=1) - DAY

    @property
    def due_by(self) -> datetime.date:
        """Return the day by which departments confirm it: the 5th of the next month, or as the county's rule says."""
        return (self.last + DAY).replace(day=self.county.rule("register.due_day", on=self.last))


def month_register(county: County, first: datetime.date, agencies: Iterable[int] | None = None) -> MonthRegister:
    """Return the register of the month that begins on ``first``; of ``agencies`` only, if given. Read from kept sums."""
    rows = MonthSum.objects.filter(county=county, month__lte=first)
    if agencies is not None:
        rows = rows.filter(agency__in=list(agencies))
    names = Agency.objects.filter(county=county).in_bulk()
    found: dict[tuple[int, str, str], MonthRow] = {}

    def row(key: tuple[int, str, str]) -> MonthRow:
        return found.setdefault(key, MonthRow(names[key[0]], key[1], key[2]))

    key = ("agency", "kind", "item_name")
    for *where, open_ in rows.filter(month__lt=first).values_list(*key).order_by().annotate(Sum("open")):
        if open_:
            row(tuple(where)).before = open_
    for *where, charges, due, reduced, received, returned, open_ in rows.filter(month=first).values_list(*key, "charges", *MONEY):
        line = row(tuple(where))
        line.charges, line.due, line.reduced, line.received, line.returned, line.moved = charges, due, reduced, received, returned, open_
    ordered = sorted(found.items(), key=lambda item: (names[item[0][0]].code, item[0][1], item[0][2]))
    return MonthRegister(county, first, [line for _key, line in ordered])


class MonthReturnQuerySet(AuditedQuerySet):
    """Questions about confirmed months."""

    def visible_to(self, user: Any) -> "MonthReturnQuerySet":
        """Return those of the user's agencies; all of the county for its Office and for finance."""
        whole = user.office_counties() | user.counties_carrying(Duty.MONEY_READ)
        return self.filter(Q(agency__in=user.agencies()) | Q(agency__county__in=whole))


class MonthReturn(Audited):
    """月报确认: the head of a department confirms that the register of the month is all it asked for."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("单位"))
    month = models.DateField(_("月份"))
    figures = models.JSONField(_("确认的数字"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("确认人"))
    confirmed_at = models.DateTimeField(_("确认时间"))

    objects = MonthReturnQuerySet.as_manager()
    VERBS = {"confirm": _("确认月报")}

    class Meta:
        verbose_name = _("收费罚没月报确认")
        constraints = [
            models.UniqueConstraint(fields=["agency", "month"], name="one_month_return_an_agency"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_month_begins_on_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.month:%Y-%m}"

    @classmethod
    @harmless_twice
    def confirm(cls, *, by: User, agency: Agency, month: datetime.date) -> "MonthReturn":
        """确认月报 of a month that is over: all that this department asked enterprises for stands in it. By its head."""
        post = by.holding(Duty.PLAN_ENDORSE, agency=agency)
        if not post:
            raise NotYours(_now("月报由本单位负责人确认。"))
        if month.replace(day=1) >= agency.county.today().replace(day=1):
            raise Refused(_now("这个月还没有结束。"), field="month")
        register = month_register(agency.county, month.replace(day=1), [agency.pk])
        with transaction.atomic():
            if before := cls.objects.filter(agency=agency, month=register.first).first():
                return before
            total = register.total
            names = ("before", "charges", "due", "reduced", "received", "returned", "open")
            made = cls(
                agency=agency, month=register.first, figures={name: getattr(total, name) for name in names},
                confirmed_by=by, confirmed_at=timezone.now(),
            )  # fmt: skip
            with signed(by=by, verb="confirm", post=post):
                made.save()
        return made


@dataclass(frozen=True)
class LateReturn:
    """A month that a department has not confirmed in time."""

    agency: Agency
    month: datetime.date
    due_on: datetime.date
    days: int


def late_returns(county: County, on: datetime.date) -> list[LateReturn]:
    """Return the months of departments that charged something and have not confirmed it by the day it was due: for the 超期清单."""
    done = set(MonthReturn.objects.filter(agency__county=county).values_list("agency", "month"))
    moved = MonthSum.objects.filter(county=county, month__lt=on.replace(day=1)).values_list("agency", "month").order_by().distinct()
    names = Agency.objects.filter(county=county).in_bulk()
    late = []
    for agency, month in moved:
        due_on = MonthRegister(county, month, []).due_by
        if (agency, month) not in done and on > due_on:
            late.append(LateReturn(names[agency], month, due_on, (on - due_on).days))
    return sorted(late, key=lambda row: (row.month, row.agency.code))
