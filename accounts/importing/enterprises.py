"""经营主体, with the place where each is met and how it is reached: one row of the file an establishment.

Contacts come in, they never go out: the columns of an export stay empty, and an empty cell leaves what is kept.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.models import Refused

from ..models import Contact, County, Enterprise, Establishment, IdentifierKind
from ..models.identifier import check_identifier
from .columns import Column, of, text
from .kinds import ListKind, Progress, Result, Signer, register
from .reading import Gathered, Line

OWN = ("kind", "name", "operator", "identifier_kind", "identifier", "trade", "region", "risk_class", "closed_on")
PLACE = ("address", "township")
#: rows asked for at once when the file is compared
ASKED = 5_000


def region(cell: str) -> str:
    """Read a region code of six digits."""
    from .columns import Unreadable

    if cell and not (len(cell) == 6 and cell.isdecimal()):
        raise Unreadable(_now("不是六位行政区划代码"))
    return cell


def key_of(facts: dict[str, Any]) -> tuple[str, str]:
    """Return what makes two rows the same enterprise: its number, or where it has none its name."""
    kind = facts["identifier_kind"]
    return kind, facts["identifier"] if kind != IdentifierKind.NONE else (facts.get("name") or facts.get("operator") or "")


class Enterprises(ListKind):
    """企业清单."""

    code, title = "enterprises", _("企业（经营主体）")
    help = _(
        "一行一个经营场所；同一企业有几处场所的写几行，企业各列写得一样。联系人和手机只进不出：导出的文件里为空，留空的不改动已有的联系方式；"
        "企业或备案机关确认过的联系方式不会被覆盖。"
    )
    searched = ("name",)
    columns = (
        of(Enterprise, "name", also=("企业名称", "市场主体名称")),
        of(Enterprise, "kind", also=("主体类型",)),
        of(Enterprise, "identifier_kind"),
        of(Enterprise, "identifier", also=("统一社会信用代码",)),
        of(Enterprise, "operator", also=("经营者", "法定代表人")),
        of(Enterprise, "trade"),
        of(Enterprise, "region", parse=region, remedy=_("填写六位行政区划代码；不填为本县")),
        of(Enterprise, "risk_class"),
        of(Establishment, "address", also=("经营场所", "住所")),
        of(Establishment, "township"),
        Column("person", _("联系人"), text(60), _("不超过 60 个字"), personal=True),
        Column("phone", _("手机"), text(40), _("不超过 40 个字"), also=("联系电话", "电话"), personal=True),
        of(Enterprise, "closed_on"),
    )

    def rows(self, county: County) -> models.QuerySet:
        return Enterprise.objects.filter(county=county).order_by("pk")

    def in_force(self, rows: models.QuerySet, on: datetime.date) -> models.QuerySet:
        return rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))

    def cells_of(self, row: Enterprise) -> list[Any]:
        return next(self._cells(row))

    def _cells(self, row: Enterprise) -> Iterator[list[Any]]:
        own = {name: getattr(row, name) for name in OWN}
        for place in list(row.establishments.all()) or [Establishment(address="")]:
            facts = {**own, "address": place.address, "township": place.township, "person": "", "phone": ""}
            yield [column.show(facts[column.name]) for column in self.columns]

    def exported(self, county: County, on: datetime.date) -> Iterable[list[Any]]:
        places = Prefetch("establishments", Establishment.objects.filter(closed_on=None).order_by("pk"))
        for row in self.in_force(self.rows(county), on).prefetch_related(places).iterator(chunk_size=2000):
            yield from self._cells(row)

    # --- in ------------------------------------------------------------------------------------
    def take_in(self, county: County, lines: list[Line], faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
        groups = self._grouped(county, lines, faults)
        kept = self._kept(county, groups)
        result, new, changed, places, contacts = Result(), [], [], [], []
        for key, group in groups.items():
            facts = {name: value for name, value in group[0].facts.items() if name in OWN}
            row, is_new, is_changed = kept.get(key), False, False
            if row is None:
                row, is_new = Enterprise(county=county, **facts), True
                new.append(row)
                known: set[str] = set()
            else:
                if any(getattr(row, name) != value for name, value in facts.items()):
                    changed.append((row, facts))
                    is_changed = True
                known = {place.address for place in row.establishments.all()}
            for line in group:
                address = line.facts["address"]
                if address not in known:
                    known.add(address)
                    places.append((row, address, line.facts.get("township", "")))
                    is_changed = True
                elif not is_new:
                    is_changed |= self._moved(row, line, changed)
            is_changed |= self._reached(row, group, is_new, contacts)
            result.new += is_new
            result.changed += is_changed and not is_new
            result.same += not is_changed and not is_new
        faults.raise_any()
        if signer:
            self._write(new, changed, places, contacts, signer, progress)
        return result

    def _grouped(self, county: County, lines: list[Line], faults: Gathered) -> dict[tuple[str, str], list[Line]]:
        """Return the lines by enterprise, each number checked; what cannot be is a fault."""
        groups: dict[tuple[str, str], list[Line]] = {}
        for line in lines:
            facts = line.facts
            facts.setdefault("identifier", "")
            if "region" in facts:
                facts["region"] = facts["region"] or county.code
            try:
                facts["identifier"] = check_identifier(facts["identifier_kind"], facts["identifier"])
            except Refused as refusal:
                faults.add(line, _("证件号码"), refusal.message.rstrip("。"), _("对照执照改正；没有证件的，证件种类填“无”"))
                continue
            if not facts.get("name") and not facts.get("operator"):
                faults.add(line, _("名称"), _("名称和经营者都没有填写"), _("至少填写一项"))
                continue
            group = groups.setdefault(key_of(facts), [])
            if group:
                first = group[0]
                if different := [n for n in OWN if facts.get(n) != first.facts.get(n)]:
                    heading = next(column.heading for column in self.columns if column.name == different[0])
                    faults.add(
                        line,
                        heading,
                        _now("与第 %(row)d 行是同一企业，但是写得不一样") % {"row": first.row},
                        _("写成一样，或者改正证件号码"),
                    )
                elif any(other.facts["address"] == facts["address"] for other in group):
                    faults.add(line, _("地址"), _now("与第 %(row)d 行重复") % {"row": first.row}, _("保留一行，删去另一行"))
            group.append(line)
        return groups

    @staticmethod
    def _kept(county: County, groups: dict[tuple[str, str], list[Line]]) -> dict[tuple[str, str], Enterprise]:
        """Return the kept enterprises that the file speaks of, with their establishments and contacts."""
        kept, keys = {}, list(groups)
        rows = Enterprise.objects.filter(county=county).prefetch_related("establishments").select_related("contact", "county")
        for first in range(0, len(keys), ASKED):
            some = keys[first : first + ASKED]
            numbers = [number for kind, number in some if kind != IdentifierKind.NONE]
            names = [name for kind, name in some if kind == IdentifierKind.NONE]
            asked = Q(identifier__in=numbers, identifier_kind__in=[k for k in IdentifierKind.values if k != IdentifierKind.NONE])
            if names:
                bare = Q(identifier_kind=IdentifierKind.NONE)
                asked |= bare & (Q(name__in=names) | Q(name="", operator__in=names))
            for row in rows.filter(asked):
                kept[key_of({name: getattr(row, name) for name in OWN})] = row
        return kept

    @staticmethod
    def _moved(row: Enterprise, line: Line, changed: list) -> bool:
        """Note a township that is now given otherwise."""
        place = next(place for place in row.establishments.all() if place.address == line.facts["address"])
        if "township" not in line.facts or place.township == line.facts["township"]:
            return False
        changed.append((place, {"township": line.facts["township"]}))
        return True

    @staticmethod
    def _reached(row: Enterprise, group: list[Line], is_new: bool, contacts: list) -> bool:
        """Note a contact that comes with the file, unless one is kept that somebody has confirmed."""
        said = next((line.facts for line in group if line.facts.get("phone")), None)
        if said is None:
            return False
        wanted = {"person": said.get("person", ""), "phone": said["phone"]}
        contact = None if is_new else getattr(row, "contact", None)
        if contact is None:
            contacts.append((Contact(enterprise=row, origin=Contact.Origin.REGISTER), wanted))
            return True
        if contact.origin != Contact.Origin.REGISTER or (contact.person, contact.phone) == (wanted["person"], wanted["phone"]):
            return False
        contacts.append((contact, wanted))
        return True

    @staticmethod
    def _write(new: list, changed: list, places: list, contacts: list, signer: Signer, progress: Progress) -> None:
        for row in new:
            row.region = row.region or row.county.code
        parts = (len(new), len(places), len(contacts))
        total, before = sum(parts) + len(changed), [0]

        def told(done: int, of: int) -> None:
            progress(before[0] + done, total)

        signer.save_new(new, told)
        before[0] += len(new)
        signer.save_new([Establishment(enterprise=row, address=address, township=town) for row, address, town in places], told)
        before[0] += len(places)
        fresh, now = [], timezone.now()
        for contact, wanted in contacts:
            for name, value in {**wanted, "confirmed_at": now}.items():
                setattr(contact, name, value)
            if contact.pk is None:
                contact.enterprise_id = contact.enterprise.pk
                fresh.append(contact)
            else:
                changed.append((contact, wanted))
        signer.save_new(fresh, told)
        before[0] += len(contacts)
        for n, (row, facts) in enumerate(changed, start=1):
            for name, value in facts.items():
                setattr(row, name, value)
            row.save()
            if n % 500 == 0:
                told(n, len(changed))


register(Enterprises)
