"""Sums that follow from the entries: kept in the acting transaction, so that no page adds up a million rows.

They are no evidence: ``rebuild`` makes them anew from the entries, to the fen (``manage.py rebuild_sums``).
By charge, by enterprise, by agency and month (flows), by agency and day of registration (what the board counts).
There is none by person, and none can be asked for.
"""

import datetime
from collections.abc import Iterator
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Enterprise, FenField
from audit.models import load

from .entry import Entry

MONEY = ("due", "reduced", "received", "returned", "open")


class Sums(models.Model):
    """Due = paid (received − returned) + reduced + open, in fen."""

    due = FenField(_("应缴"), default=0)
    reduced = FenField(_("减免"), default=0)
    received = FenField(_("到账"), default=0)
    returned = FenField(_("退付"), default=0)
    open = FenField(_("未缴"), default=0)

    #: what one row is about
    KEY: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @property
    def paid(self) -> int:
        """Return what was paid and kept."""
        return self.received - self.returned

    @classmethod
    def key_of(cls, entry: Entry) -> dict[str, Any]:
        """Return the values of ``KEY`` under which an entry counts."""
        raise NotImplementedError("each table of sums says what its rows are about")

    @classmethod
    def add(cls, entry: Entry) -> None:
        """Count one entry, inside the transaction that makes it. Rows are locked in one order: no two acts wait for each other."""
        key, moved = cls.key_of(entry), cls.moved_by(entry)
        if not cls.objects.filter(**key).update(**{name: F(name) + fen for name, fen in moved.items()}):
            cls.objects.get_or_create(**key)
            cls.objects.filter(**key).update(**{name: F(name) + fen for name, fen in moved.items()})

    @classmethod
    def moved_by(cls, entry: Entry) -> dict[str, int]:
        """Return column -> fen by which an entry moves it."""
        moved = {Entry.COUNTS[entry.kind]: entry.amount}
        return {**moved, "open": entry.amount * (1 if entry.kind in Entry.RAISES else -1)}

    @classmethod
    def as_it_should_be(cls) -> dict[tuple[Any, ...], dict[str, int]]:
        """Return key -> sums, counted anew from all entries."""
        found: dict[tuple[Any, ...], dict[str, int]] = {}
        for entry in Entry.objects.select_related("charge").order_by("pk").iterator(chunk_size=5000):
            row = found.setdefault(tuple(cls.key_of(entry).values()), dict.fromkeys(cls.columns(), 0))
            for name, fen in cls.moved_by(entry).items():
                row[name] += fen
        return found

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the columns that are counted."""
        return MONEY

    @classmethod
    def differences(cls) -> Iterator[tuple[Any, ...]]:
        """Yield (key, kept, counted anew) wherever the two differ; to the fen."""
        kept = {row[: -len(cls.columns())]: row[-len(cls.columns()) :] for row in cls._kept()}
        right = {key: tuple(row.values()) for key, row in cls.as_it_should_be().items()}
        for key in kept.keys() | right.keys():
            if kept.get(key) != right.get(key):
                yield key, kept.get(key), right.get(key)

    @classmethod
    def _kept(cls) -> Iterator[tuple[Any, ...]]:
        names = [f"{name}_id" if cls._meta.get_field(name).is_relation else name for name in cls.KEY]
        yield from cls.objects.values_list(*names, *cls.columns())

    @classmethod
    def rebuild(cls) -> int:
        """Make all rows anew from the entries. Returns how many there are."""
        with transaction.atomic():
            cls.objects.all().delete()
            rows = [cls._row(key, row) for key, row in cls.as_it_should_be().items()]
            # Names of items are free text, which the quick way in does not take.
            many = 199 if any(isinstance(field, models.CharField) for field in cls._meta.concrete_fields) else 20_000
            for first in range(0, len(rows), many):
                load(cls, rows[first : first + many])
        return len(rows)

    @classmethod
    def _row(cls, key: tuple[Any, ...], row: dict[str, int]) -> tuple[Any, ...]:
        values = {**dict(zip([cls._meta.get_field(name).attname for name in cls.KEY], key, strict=True)), **row}
        return tuple(values[field.attname] for field in cls._meta.concrete_fields)


class ChargeSum(Sums):
    """What became of one charge."""

    charge = models.OneToOneField("fees.Charge", models.PROTECT, primary_key=True, related_name="sums")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")

    KEY = ("charge", "enterprise")

    class Meta:
        verbose_name = _("一笔登记的合计")
        indexes = [models.Index(fields=["enterprise"], condition=~Q(open=0), name="open_charges_of_enterprise")]
        constraints = [
            models.CheckConstraint(
                condition=Q(due=F("received") - F("returned") + F("reduced") + F("open")), name="money_of_a_charge_is_conserved"
            )
        ]

    def __str__(self) -> str:
        return str(self.charge_id)

    @classmethod
    def key_of(cls, entry: Entry) -> dict[str, Any]:
        return {"charge_id": entry.charge_id, "enterprise_id": entry.enterprise_id}


class Counted(Sums):
    """Sums that also count charges: one more when registered, one less when void."""

    charges = models.IntegerField(_("笔数"), default=0)

    class Meta:
        abstract = True

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        return (*MONEY, "charges")

    @classmethod
    def moved_by(cls, entry: Entry) -> dict[str, int]:
        return {**super().moved_by(entry), "charges": {Entry.Kind.DUE: 1, Entry.Kind.VOIDED: -1}.get(entry.kind, 0)}


class EnterpriseSum(Counted):
    """What one enterprise was ever asked for, in one county."""

    enterprise = models.OneToOneField(Enterprise, models.PROTECT, primary_key=True, related_name="fee_sums")

    KEY = ("enterprise",)

    class Meta:
        verbose_name = _("一家企业的合计")
        constraints = [
            models.CheckConstraint(
                condition=Q(due=F("received") - F("returned") + F("reduced") + F("open")), name="money_of_an_enterprise_is_conserved"
            )
        ]

    def __str__(self) -> str:
        return str(self.enterprise_id)

    @classmethod
    def key_of(cls, entry: Entry) -> dict[str, Any]:
        return {"enterprise_id": entry.enterprise_id}


class MonthSum(Counted):
    """What moved in one month, by agency and item: entries count in the month of their own day, so a month past stands."""

    pk = models.CompositePrimaryKey("county_id", "month", "agency_id", "kind", "item_name")
    county = models.ForeignKey(County, models.PROTECT, related_name="+")
    month = models.DateField(_("月份"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    kind = models.CharField(_("种类"), max_length=12)
    item_name = models.CharField(_("项目"), max_length=120)

    KEY = ("county", "month", "agency", "kind", "item_name")

    class Meta:
        verbose_name = _("一个月的合计")
        constraints = [
            models.CheckConstraint(
                condition=Q(due=F("received") - F("returned") + F("reduced") + F("open")), name="money_of_a_month_is_conserved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.item_name}"

    @classmethod
    def key_of(cls, entry: Entry) -> dict[str, Any]:
        charge = entry.charge
        return {
            "county_id": entry.county_id, "month": entry.on.replace(day=1), "agency_id": entry.agency_id,
            "kind": charge.kind, "item_name": charge.item_name,
        }  # fmt: skip


class DaySum(Counted):
    """What became of the charges registered on one day, by agency: what the Office's board counts."""

    pk = models.CompositePrimaryKey("county_id", "day", "agency_id")
    county = models.ForeignKey(County, models.PROTECT, related_name="+")
    day = models.DateField(_("登记之日"))
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")

    KEY = ("county", "day", "agency")

    class Meta:
        verbose_name = _("一日登记的合计")

    def __str__(self) -> str:
        return f"{self.day}"

    @classmethod
    def key_of(cls, entry: Entry) -> dict[str, Any]:
        return {"county_id": entry.county_id, "day": entry.charge.registered_on, "agency_id": entry.agency_id}

    @classmethod
    def between(cls, county: County, first: datetime.date, last: datetime.date) -> "models.QuerySet[Self]":
        """Return the rows of the legal days ``first`` to ``last``."""
        return cls.objects.filter(county=county, day__gte=first, day__lte=last)


#: in the order in which one entry locks them
ALL: tuple[type[Sums], ...] = (ChargeSum, EnterpriseSum, MonthSum, DaySum)


def book(entry: Entry) -> Entry:
    """Save an entry inside the running signature and count it in every sum."""
    entry.save()
    for sums in ALL:
        sums.add(entry)
    return entry
