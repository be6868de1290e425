"""How a verification reads: many rows at a time, as plain tuples, values as the texts that were bound."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import connection, models

from ..canonical import columns_of, instant, line_of
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


def copied(sql: str) -> Iterator[bytes]:
    """Return the lines of a COPY as the server sends them, straight from libpq: psycopg's own loop costs more than the hashing."""
    from psycopg import OperationalError, pq

    pgconn = connection.connection.pgconn
    if pgconn.exec_(sql.encode()).status != pq.ExecStatus.COPY_OUT:
        raise OperationalError(pgconn.error_message.decode())
    get = pgconn.get_copy_data
    length, line = get(0)
    while length > 0:
        yield bytes(line)
        length, line = get(0)
    if pgconn.get_result().status != pq.ExecStatus.COMMAND_OK:
        raise OperationalError(pgconn.error_message.decode())
    while pgconn.get_result() is not None:
        pass


def leaves(after: uuid.UUID | None, limit: int) -> list[tuple[int, str, str, str, bytes, bytes]]:
    """Return key, uid, kind, time, body and digest of the next leaves in the order of their uids; time as in the body."""
    if connection.vendor == POSTGRESQL:
        where, params = between(after, None, "uid")
        columns, table = "id, uid::text, kind, at::text, body, digest", Leaf._meta.db_table
        # By the column, which has an index; a bare "uid" would be the text.
        return read(f"SELECT {columns} FROM {table}{where} ORDER BY {table}.uid LIMIT {limit}", params)
    rows = Leaf.objects.filter(**({"uid__gt": after} if after else {})).order_by("uid")
    rows = rows.values_list("id", "uid", "kind", "at", "body", "digest")[:limit]
    return [(id_, str(uid), kind, instant(at), body, digest) for id_, uid, kind, at, body, digest in rows]


@dataclass
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

    def key_in(self, line: bytes) -> str:
        """Return the key of the row of ``line``, as a fault names it."""
        return f"{self.key}={line.split(bytes([9]))[self.fields.index(self.key)].decode()}"

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields as a leaf lists them."""
        return tuple(name for name, _ in columns_of(self.model))

    def lines(self, after: uuid.UUID | None, upto: uuid.UUID | None) -> Iterator[tuple[str, int, bytes]]:
        """Read uid of the leaf, place in it and line of the rows between two leaves."""
        if connection.vendor == POSTGRESQL:
            return self._copied(after, upto)
        return self._written(after, upto)

    def _copied(self, after: uuid.UUID | None, upto: uuid.UUID | None) -> Iterator[tuple[str, int, bytes]]:
        columns = ", ".join(f'"{f.column}"' for f in self.model._meta.concrete_fields)
        bounds = [f"leaf {sign} '{uid}'" for sign, uid in ((">", after), ("<=", upto)) if uid is not None]
        where = " WHERE " + " AND ".join(bounds) if bounds else ""
        sql = f'COPY (SELECT leaf, leaf_row, {columns} FROM "{self.table}"{where}) TO STDOUT'
        for line in copied(sql):
            uid, number, rest = line.split(b"\t", 2)
            yield uid.decode(), int(number), rest[:-1]

    def _written(self, after: uuid.UUID | None, upto: uuid.UUID | None) -> Iterator[tuple[str, int, bytes]]:
        span = {"leaf__gt": after, "leaf__lte": upto}
        found = self.model._base_manager.filter(**{k: v for k, v in span.items() if v}).order_by()
        for leaf, number, *values in found.values_list("leaf", "leaf_row", *self.fields).iterator():
            yield str(leaf), number, line_of(self.model, values)


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
