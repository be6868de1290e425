"""A kind of list: its columns, what is in force, and how the lines of a file become rows. One subclass a way of keeping."""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.models import signed_bulk

from ..models import County, ListLine
from .columns import Column, of
from .reading import Gathered, Line

#: told how much of how much is done
Progress = Callable[[int, int], None]
#: rows written at once by the bulk door
BATCH = 20_000


@dataclass
class Result:
    """What an import did, or with a dry run would do: how many lines are new, changed, same; and what was left aside."""

    new: int = 0
    changed: int = 0
    same: int = 0
    aside: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counted = _now("新增 %(new)d，变更 %(changed)d，没有变化 %(same)d。") % {
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
        }
        return "".join([counted, *self.aside])


@dataclass
class Signer:
    """Who imports, in which post, and from which day changes count."""

    by: Any
    post: Any
    day: datetime.date
    note: str = ""

    def save_new(self, rows: Sequence[Any], progress: Progress = lambda done, of: None) -> None:
        """Write new rows by the bulk door, batch by batch, inside the running signature."""
        for first in range(0, len(rows), BATCH):
            signed_bulk(rows[first : first + BATCH], by=self.by, verb="import", note=self.note, post=self.post)
            progress(min(first + BATCH, len(rows)), len(rows))


class ListKind(ABC):
    """One list of the county that can be shown, sent in and taken out."""

    code: ClassVar[str]
    title: ClassVar[Any]
    help: ClassVar[Any] = ""
    columns: ClassVar[tuple[Column, ...]]
    #: for the page: fields of a row that are searched
    searched: ClassVar[tuple[str, ...]] = ("code",)
    #: shown to the Office alone, on the page and in the export
    for_office: ClassVar[bool] = False

    @abstractmethod
    def rows(self, county: County) -> models.QuerySet:
        """Return all rows of the county, also those no longer in force, in the order of the list."""

    def in_force(self, rows: models.QuerySet, on: datetime.date) -> models.QuerySet:
        """Return the rows in force on a day."""
        return rows.filter(starts__lte=on).filter(Q(ends__isnull=True) | Q(ends__gt=on))

    def looked_for(self, rows: models.QuerySet, words: str) -> models.QuerySet:
        """Return the rows that contain ``words`` in what is searched."""
        return rows.filter(Q(*[(f"{name}__icontains", words) for name in self.searched], _connector=Q.OR))

    def facts_of(self, row: Any) -> dict[str, Any]:
        """Return the values of a row by name of column."""
        return {column.name: getattr(row, column.name) for column in self.columns}

    def cells_of(self, row: Any) -> list[Any]:
        """Return a row as it is shown and taken out."""
        facts = self.facts_of(row)
        return [column.show(facts[column.name]) for column in self.columns]

    def exported(self, county: County, on: datetime.date) -> Iterable[list[Any]]:
        """Yield the rows in force on a day, as cells: a file that can be sent in again unchanged."""
        for row in self.in_force(self.rows(county), on).iterator(chunk_size=2000):
            yield self.cells_of(row)

    @abstractmethod
    def take_in(self, county: County, lines: list[Line], faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
        """Compare lines with what is kept, and unless ``signer`` is None write what is new or changed.

        Adds to ``faults`` what cannot be; writes nothing while there is any. Runs inside the caller's signature.
        """


def doubles(lines: Iterable[Line], key: Callable[[Line], Any], faults: Gathered, heading: Any) -> None:
    """Add a fault for each line that names what an earlier line has named."""
    seen: dict[Any, int] = {}
    for line in lines:
        if (first := seen.setdefault(key(line), line.row)) != line.row:
            faults.add(line, heading, _now("与第 %(row)d 行重复") % {"row": first}, _("保留一行，删去另一行"))


class DatedLines(ListKind):
    """A public list of dated lines: a changed line ends by date and is followed by a new one, never rewritten."""

    model: ClassVar[type[ListLine]]

    def rows(self, county: County) -> models.QuerySet:
        return self.model.objects.filter(county=county).order_by("code", "starts")

    def check(self, line: Line, faults: Gathered) -> None:
        """Add to ``faults`` what is wrong with a line as a whole."""

    def take_in(self, county: County, lines: list[Line], faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
        doubles(lines, lambda line: (line.facts["code"], line.facts.get("starts")), faults, _("编码"))
        kept: dict[str, list[Any]] = {}
        for row in self.rows(county):
            kept.setdefault(row.code, []).append(row)
        day = signer.day if signer else county.today()
        result, new, ended = Result(), [], []
        for line in lines:
            self.check(line, faults)
            self._compare(county, line, kept.get(line.facts["code"], []), day, faults, result, new, ended)
        faults.raise_any()
        if signer:
            for row in ended:
                row.save()
            self.save_new(new, signer, progress)
        return result

    def save_new(self, new: list[Any], signer: Signer, progress: Progress) -> None:
        """Write the new lines."""
        signer.save_new(new, progress)

    def _compare(
        self, county: County, line: Line, kept: list[Any], day: datetime.date, faults: Gathered, result: Result, new: list, ended: list
    ) -> None:
        facts = {name: value for name, value in line.facts.items() if name not in ("starts", "ends")}
        starts, ends = line.facts.get("starts"), line.facts.get("ends")
        if starts and ends and ends <= starts:
            faults.add(line, _("废止"), _("不晚于施行日期"), _("改正两个日期，或者清空废止日期"))
            return
        old = next((row for row in kept if row.starts == starts), None) if starts else (kept[-1] if kept else None)
        if old and self.same(old, facts):
            if "ends" not in line.facts or old.ends == ends:
                result.same += 1
            elif old.ends and old.ends <= day:
                faults.add(line, _("废止"), _("这一行已经废止，不能改动"), _("另起一行，填写新的施行日期"))
            else:
                old.ends = ends
                ended.append(old)
                result.changed += 1
            return
        newest = kept[-1] if kept else None
        begins = starts if starts and (newest is None or starts > newest.starts) else day
        if newest is None:
            new.append(self.made(county, None, {**facts, "starts": begins, "ends": ends}))
            result.new += 1
        elif begins <= newest.starts:
            faults.add(
                line,
                _("施行"),
                _now("现行的一行自 %(day)s 起施行，不能早于或者同日另立一行") % {"day": newest.starts},
                _("填写更晚的施行日期"),
            )
        else:
            if newest.ends is None or newest.ends > begins:
                newest.ends = begins
                ended.append(newest)
            new.append(self.made(county, newest, {**facts, "starts": begins, "ends": ends if ends and ends > begins else None}))
            result.changed += 1

    def same(self, row: Any, facts: dict[str, Any]) -> bool:
        """Tell whether a kept line says what the file says, dates apart."""
        return all(getattr(row, name) == value for name, value in facts.items())

    def made(self, county: County, before: Any, facts: dict[str, Any]) -> Any:
        """Return an unsaved line; what the file has no column for is taken from the line ``before``."""
        names = [c.name for c in self.columns]
        inherited = {name: getattr(before, name) for name in names if name not in facts} if before else {}
        return self.model(county=county, **inherited, **facts)


def line_columns(model: type[ListLine], *names: str, **changed: Column) -> tuple[Column, ...]:
    """Return the columns of a dated list: code, the fields named, and at the end dates and source."""
    wanted = ("code", *names, "starts", "ends", "source")
    made = {
        "starts": of(model, "starts", required=False, remedy=_("填写日期，例如 2026-01-31；不填为导入之日")),
        "ends": of(model, "ends", remedy=_("填写日期；仍然有效的不填")),
        **changed,
    }
    return tuple(made.get(name) or of(model, name) for name in wanted)


#: code of a list -> its kind; each room puts its own in
LISTS: dict[str, ListKind] = {}


def register(*kinds: type[ListKind]) -> None:
    """Put lists on the page, the command and the export."""
    for kind in kinds:
        LISTS[kind.code] = kind()
