"""The two counties at work of the ``desk`` fixture, built by the verbs once a session and then put in as rows.

Building them takes some 700 queries; most tests begin with them. What is put in is what the verbs wrote, history and leaves
too, key by key, so that a test can't tell the difference.
"""

import copy
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from . import make

#: keys of rows made later begin here on PostgreSQL, whose sequences do not look at the rows put in
LATER = 1_000_000


class Rehearsal(Exception):
    """Takes the building back."""


class TwoCounties:
    """The rows and the objects of two desks."""

    def __init__(self) -> None:
        before = {model._meta.db_table for model in apps.get_models() if model._base_manager.exists()}
        try:
            with transaction.atomic():
                self.desks = make.Desk("371322", "郯城县"), make.Desk()
                self.tables = [self._rows_of(model) for model in apps.get_models() if self._is_filled(model, before)]
                raise Rehearsal
        except Rehearsal:
            pass
        if connection.vendor == "postgresql":
            self._move_sequences()

    def _is_filled(self, model: Any, before: set[str]) -> bool:
        return model._meta.managed and model._meta.db_table not in before and model._base_manager.exists()

    def _rows_of(self, model: Any) -> tuple[str, list[tuple[Any, ...]]]:
        columns = [field.column for field in model._meta.concrete_fields]
        # A bare column of SQLite would come back as Python's type, not as it is stored.
        sign = "+" if connection.vendor == "sqlite" else ""
        table, names = model._meta.db_table, ", ".join(f'"{c}"' for c in columns)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {", ".join(f"{sign}{chr(34)}{c}{chr(34)}" for c in columns)} FROM "{table}"')
            rows = cursor.fetchall()
        one = f"({', '.join(['%s'] * len(columns))})"
        return f'INSERT INTO "{table}" ({names}) VALUES ', [(one, row) for row in rows]

    def _move_sequences(self) -> None:
        with connection.cursor() as cursor:
            for model in apps.get_models():
                key = model._meta.pk
                if model._meta.managed and key.get_internal_type() in ("AutoField", "BigAutoField"):
                    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{model._meta.db_table}"', key.column, LATER])

    def put_in(self) -> tuple[Any, Any]:
        """Put the rows into an empty database; returns fresh objects: the county elsewhere, and the desk."""
        most = 900 if connection.vendor == "sqlite" else 60_000
        with transaction.atomic(), connection.cursor() as cursor:
            for insert, rows in self.tables:
                step = max(1, most // len(rows[0][1]))
                for start in range(0, len(rows), step):
                    part = rows[start : start + step]
                    cursor.execute(insert + ", ".join(one for one, _row in part), [value for _one, row in part for value in row])
        elsewhere, desk = copy.deepcopy(self.desks)
        for county in (elsewhere, desk):
            for thing in vars(county).values():
                getattr(thing, "__dict__", {}).pop("posts_now", None)
        return elsewhere, desk


_standing: list[TwoCounties] = []


def two_counties() -> tuple[Any, Any]:
    """Return the county elsewhere and the desk, both standing in the database."""
    if not _standing:
        _standing.append(TwoCounties())
    return _standing[0].put_in()
