"""Seals: triggers in the database that refuse to change, delete or empty what was written once.

On PostgreSQL they are ``ENABLE ALWAYS``, so that neither the owner of the table nor a session in replica
mode passes them in silence; the superuser can still take them off, which ``faults()`` sees as long as they
are off, and the order and the roots kept elsewhere show afterwards. On SQLite they stop a slip of the hand
and the program itself; whoever can write the file can take them off.
"""

import getpass
import re
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction

from .leaves import Leaf, Sealed

FUNCTION = "audit_refuse"
BODY = """
BEGIN
    RAISE EXCEPTION 'the table % is sealed: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
"""
#: trigger -> (when it fires, pg_trigger.tgtype: row 1, before 2, delete 8, update 16, truncate 32)
TRIGGERS = {
    "audit_seal_rows": ("BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW", 1 | 2 | 8 | 16),
    "audit_seal_table": ("BEFORE TRUNCATE ON {table} FOR EACH STATEMENT", 2 | 32),
}
#: what nobody but the owner may be granted on a sealed table
KEPT_FROM_ALL = ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER")


def sealed_models() -> list[type[models.Model]]:
    """Return every model whose table is sealed: all histories, and all rows that are written once."""
    from audit.models import HistoryRow  # the models of audit build on this package

    return [m for m in apps.get_models() if issubclass(m, HistoryRow | Sealed) and m._meta.managed]


def sealed_tables() -> list[str]:
    """Return the names of the sealed tables."""
    return sorted(model._meta.db_table for model in sealed_models())


@dataclass(frozen=True)
class SealFault:
    """A seal that is missing or weakened. ``absent``: the table itself is not there (not migrated yet, or dropped)."""

    table: str
    what: str
    absent: bool = False

    def __str__(self) -> str:
        return f"{self.table}: {self.what}"


def faults() -> list[SealFault]:
    """Return what is missing or weakened. Reads only."""
    return _postgresql_faults() if connection.vendor == "postgresql" else _sqlite_faults()


def refuse_to_start_unsealed() -> None:
    """Stop a web server or worker when a seal is missing or weakened; the message says what and how to mend it."""
    found = faults()
    if found:
        raise ImproperlyConfigured(
            "the ledger is not sealed, so nothing may be written:\n"
            + "\n".join(f"  {fault}" for fault in found[:20])
            + "\nRun `manage.py verify_ledger`, find out why, then `manage.py seal` as the owner (docs/ledger.md)."
        )


# --- putting on and taking off ----------------------------------------------------------------------


@transaction.atomic
def put_on(*, note: str = "", by: str = "") -> list[str]:
    """Seal every table that is not sealed. Safe to repeat. Returns what was put right.

    If anything had to be done, or the columns of a sealed table have changed since the last time, a leaf
    of the owner's procedure tells what, by whom and why.
    """
    mended = [fault for fault in faults() if not fault.absent]
    with connection.cursor() as cursor:
        for statement in _statements({fault.table for fault in mended}):
            cursor.execute(statement)
    _note_in_ledger("seal", [str(fault) for fault in mended], note, by)
    return [str(fault) for fault in mended]


@transaction.atomic
def lift(*, note: str, by: str = "") -> None:
    """Take the seals off, for a repair by the owner. The leaf that says so is written first."""
    _note_in_ledger("lift", ["all"], note, by)
    take_off()


def take_off() -> None:
    """Take the seals off without a word: for ``lift`` and for tests that empty the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            there = existing_tables()
            drops = [f'DROP TRIGGER IF EXISTS {name} ON "{t}";' for t in sealed_tables() if t in there for name in TRIGGERS]
            cursor.execute("\n".join(drops) or "SELECT 1")
        else:
            for name in _sqlite_triggers():
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')


def _note_in_ledger(verb: str, done: list[str], note: str, by: str) -> None:
    """Write the leaf of an owner's procedure, unless nothing has changed."""
    columns = _columns()
    last = Leaf.objects.filter(kind=Leaf.Kind.SEAL).order_by("-id").first()
    facts = {"verb": verb, "done": done, "columns": columns, "note": note, "by": by or _who()}
    if done or last is None or _facts(last)["columns"] != columns:
        Leaf.write(kind=Leaf.Kind.SEAL, facts=facts)


def _facts(leaf: Leaf) -> dict[str, Any]:
    import json

    return json.loads(bytes(leaf.body))


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"


