"""How a verification reads: many rows at a time, as plain tuples, values as the texts that were bound."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from ..canonical import Text, columns_of, json_text, plain, text_of
from ..leaves import Leaf

POSTGRESQL = "postgresql"


def read(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one query and return its rows. On PostgreSQL in binary, so that bytes come as bytes."""
    if connection.vendor == POSTGRESQL:
        import psycopg  # not there where there is only SQLite

        connection.ensure_connection()
        with psycopg.Cursor(connection.connection) as cursor:
            return cursor.execute(sql, params, binary=True).fetchall()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def leaves(after: uuid.UUID | None, limit: int) -> list[tuple[int, str, str, str, bytes, bytes]]:
    """Return key, uid, kind, time, body and digest of the next leaves in the order of their uids; time as in the body."""
    if connection.vendor == POSTGRESQL:
        where, params = between(after, None, "uid")
        time = """to_char("at", 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        return read(
            f"SELECT id, uid::text, kind, {time}, body, digest FROM {Leaf._meta.db_table}{where} ORDER BY uid LIMIT {limit}", params
        )
    rows = Leaf.objects.filter(**({"uid__gt": after} if after else {})).order_by("uid")
    rows = rows.values_list("id", "uid", "kind", "at", "body", "digest")[:limit]
    return [(id_, str(uid), kind, plain(at), body, digest) for id_, uid, kind, at, body, digest in rows]


@dataclass(frozen=True)
class Bound:
    """A table whose rows are bound by leaves: histories, attempts, readings, lines of outside files."""

    model: type[models.Model]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        """Return the name of the key's column."""
        return self.model._meta.pk.attname

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields as a leaf lists them."""
        return tuple(name for name, _ in columns_of(self.model))

    def reader(self) -> "Callable[[uuid.UUID, uuid.UUID | None], Iterable[tuple[str, int, list[Text]]]]":
        """Return the function that reads uid of the leaf, place in it and texts of the rows between two leaves."""
        if connection.vendor == POSTGRESQL:
            return self._read_texts
        return self._read_values

    def _read_texts(self, after: uuid.UUID | None, upto: uuid.UUID | None) -> Iterable[tuple[Any, ...]]:
        columns = [f.column for f in self.model._meta.concrete_fields]
        documents = [i for i, f in enumerate(self.model._meta.concrete_fields) if f.get_internal_type() == "JSONField"]
        texts = ", ".join(f'"{name}"::text' for name in columns)
        where, params = between(after, upto, "leaf")
        rows = read(f'SELECT leaf::text, leaf_row, {texts} FROM "{self.table}"{where}', params)
        if documents:
            for at, row in enumerate(rows):
                for i in documents:
                    if row[i + 2] not in ("{}", "[]", None):
                        row = (*row[: i + 2], json_text(row[i + 2]), *row[i + 3 :])
                rows[at] = row
        return rows

    def _read_values(self, after: uuid.UUID | None, upto: uuid.UUID | None) -> Iterable[tuple[Any, ...]]:
        span = {"leaf__gt": after, "leaf__lte": upto}
        fields = self.model._meta.concrete_fields
        writers = [text_of(f) for f in fields]
        found = self.model._base_manager.filter(**{k: v for k, v in span.items() if v}).order_by()
        for leaf, row, *values in found.values_list("leaf", "leaf_row", *(f.attname for f in fields)).iterator():
            yield str(leaf), row, *(None if v is None else write(v) for write, v in zip(writers, values, strict=True))


def between(after: uuid.UUID | None, upto: uuid.UUID | None, column: str) -> tuple[str, list[Any]]:
    """Return the WHERE that picks the uids after one and up to another."""
    found = [(f"{column} > %s", after), (f"{column} <= %s", upto)]
    parts = [(sql, as_stored(value)) for sql, value in found if value is not None]
    return (" WHERE " + " AND ".join(sql for sql, _ in parts) if parts else ""), [value for _, value in parts]


def as_stored(uid: uuid.UUID) -> Any:
    """Return a uid as the database keeps it."""
    return uid if connection.vendor == POSTGRESQL else uid.hex


def bound_tables() -> list[Bound]:
    """Return every table whose rows are bound by leaves."""
    from audit.models import HistoryRow, Kept  # the models of audit build on this package

    found = [Bound(m) for m in apps.get_models() if issubclass(m, HistoryRow | Kept) and m._meta.managed]
    there = set(connection.introspection.table_names())
    return sorted((b for b in found if b.table in there), key=lambda b: b.table)
