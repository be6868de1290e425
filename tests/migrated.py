"""A migrated database to copy: migrating takes half a minute, each worker of each suite would do it again.

On SQLite it is a file under ``var/cache``, on PostgreSQL a database beside the test databases. It bears the digest of all that
migrating reads; with another digest it is made anew. The copy is migrated once more all the same, which finds nothing to do.
"""

import fcntl
import hashlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg import sql

CACHE = Path(settings.BASE_DIR) / "var" / "cache"


def digest() -> str:
    """Return the digest of all migrations, ours and those of packages, and of what migrating runs beside them."""
    found = hashlib.sha256(f"{django.VERSION} {sys.version} {connection.vendor}".encode())
    files = [Path(settings.BASE_DIR) / "audit" / name for name in ("apps.py", "ledger/seals.py", "ledger/leaves.py", "ledger/canonical.py")]
    for app in apps.get_app_configs():
        files += sorted((Path(app.path) / "migrations").glob("*.py"))
    for file in files:
        found.update(f"{file.parent.parent.name}/{file.name}\0".encode() + file.read_bytes() + b"\0")
    return found.hexdigest()[:16]


@contextmanager
def copied() -> Iterator[None]:
    """Put a copy in the place of the test database, if there is one; if there is none, keep what is migrated inside.

    Workers take turns: the first migrates, the others copy.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "migrated.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        kind = _OnPostgreSQL() if connection.vendor == "postgresql" else _OnSQLite()
        kind.forget_test_database()
        there = kind.copy()
        yield
        if not there:
            kind.keep()


class _OnSQLite:
    def __init__(self) -> None:
        self.test = Path(connection.settings_dict["TEST"]["NAME"])
        self.model = CACHE / f"migrated-{digest()}.sqlite3"

    def forget_test_database(self) -> None:
        for end in ("", "-wal", "-shm", "-journal"):
            self.test.with_name(self.test.name + end).unlink(missing_ok=True)

    def copy(self) -> bool:
        if self.model.exists():
            shutil.copyfile(self.model, self.test)
        return self.model.exists()

    def keep(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        for old in CACHE.glob("migrated-*.sqlite3*"):
            old.unlink()
        aside = self.model.with_suffix(".making")
        shutil.copyfile(self.test, aside)
        aside.rename(self.model)


class _OnPostgreSQL:
    def __init__(self) -> None:
        self.test = connection.creation._get_test_db_name()
        self.model = self.test.split("_gw")[0] + "_migrated"
        self.digest = digest()

    def _do(self, statement: str, *names: str, **values: str) -> list[tuple[str]]:
        with connection.creation._nodb_cursor() as cursor:
            whole = sql.SQL(statement).format(*map(sql.Identifier, names), **{k: sql.Literal(v) for k, v in values.items()})
            cursor.execute(whole)
            return cursor.fetchall() if cursor.description else []

    def forget_test_database(self) -> None:
        self._do("DROP DATABASE IF EXISTS {}", self.test)

    def copy(self) -> bool:
        said = "SELECT 1 FROM pg_database WHERE datname = {name} AND shobj_description(oid, 'pg_database') = {digest}"
        there = bool(self._do(said, name=self.model, digest=self.digest))
        if there:
            self._do("CREATE DATABASE {} TEMPLATE {}", self.test, self.model)
        return there

    def keep(self) -> None:
        connection.close()
        self._do("DROP DATABASE IF EXISTS {}", self.model)
        self._do("CREATE DATABASE {} TEMPLATE {}", self.model, self.test)
        # Said last: one that was only half made bears no digest.
        self._do("COMMENT ON DATABASE {} IS {digest}", self.model, digest=self.digest)