def existing_tables() -> set[str]:
    """Return the names of all tables of the database."""
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def _columns() -> dict[str, list[str]]:
    """Return table -> its columns as the database has them, for the sealed tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname) FROM pg_class c "
                "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
                "WHERE c.oid = ANY(SELECT to_regclass(t) FROM unnest(%s::text[]) t) GROUP BY c.relname ORDER BY 1",
                [sealed_tables()],
            )
            return dict(cursor.fetchall())
        found = {}
        for table in sorted(existing_tables() & set(sealed_tables())):
            cursor.execute(f'SELECT name FROM pragma_table_info("{table}") ORDER BY name')
            found[table] = [name for (name,) in cursor.fetchall()]
        return found


# --- the two databases ------------------------------------------------------------------------------


def _statements(tables: set[str]) -> list[str]:
    if connection.vendor != "postgresql":
        wanted = _sqlite_triggers()
        drops = [f'DROP TRIGGER IF EXISTS "{name}"' for name, (table, _) in wanted.items() if table in tables]
        return drops + [sql for table, sql in wanted.values() if table in tables]
    statements = []
    if tables:
        statements.append(f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$")
    for table in sorted(tables - {FUNCTION}):
        for name, (when, _) in TRIGGERS.items():
            statements += [
                f'DROP TRIGGER IF EXISTS {name} ON "{table}"',
                f"CREATE TRIGGER {name} {when.format(table=chr(34) + table + chr(34))} EXECUTE FUNCTION {FUNCTION}()",
                f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {name}',
            ]
        statements += [f'REVOKE {", ".join(KEPT_FROM_ALL)} ON "{table}" FROM {grantee}' for grantee in _grantees(table)]
    return statements


def _grantees(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, [list(KEPT_FROM_ALL), [table]])
        return sorted({grantee for _, grantee, _ in cursor.fetchall()})


_GRANTS = """
SELECT c.relname, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, a.privilege_type
FROM pg_class c, aclexplode(c.relacl) a
WHERE a.grantee <> c.relowner AND a.privilege_type = ANY(%s::text[]) AND c.oid = ANY(SELECT to_regclass(t) FROM unnest(%s::text[]) t)
"""
_SEALS = """
SELECT t.name, c.relkind::text, c.relrowsecurity, g.tgname::text, g.tgtype::int, g.tgenabled::text,
       g.tgqual IS NOT NULL OR array_length(g.tgattr::int2[], 1) > 0, p.proname::text, p.prosrc,
       l.lanname::text, p.oid = to_regproc(%s)
FROM unnest(%s::text[]) AS t(name)
LEFT JOIN pg_class c ON c.oid = to_regclass(t.name)
LEFT JOIN pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal
LEFT JOIN pg_proc p ON p.oid = g.tgfoid
LEFT JOIN pg_language l ON l.oid = p.prolang
"""
_RULES = (
    "SELECT tablename::text, rulename::text FROM pg_rules WHERE tablename = ANY(%s::text[]) AND schemaname = ANY(current_schemas(false))"
)


def _postgresql_faults() -> list[SealFault]:
    tables = sealed_tables()
    with connection.cursor() as cursor:
        cursor.execute(_SEALS, [FUNCTION, tables])
        rows = cursor.fetchall()
        cursor.execute(_GRANTS, [list(KEPT_FROM_ALL), tables])
        grants = cursor.fetchall()
        cursor.execute(_RULES, [tables])
        rules = cursor.fetchall()
    by_table: dict[str, list[tuple[Any, ...]]] = {table: [] for table in tables}
    for table, *row in rows:
        by_table[table].append(tuple(row))
    found = [fault for table, triggers in by_table.items() for fault in _faults_of(table, triggers)]
    found += [SealFault(table, f"{grantee} has been granted {privilege}") for table, grantee, privilege in grants]
    found += [SealFault(table, f"a rule {rule} stands on it") for table, rule in rules]
    return found


def _faults_of(table: str, rows: list[tuple[Any, ...]]) -> list[SealFault]:
    kind, hides_rows = rows[0][:2]
    if kind is None:
        return [SealFault(table, "the table is not there", absent=True)]
    found = []
    if kind != "r":
        found.append(SealFault(table, "it is not an ordinary table"))
    if hides_rows:
        found.append(SealFault(table, "row security hides rows of it"))
    triggers = {row[2]: row[3:] for row in rows if row[2]}
    for name, (_, wanted) in TRIGGERS.items():
        if name not in triggers:
            found.append(SealFault(table, f"the seal {name} is missing"))
            continue
        type_, enabled, limited, function, source, language, ours = triggers.pop(name)
        if enabled != "A":
            found.append(SealFault(table, f"the seal {name} is {'disabled' if enabled == 'D' else 'not ENABLE ALWAYS'}"))
        if type_ != wanted or limited:
            found.append(SealFault(table, f"the seal {name} does not fire on all it should"))
        if function != FUNCTION or not ours or source != BODY or language != "plpgsql":
            found.append(SealFault(table, f"the function behind the seal {name} has been changed"))
    return found + [SealFault(table, f"a trigger {name} stands on it that is not ours") for name in triggers]


def _sqlite_triggers() -> dict[str, tuple[str, str]]:
    """Return trigger -> (table, statement)."""
    found = {}
    for table in sealed_tables():
        for verb in ("UPDATE", "DELETE"):
            name = f"audit_seal_{verb.lower()}_{table}"
            refuse = f"SELECT RAISE(ABORT, 'the table {table} is sealed: {verb} refused')"
            found[name] = (table, f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}" BEGIN {refuse}; END')
    return found


def _sqlite_faults() -> list[SealFault]:
    wanted = _sqlite_triggers()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = {name: (table, sql) for name, table, sql in cursor.fetchall()}
    absent = set(sealed_tables()) - existing_tables()
    found = [SealFault(table, "the table is not there", absent=True) for table in sorted(absent)]
    for name, (table, sql) in wanted.items():
        if table not in absent and _squeezed(there.get(name, ("", ""))[1]) != _squeezed(sql):
            found.append(SealFault(table, f"the seal {name} is {'changed' if name in there else 'missing'}"))
    strangers = [(t, name) for name, (t, _) in there.items() if t in {table for table, _ in wanted.values()} and name not in wanted]
    return found + [SealFault(table, f"a trigger {name} stands on it that is not ours") for table, name in strangers]


def _squeezed(sql: str) -> str:
    return re.sub(r"\s+", " ", sql or "").strip()
