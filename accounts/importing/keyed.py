"""Lists of things that go on under one key: a changed line is a signed change of the row; what it was stays in history."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..models import County
from .kinds import ListKind, Progress, Result, Signer, doubles
from .reading import Gathered, Line


class KeyedRows(ListKind):
    """Rows of one model, each known by ``key``."""

    model: ClassVar[type[models.Model]]
    key: ClassVar[tuple[str, ...]]
    key_heading: ClassVar[Any] = _("编码")

    def resolve(self, county: County, lines: list[Line], faults: Gathered) -> None:
        """Put things in place of the codes that name them; add what is wrong with a line as a whole."""

    def key_of(self, row: Any) -> tuple[Any, ...]:
        """Return the key of a kept row, as a line has it."""
        return tuple(getattr(row, name) for name in self.key)

    def made(self, county: County, facts: dict[str, Any]) -> Any:
        """Return an unsaved row."""
        return self.model(county=county, **facts)

    def take_in(self, county: County, lines: list[Line], faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
        self.resolve(county, lines, faults)
        doubles(lines, lambda line: tuple(line.facts.get(name) for name in self.key), faults, self.key_heading)
        faults.raise_any()
        kept = {self.key_of(row): row for row in self.rows(county)}
        result, new, changed = Result(), [], []
        for line in lines:
            row = kept.get(tuple(line.facts.get(name) for name in self.key))
            if row is None:
                new.append(self.made(county, line.facts))
                result.new += 1
            elif self.differs(row, line.facts):
                changed.append((row, line.facts))
                result.changed += 1
            else:
                result.same += 1
        if signer:
            signer.save_new(new, progress)
            for row, facts in changed:
                for name, value in facts.items():
                    setattr(row, name, value)
                row.save()
        return result

    def differs(self, row: Any, facts: dict[str, Any]) -> bool:
        """Tell whether a kept row says something else than the file."""
        return any(getattr(row, name) != value for name, value in facts.items())
