"""A migrated database to copy: migrating takes half a minute, each worker of each suite would do it again.

On SQLite it is a file under ``var/cache``; on PostgreSQL a database beside the test databases, and a dump under ``var/cache``
for the next cluster. Each bears the digest of all that migrating reads; with another digest it is made anew. A copy is migrated
once more all the same, which finds nothing to do. ``python -m tests.migrated`` makes it ready before the workers ask.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg
from django.apps import apps
from django.db import connection
from psycopg import sql

HOUSE = Path(__file__).resolve().parents[1]
CACHE = HOUSE / "var" / "cache"


def digest(kind: str) -> str:
    """Return the digest of all migrations, ours and those of packages, and of what migrating runs beside them."""
    found = hashlib.sha256(f"{django.VERSION} {sys.version} {kind}".encode())
    files = [HOUSE / "audit" / name for name in ("apps.py", "ledger/seals.py", "ledger/leaves.py", "ledger/canonical.py")]
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
    with turn(connection.vendor):
        kind = _OnPostgreSQL() if connection.vendor == "postgresql" else _OnSQLite()
        kind.forget_test_database()
        there = kind.copy()
        yield
        if not there:
            kind.keep()


@contextmanager
def turn(kind: str) -> Iterator[None]:
    """Wait for one's turn among all that make or copy a migrated database of this kind."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"migrated-{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _OnSQLite:
    def __init__(self) -> None:
        self.test = Path(connection.settings_dict["TEST"]["NAME"])
        self.model = CACHE / f"migrated-{digest('sqlite')}.sqlite3"

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
        put(self.model, self.test.read_bytes())


class _OnPostgreSQL:
    def __init__(self) -> None:
        self.test = connection.creation._get_test_db_name()
        self.model = self.test.split("_gw")[0] + "_migrated"
        with connection.creation._nodb_cursor() as cursor:
            self.dump = Dump(cursor.connection.info.server_version)

    def _do(self, statement: str, *names: str, **values: str) -> list[tuple[Any, ...]]:
        with connection.creation._nodb_cursor() as cursor:
            whole = sql.SQL(statement).format(*map(sql.Identifier, names), **{k: sql.Literal(v) for k, v in values.items()})
            cursor.execute(whole)
            return cursor.fetchall() if cursor.description else []

    def _address(self, database: str) -> str:
        facts = connection.settings_dict
        named = {"host": facts["HOST"], "port": facts["PORT"], "user": facts["USER"], "password": facts["PASSWORD"], "dbname": database}
        return psycopg.conninfo.make_conninfo(**{name: value for name, value in named.items() if value})

    def forget_test_database(self) -> None:
        self._do("DROP DATABASE IF EXISTS {}", self.test)

    def copy(self) -> bool:
        said = "SELECT 1 FROM pg_database WHERE datname = {name} AND shobj_description(oid, 'pg_database') = {digest}"
        there = bool(self._do(said, name=self.model, digest=self.dump.digest))
        if not there and self.dump.file.exists():
            self._do("DROP DATABASE IF EXISTS {}", self.model)
            self._do("CREATE DATABASE {}", self.model)
            self.dump.restore(self._address(self.model))
            self._say_whose_it_is()
            there = True
        if there:
            self._do("CREATE DATABASE {} TEMPLATE {}", self.test, self.model)
        return there

    def keep(self) -> None:
        connection.close()
        self._do("DROP DATABASE IF EXISTS {}", self.model)
        self._do("CREATE DATABASE {} TEMPLATE {}", self.model, self.test)
        self._say_whose_it_is()
        self.dump.make(self._address(self.model))

    def _say_whose_it_is(self) -> None:
        """Said last: one that was only half made bears no digest."""
        self._do("COMMENT ON DATABASE {} IS {digest}", self.model, digest=self.dump.digest)


class Dump:
    """A migrated database as statements, for a server of one version."""

    def __init__(self, server_version: int) -> None:
        self.digest = digest(f"postgresql {server_version}")
        self.file = CACHE / f"migrated-{self.digest}.sql"

    def make(self, address: str) -> None:
        """Keep the database at ``address``, where the machine has the program for it."""
        from tests.ledger.cluster import binaries

        folder = binaries()
        program = str(folder / "pg_dump") if folder else "pg_dump"
        command = [program, "--inserts", "--no-owner", "--no-privileges", "--dbname", address]
        try:
            made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return  # another version than the server's, or none: the next cluster is migrated again
        for old in CACHE.glob("migrated-*.sql"):
            old.unlink()
        # Lines for psql alone are left out: the statements are sent as they are.
        put(self.file, "".join(line for line in made.splitlines(keepends=True) if not line.startswith("\\")).encode())

    def restore(self, address: str) -> None:
        """Fill the empty database at ``address``."""
        with psycopg.connect(address, autocommit=True) as opened:
            opened.execute(self.file.read_text().encode())


def restored(address: str) -> bool:
    """Fill the empty database at ``address`` from the dump, if there is one of its server's version."""
    with psycopg.connect(address) as opened:
        dump = Dump(opened.info.server_version)
    if dump.file.exists():
        dump.restore(address)
    return dump.file.exists()


def put(file: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    aside.write_bytes(content)
    aside.rename(file)


def make_ready() -> None:
    """Migrate for the database of DATABASE_URL, if that has not been done."""
    from django.test.utils import setup_databases, teardown_databases

    with copied():
        made = setup_databases(verbosity=0, interactive=False, keepdb=True, serialized_aliases=set())
    teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    make_ready()
