"""The tables of the demo county: facts of public law, and the people (invented)."""

import csv
import uuid
from collections.abc import Iterator
from pathlib import Path

_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:mingjian:demo:371323")


def table(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of ``<name>.csv`` by heading."""
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def uid_of(kind: str, key: str) -> uuid.UUID:
    """Return the uid that one row of the demo always bears: told twice, it is the same row."""
    return uuid.uuid5(_NAMES, f"{kind}/{key}")
