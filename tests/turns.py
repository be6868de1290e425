"""What ``make test`` asks of one of the two databases; ``make prove`` asks all of both.

The long crawls take turns: each part of one is run on SQLite or on PostgreSQL, so that the whole has been run when both have.
"""

import os
from collections.abc import Iterable
from typing import Any

import pytest

PROVE = os.environ.get("PROVE") == "1"
on_sqlite, on_postgresql = pytest.mark.on("sqlite"), pytest.mark.on("postgresql")


def by_turns(parts: Iterable[Any]) -> list[Any]:
    """Return the parameters of a test, the first for SQLite, the next for PostgreSQL, and so on."""
    return [pytest.param(part, marks=(on_sqlite, on_postgresql)[n % 2]) for n, part in enumerate(parts)]


def runs_on(item: pytest.Item, database: str) -> bool:
    """Tell whether a test is meant for a database (``connection.vendor``)."""
    mark = item.get_closest_marker("on")
    return PROVE or mark is None or database in mark.args
