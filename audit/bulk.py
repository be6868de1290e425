"""Many new rows into one table at once, the key of each known afterwards, since a leaf binds the key too."""

from collections.abc import Sequence

from django.db import connection, models

from .ledger.canonical import line_of_row


def insert(rows: Sequence[models.Model]) -> list[bytes]:
    """Insert new rows of one model that have no keys yet. Returns the line of each, as a leaf binds it.

    A broken constraint raises IntegrityError, as a save does.
    """
    model = type(rows[0])
    if connection.vendor != "postgresql":
        models.QuerySet(model).bulk_create(rows, batch_size=2000)
        return [line_of_row(row) for row in rows]
    # COPY takes the lines as they are bound: nothing is written down twice.
    table, key = f'"{model._meta.db_table}"', model._meta.pk.column
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, key, len(rows)])
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
        lines = [line_of_row(row) for row in rows]
        cursor.execute("SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'")
        with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            copy.write(b"\n".join(lines) + b"\n")
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return lines


def load(model: type[models.Model], rows: Sequence[tuple]) -> None:
    """Put rows into a table that is no evidence, such as a search index: plain keys and bytes, no history, no leaf.

    ``rows`` hold the values of the concrete columns in their order; rows that are there already are left alone.
    """
    if not rows:
        return
    fields = [field.attname for field in model._meta.concrete_fields]
    if connection.vendor != "postgresql" or len(rows) < 200:
        made = [model(**dict(zip(fields, row, strict=True))) for row in rows]
        models.QuerySet(model).bulk_create(made, batch_size=200, ignore_conflicts=True)
        return
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    line = "\t".join("\\\\x%s" if isinstance(value, bytes) else "%s" for value in rows[0])
    hexed = [place for place, value in enumerate(rows[0]) if isinstance(value, bytes)]
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as copy:
        for first in range(0, len(rows), 20_000):
            values = [list(row) for row in rows[first : first + 20_000]]
            for row in values:
                for place in hexed:
                    row[place] = row[place].hex()
            copy.write(("\n".join([line % tuple(row) for row in values]) + "\n").encode())


def settle(rows: Sequence[models.Model]) -> None:
    """Give each value the type of its field, as reading the row back would: a date given as text becomes a date."""
    fields = [(field.attname, field.to_python) for field in type(rows[0])._meta.concrete_fields]
    for row in rows:
        values = row.__dict__
        for name, to_python in fields:
            if (value := values.get(name)) is not None:
                values[name] = to_python(value)
