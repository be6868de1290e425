"""The two counties at work of the ``desk`` fixture, built by the verbs once a session and then put in as rows.

Building them takes some 700 queries; most tests begin with them. What is put in is what the verbs wrote, history and leaves
too, key by key, so that a test can't tell the difference.
"""

import copy
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from . import make

#: keys of the rows put in begin here, so that they never meet those a test has made before; on PostgreSQL those made later
#: begin at twice that, since its sequences do not look at the rows
FIRST = 1_000_000


class Rehearsal(Exception):
    """Takes the building back."""


class TwoCounties:
    """The rows and the objects of two desks."""

    def __init__(self) -> None:
        models = [model for model in apps.get_models() if model._meta.managed]
        self.text = ""
        before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in models}
        try:
            with transaction.atomic():
                self._move_sequences(models, FIRST)
                self.desks = make.Desk("371322", "郯城县"), make.Desk()
                found = [self._rows_of(model, before[model]) for model in models]
                self.tables = [(insert, rows) for insert, rows in found if rows]
                raise Rehearsal
        except Rehearsal:
            pass
        if connection.vendor == "postgresql":
            self._move_sequences(models, 2 * FIRST)

    def _rows_of(self, model: Any, before: set[Any]) -> tuple[str, list[tuple[Any, ...]]]:
        columns = [field.column for field in model._meta.concrete_fields]
        # A bare column of SQLite would come back as Python's type, not as it is stored.
        sign = "+" if connection.vendor == "sqlite" else ""
        table, names = model._meta.db_table, ", ".join(f'"{c}"' for c in columns)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {", ".join(f"{sign}{chr(34)}{c}{chr(34)}" for c in columns)} FROM "{table}"')
            rows = cursor.fetchall()
        if before:  # what a test has made already is its own
            key = columns.index(model._meta.pk.column)
            rows = [row for row in rows if model._meta.pk.to_python(row[key]) not in before]
        one = f"({', '.join(['%s'] * len(columns))})"
        return f'INSERT INTO "{table}" ({names}) VALUES ', [(one, row) for row in rows]

    def _move_sequences(self, models: list[Any], first: int) -> None:
        with connection.cursor() as cursor:
            for model in models:
                table, key = model._meta.db_table, model._meta.pk
                if key.get_internal_type() not in ("AutoField", "BigAutoField"):
                    continue
                if connection.vendor == "postgresql":
                    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', key.column, first])
                else:
                    cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                    cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first])

    def put_in(self) -> tuple[Any, Any]:
        """Put the rows into an empty database; returns fresh objects: the county elsewhere, and the desk."""
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(self._written_out(cursor))
            else:
                for statement, values in self._statements(900):
                    cursor.execute(statement, values)
        elsewhere, desk = copy.deepcopy(self.desks)
        for county in (elsewhere, desk):
            for thing in vars(county).values():
                getattr(thing, "__dict__", {}).pop("posts_now", None)
        return elsewhere, desk

    def _statements(self, most: int) -> Iterator[tuple[str, list[Any]]]:
        """Yield the statements that put the rows in, with at most so many values each."""
        for insert, rows in self.tables:
            step = max(1, most // len(rows[0][1]))
            for start in range(0, len(rows), step):
                part = rows[start : start + step]
                yield insert + ", ".join(one for one, _row in part), [value for _one, row in part for value in row]

    def _written_out(self, cursor: Any) -> str:
        """Return all statements as one text, their values in it: writing them out takes twice as long as carrying them out."""
        if not self.text:
            self.text = ";\n".join(cursor.mogrify(*one) for one in self._statements(60_000))
        return self.text


_standing: list[TwoCounties] = []


def two_counties() -> tuple[Any, Any]:
    """Return the county elsewhere and the desk, both standing in the database."""
    if not _standing:
        _standing.append(TwoCounties())
    return _standing[0].put_in()
