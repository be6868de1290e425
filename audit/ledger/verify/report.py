"""What a verification found."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One wrong thing: the table, the key of the row in it, and what is wrong with it."""

    table: str
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.table} {self.key}: {self.what}".replace(" :", ":")


@dataclass
class Report:
    """How much was looked at, and everything that was wrong."""

    since: int = 0
    places: int = 0
    leaves: int = 0
    waiting: int = 0
    rows: int = 0
    size: int = 0
    root: str = ""
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    def add(self, table: str, key: Any, what: str) -> None:
        """Note one wrong thing."""
        self.faults.append(Fault(table, str(key), what))

    def as_facts(self) -> dict[str, Any]:
        """Return the report in plain values."""
        return asdict(self)
