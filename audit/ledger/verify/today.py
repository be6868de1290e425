"""The rows of today against their newest history: a change that is not in the ledger has not happened."""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from audit.personal import PersonalKey, digest_of

from .report import Report
from .source import POSTGRESQL, read

CHUNK = 5_000


def check(report: Report, *, progress: Callable[[str, int, int], None]) -> None:
    """Check every audited table, and every personal value against its digest."""
    there = set(connection.introspection.table_names())
    audited = [m for m in _audited() if m._meta.db_table in there and m.history.model._meta.db_table in there]
    for done, model in enumerate(audited, 1):
        _against_history(report, model)
        if model.PERSONAL:
            _personal(report, model)
        progress("tables of today", done, len(audited))


def _audited() -> Iterator[Any]:
    from audit.models import Audited  # the models of audit build on this package

    return (m for m in apps.get_models() if issubclass(m, Audited) and m._meta.managed)


def _against_history(report: Report, model: Any) -> None:
    """Name each row whose values are not those of its newest history row, that has none, or that has gone."""
    table, history = model._meta.db_table, model.history.model._meta.db_table
    key = model._meta.pk.column
    fields = model.history.model.written_by.fields_included(model)
    columns = [f.column for f in fields if not f.primary_key]
    today, newest = (", ".join(f'{alias}."{c}"' for c in columns) for alias in "bn")
    on_postgresql = connection.vendor == POSTGRESQL
    differs = "IS DISTINCT FROM" if on_postgresql else "IS NOT"
    newest_rows = (
        f'SELECT h.* FROM "{history}" h JOIN (SELECT "{key}" AS k, max(history_id) AS last FROM "{history}" GROUP BY "{key}") l '
        "ON l.last = h.history_id"
    )
    # Both sides at once where the database can: Ubuntu's SQLite of 2022 knows no FULL JOIN.
    for today_key, key_then, last in read(
        f'SELECT b."{key}", n."{key}", n.history_id FROM "{table}" b {"FULL" if on_postgresql else "LEFT"} JOIN ({newest_rows}) n '
        f'ON n."{key}" = b."{key}" WHERE b."{key}" IS NULL OR n.history_id IS NULL OR ({today}) {differs} ({newest})'
    ):
        if today_key is None:
            _gone(report, model, key_then, last)
        else:
            what = "the row has no history" if last is None else f"the row differs from its newest history, {history} history_id={last}"
            report.add(table, f"{key}={today_key}", what)
    if not on_postgresql:
        for row, last in read(
            f'SELECT n."{key}", n.history_id FROM ({newest_rows}) n LEFT JOIN "{table}" b ON b."{key}" = n."{key}" WHERE b."{key}" IS NULL'
        ):
            _gone(report, model, row, last)


def _gone(report: Report, model: Any, key: Any, last: int) -> None:
    history = model.history.model._meta.db_table
    report.add(model._meta.db_table, f"{model._meta.pk.column}={key}", f"the row is gone, but {history} history_id={last} knows it")


def _personal(report: Report, model: Any) -> None:
    """Name each personal value that is not the one bound in the newest history of its row."""
    history = model.history.model
    newest = models.Subquery(history._base_manager.filter(id=models.OuterRef("pk")).order_by("-history_id").values("personal")[:1])
    rows = model._base_manager.order_by("pk").annotate(bound=newest)
    last = 0
    while chunk := list(rows.filter(pk__gt=last).values("pk", "uid", "bound", *model.PERSONAL)[:CHUNK]):
        last = chunk[-1]["pk"]
        found = PersonalKey.objects.filter(table=model._meta.db_table, row__in=[row["uid"] for row in chunk])
        keys = {(held.row, held.field): bytes(held.key) for held in found}
        for row in chunk:
            for name in model.PERSONAL:
                fault = _personal_fault(row[name], (row["bound"] or {}).get(name), keys.get((row["uid"], name)))
                if fault:
                    report.add(model._meta.db_table, f"{model._meta.pk.column}={row['pk']}", f"{name}: {fault}")


def _personal_fault(value: Any, bound: str | None, key: bytes | None) -> str | None:
    if value in ("", None):
        return "the value bound in history is gone" if bound else None
    if bound is None:
        return "the value is not bound in history"
    if key is None:
        return "the key of the value is gone, but the value is still there"
    return None if digest_of(key, value) == bound else "the value differs from the one bound in history"
