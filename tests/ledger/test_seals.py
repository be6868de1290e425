"""Seals: what is written once is neither changed nor taken out, and a seal that is off is seen."""

import json

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit.checks import the_ledger_is_sealed
from audit.ledger import seals
from audit.models import Leaf
from tests.turns import by_turns

pytestmark = pytest.mark.django_db
postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL can do that")


def sql(statement, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_every_history_and_every_table_of_the_ledger_is_sealed():
    histories = {m._meta.db_table for m in apps.get_models() if hasattr(m, "instance_type")}
    ledger = {"audit_leaf", "audit_place", "audit_subtree", "audit_head", "audit_attempt", "audit_reading"}
    assert set(seals.sealed_tables()) == histories | ledger
    assert seals.faults() == []
    seals.refuse_to_start_unsealed()


@pytest.mark.parametrize("table", by_turns(seals.sealed_tables()))
def test_a_sealed_row_is_neither_changed_nor_deleted(sealed_desk, read, table):
    read()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        (count,) = cursor.fetchone()
    column = {"audit_head": "root", "audit_subtree": "hash", "audit_place": "entry"}.get(table, "leaf" if table != "audit_leaf" else "kind")
    if count or connection.vendor == "postgresql":
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            if count:
                with pytest.raises(DatabaseError, match="is sealed"):
                    sql(statement)
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="is sealed"):
            sql(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE")


@postgresql
def test_not_even_a_replica_session_of_the_superuser_passes(sealed_desk):
    with pytest.raises(DatabaseError, match="is sealed"):
        sql("SET LOCAL session_replication_role = replica; DELETE FROM audit_leaf")


@postgresql
@pytest.mark.parametrize(
    ("weakening", "words"),
    [
        ("ALTER TABLE audit_leaf DISABLE TRIGGER audit_seal_rows", "is disabled"),
        ("ALTER TABLE audit_leaf DISABLE TRIGGER ALL", "is disabled"),
        ("ALTER TABLE audit_leaf ENABLE TRIGGER audit_seal_rows", "not ENABLE ALWAYS"),
        ("ALTER TABLE audit_leaf ENABLE REPLICA TRIGGER audit_seal_table", "not ENABLE ALWAYS"),
        ("DROP TRIGGER audit_seal_rows ON audit_leaf", "is missing"),
        ("DROP TRIGGER audit_seal_table ON audit_leaf", "is missing"),
        (
            "DROP TRIGGER audit_seal_rows ON audit_leaf;"
            "CREATE TRIGGER audit_seal_rows BEFORE DELETE ON audit_leaf FOR EACH ROW EXECUTE FUNCTION audit_refuse();"
            "ALTER TABLE audit_leaf ENABLE ALWAYS TRIGGER audit_seal_rows",
            "does not fire on all",
        ),
        (
            "DROP TRIGGER audit_seal_rows ON audit_leaf;"
            "CREATE TRIGGER audit_seal_rows BEFORE UPDATE OR DELETE ON audit_leaf FOR EACH ROW WHEN (OLD.id < 0) "
            "EXECUTE FUNCTION audit_refuse();"
            "ALTER TABLE audit_leaf ENABLE ALWAYS TRIGGER audit_seal_rows",
            "does not fire on all",
        ),
        (
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
            "has been changed",
        ),
        ("GRANT UPDATE ON audit_leaf TO PUBLIC", "PUBLIC has been granted UPDATE"),
        ("CREATE RULE quiet AS ON INSERT TO audit_leaf DO INSTEAD NOTHING", "a rule quiet"),
        ("ALTER TABLE audit_leaf ENABLE ROW LEVEL SECURITY", "row security"),
        (
            "CREATE FUNCTION swap() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;"
            "CREATE TRIGGER sly BEFORE INSERT ON audit_leaf FOR EACH ROW EXECUTE FUNCTION swap()",
            "that is not ours",
        ),
    ],
)
def test_each_way_to_weaken_a_seal_is_seen_and_stops_the_start(weakening, words):
    sql(weakening)
    found = [str(fault) for fault in seals.faults()]
    assert any(words in line for line in found), found
    assert any(words in message.msg and message.is_serious() for message in the_ledger_is_sealed(None))
    with pytest.raises(ImproperlyConfigured, match=r"not sealed(.|\n)*docs/ledger.md"):
        seals.refuse_to_start_unsealed()


@pytest.mark.parametrize("taken", ["all", "changed"])
def test_seals_are_put_on_again_by_one_command_that_leaves_a_leaf(taken):
    seals.take_off()
    if taken == "changed" and connection.vendor == "sqlite":
        sql('CREATE TRIGGER "audit_seal_delete_audit_leaf" BEFORE DELETE ON audit_leaf BEGIN SELECT 1; END')
    assert len(seals.faults()) >= len(seals.sealed_tables())
    leaves = Leaf.objects.filter(kind="seal").count()
    with pytest.raises(CommandError):
        call_command("seal", check=True)
    call_command("seal", note="nach dem Umbau", by="甲", verbosity=0)
    assert seals.faults() == []
    facts = json.loads(bytes(Leaf.objects.filter(kind="seal").latest("id").body))
    assert (facts["verb"], facts["note"], facts["by"]) == ("seal", "nach dem Umbau", "甲")
    assert any("audit_leaf" in line for line in facts["done"])
    call_command("seal", check=True)
    call_command("seal")
    assert Leaf.objects.filter(kind="seal").count() == leaves + 1, "nothing to do leaves no leaf"


def test_lifting_the_seals_for_a_repair_says_why_before_it_does():
    with pytest.raises(CommandError, match="say why"):
        call_command("seal", lift=True)
    call_command("seal", lift=True, note="修复")
    assert seals.faults() != []
    assert json.loads(bytes(Leaf.objects.filter(kind="seal").latest("id").body))["verb"] == "lift"


def test_a_new_column_of_a_sealed_table_leaves_a_leaf():
    sql("ALTER TABLE audit_attempt ADD COLUMN later varchar(5)")
    seals.put_on(note="after migrate")
    facts = json.loads(bytes(Leaf.objects.filter(kind="seal").latest("id").body))
    assert "later" in facts["columns"]["audit_attempt"]


def test_what_sqlite_cannot_do_is_known():
    """A file has no roles: whoever may write it may take the seals off, and only roots kept elsewhere show it."""
    if connection.vendor == "sqlite":
        seals.take_off()
        assert seals.faults() != []
    else:
        assert "ENABLE ALWAYS" in "".join(seals._statements({"audit_leaf"}))
