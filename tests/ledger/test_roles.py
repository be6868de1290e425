"""deploy/roles.sql on a PostgreSQL of its own: what each role can do, and above all what it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migrated import restored
from tests.turns import PROVE

from .cluster import Cluster, binaries

HOUSE = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.skipif(binaries() is None, reason="there is no PostgreSQL on this machine"),
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("roles"),  # one cluster, made by one worker
]


@pytest.fixture(scope="module")
def cluster():
    with Cluster() as made:
        roles(made)
        if PROVE or not restored(made.url("postgres", "mingjian_owner")):
            manage(made, "mingjian_owner", "migrate", "-v0")
        roles(made)
        yield made


def roles(cluster):
    script = cluster.folder / "roles.sql"
    script.write_text((HOUSE / "deploy" / "roles.sql").read_text())
    script.chmod(0o644)
    cluster.run("psql", "-q", "-v", "ON_ERROR_STOP=1", cluster.url("postgres"), "-f", script)


def manage(cluster, role, *arguments, code=0):
    environment = {**os.environ, "DATABASE_URL": cluster.url("postgres", role)}
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=HOUSE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def attempt(cluster, role, statement):
    """Return None when the server lets ``role`` do it, else what it says. Nothing is kept."""
    import psycopg

    with psycopg.connect(cluster.url("postgres", role)) as connection:
        try:
            connection.execute(statement)
        except psycopg.Error as refusal:
            return str(refusal).split("\n")[0]
        finally:
            connection.rollback()
    return None


SEALED = ["audit_leaf", "audit_attempt", "audit_reading", "inspection_historicalinspectionplan", "audit_place", "audit_head"]


@pytest.mark.parametrize("role", ["mingjian_app", "mingjian_worker", "mingjian_ro", "mingjian_auditor", "mingjian_backup"])
@pytest.mark.parametrize("table", SEALED)
def test_no_working_role_touches_a_sealed_table(cluster, role, table):
    column = {"audit_place": "entry", "audit_head": "root"}.get(table, "id" if table == "audit_leaf" else "leaf")
    for statement in [
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TRIGGER audit_seal_rows ON {table}",
        f"DROP TABLE {table} CASCADE",
        f"CREATE RULE r AS ON INSERT TO {table} DO INSTEAD NOTHING",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (x int)",
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
        "SET ROLE mingjian_owner",
    ]:
        assert attempt(cluster, role, statement) is not None, statement


@pytest.mark.parametrize("table", SEALED)
def test_the_owner_meets_the_seals(cluster, table):
    assert "is sealed" in attempt(cluster, "mingjian_owner", f"TRUNCATE {table} CASCADE")


def test_only_the_worker_gives_places_and_empties_the_queue(cluster):
    place = "INSERT INTO audit_place (index, leaf_id, entry) SELECT 99, max(id), '\\x00' FROM audit_leaf"
    assert attempt(cluster, "mingjian_worker", place) is None
    assert "permission denied" in attempt(cluster, "mingjian_app", place)
    assert attempt(cluster, "mingjian_worker", "DELETE FROM audit_waiting") is None
    assert "permission denied" in attempt(cluster, "mingjian_app", "DELETE FROM audit_waiting")


def test_each_role_reads_what_it_is_for(cluster):
    allowed = {
        "mingjian_auditor": {"audit_leaf", "inspection_historicalvisit"},
        "mingjian_ro": {"audit_leaf", "inspection_historicalvisit", "inspection_visit"},
        "mingjian_backup": {"audit_leaf", "inspection_historicalvisit", "inspection_visit", "accounts_user", "audit_personalkey"},
    }
    for role, readable in allowed.items():
        for table in allowed["mingjian_backup"]:
            assert (attempt(cluster, role, f"SELECT * FROM {table}") is None) == (table in readable), (role, table)


def test_the_product_works_in_its_roles(cluster):
    facts = "code='371323', name='县', office_name='o', notice_prefix='n', supervision_phone='1'"
    story = f"from accounts.founding import found_county; found_county({facts})"
    manage(cluster, "mingjian_app", "shell", "-v0", "-c", story)
    sealing = "from audit.ledger.sealer import seal_due; print('sealed', seal_due())"
    sealed = manage(cluster, "mingjian_worker", "shell", "-v0", "-c", sealing)
    assert int(sealed.split("sealed ")[1].split()[0]) >= 3
    for role in ("mingjian_app", "mingjian_auditor", "mingjian_backup", "mingjian_owner"):
        if role == "mingjian_auditor":  # reads no rows of today
            assert "places" in manage(cluster, role, "verify_ledger", "--order")
        else:
            assert "everything fits" in manage(cluster, role, "verify_ledger")
    assert "tables are sealed" in manage(cluster, "mingjian_app", "seal", "--check")
    manage(cluster, "mingjian_owner", "migrate", "-v0")
