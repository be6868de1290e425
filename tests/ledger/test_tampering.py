"""Random tampering by whoever may do everything in the database: refused by a seal, or found and named.

One tampering a round, undone afterwards. The root is written down before. 60 rounds; 2,000 under PROVE=1.
"""

import datetime
import hashlib
import json
import random
import uuid

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from audit.ledger import merkle, seals
from audit.ledger.canonical import line_of_row
from audit.ledger.leaves import row_digest
from audit.ledger.sealer import seal_due
from audit.ledger.verify import verify
from audit.ledger.verify.source import bound_tables
from audit.models import Audited, Head, Leaf, Place, Subtree
from tests.turns import PROVE

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(7200 if PROVE else 240)]
ROUNDS = 2000 if PROVE else 60


class Undo(Exception):
    """Takes the round back."""


def execute(statement, params=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def other(value, field, dice):
    """Return a value of the same kind that is not the same."""
    match value:
        case bool():
            return not value
        case int():
            return value + dice.choice([1, 7])
        case None:
            return {"DateField": "2001-01-01", "DateTimeField": "2001-01-01 00:00:00+00:00"}.get(field.get_internal_type(), 1)
        case uuid.UUID():
            return uuid.UUID(int=value.int ^ 1)
        case datetime.datetime() | datetime.date():
            return value + datetime.timedelta(days=1)
        case bytes() | memoryview():
            at = dice.randrange(len(value)) if len(value) else 0
            return bytes(value[:at]) + bytes([bytes(value)[at] ^ 1]) + bytes(value[at + 1 :])
        case dict() | list():
            return {"x": 1}
    return (value[:-1] if value.endswith("二") else value[: max(0, (field.max_length or 99) - 1)] + "二") if value else "二"


def tables():
    """Return every table that the ledger answers for, if it holds anything: sealed ones, and the rows of today."""
    audited = [m for m in apps.get_models() if issubclass(m, Audited)]
    models = [bound.model for bound in bound_tables()] + [Leaf, Place, Head, Subtree] + audited
    return [m for m in models if m._base_manager.exists()]


class Tamperer:
    """Does one of the known mischiefs to one table. Each method returns the tables that may be named for it."""

    def __init__(self, dice):
        self.dice = dice
        self.models = tables()

    def row(self, model):
        return self.dice.choice(list(model._base_manager.all()))

    def set(self, model, row, field, value):
        raw = field.get_db_prep_save(value, connection)
        pk = model._meta.pk
        changed = execute(
            f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s WHERE "{pk.column}" = %s',
            [raw, pk.get_db_prep_save(row.pk, connection)],
        )
        assert changed == 1

    def edit(self):
        model = self.dice.choice(self.models)
        row = self.row(model)
        field = self.dice.choice([f for f in model._meta.concrete_fields if not (model is Subtree and f.primary_key)])
        self.set(model, row, field, other(getattr(row, field.attname), field, self.dice))
        return {model._meta.db_table} | ({"audit_leaf"} if model in (Leaf, Place) else set()) | self.around(model)

    def around(self, model):
        """A changed key or leaf of a history row is named on the row of today, or on the leaf, too."""
        if issubclass(model, Audited):
            return {model.history_model._meta.db_table}
        if model in (Place, Leaf, Head, Subtree):
            return {"audit_place", "audit_head", "audit_subtree", "audit_leaf", *(b.table for b in bound_tables())}
        return set()

    def delete(self):
        model = self.dice.choice([m for m in self.models if m is not Leaf])
        row = self.row(model)
        pk = model._meta.pk
        execute(f'DELETE FROM "{model._meta.db_table}" WHERE "{pk.column}" = %s', [pk.get_db_prep_save(row.pk, connection)])
        return {model._meta.db_table} | self.around(model)

    def delete_leaf(self):
        leaf = self.row(Leaf)
        execute("DELETE FROM audit_place WHERE leaf_id = %s", [leaf.pk])
        execute("DELETE FROM audit_leaf WHERE id = %s", [leaf.pk])
        return {"audit_place", "audit_leaf"}

    def insert(self):
        """Put a copy of a row beside it."""
        model = self.dice.choice([m for m in self.models if m not in (Head, Subtree, Place) and not issubclass(m, Audited)])
        row = self.row(model)
        row.pk = 10_000_000
        for field in model._meta.concrete_fields:
            if field.unique and not field.primary_key:
                setattr(row, field.attname, other(getattr(row, field.attname), field, self.dice))
        fields = model._meta.concrete_fields
        execute(
            f'INSERT INTO "{model._meta.db_table}" ({", ".join(chr(34) + f.column + chr(34) for f in fields)}) '
            f"VALUES ({', '.join(['%s'] * len(fields))})",
            [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields],
        )
        return {model._meta.db_table}

    def swap_history(self):
        """Exchange one column of two rows of the same history."""
        model = self.dice.choice([b.model for b in bound_tables() if b.model._base_manager.count() > 1])
        one, two = self.dice.sample(list(model._base_manager.all()), 2)
        fields = [f for f in model._meta.concrete_fields if getattr(one, f.attname) != getattr(two, f.attname)]
        field = self.dice.choice(fields)
        if field.unique:
            self.set(model, one, field, {"history_id": 9_999_999}.get(field.attname, other(getattr(two, field.attname), field, self.dice)))
        else:
            self.set(model, one, field, getattr(two, field.attname))
            self.set(model, two, field, getattr(one, field.attname))
        return {model._meta.db_table} | {m._meta.db_table for m in self.models if issubclass(m, Audited)}

    def swap_places(self):
        """Exchange two leaves in the order, with their entries."""
        one, two = self.dice.sample(list(Place.objects.all()), 2)
        execute('DELETE FROM audit_place WHERE "index" IN (%s, %s)', [one.pk, two.pk])
        for index, place in ((one.pk, two), (two.pk, one)):
            execute('INSERT INTO audit_place ("index", leaf_id, entry) VALUES (%s, %s, %s)', [index, place.leaf_id, bytes(place.entry)])
        return {"audit_head", "audit_subtree"}

    def cut_the_tail(self):
        """Take the last acts out, with all their traces in the ledger."""
        size = self.dice.randrange(1, Place.objects.count())
        for place in Place.objects.filter(index__gte=size).select_related("leaf"):
            execute('DELETE FROM audit_place WHERE "index" = %s', [place.pk])
            uid = place.leaf.uid.hex if connection.vendor == "sqlite" else place.leaf.uid
            for bound in bound_tables():
                execute(f'DELETE FROM "{bound.table}" WHERE leaf = %s', [uid])
            execute("DELETE FROM audit_leaf WHERE id = %s", [place.leaf_id])
        self.new_tree()
        return {"audit_place", "audit_head"}

    def rewrite_all(self):
        """Change a history row and make everything after it fit again, down to the last head."""
        model = self.dice.choice([b.model for b in bound_tables() if b.model._base_manager.exists()])
        for row in self.dice.sample(list(model._base_manager.all()), model._base_manager.count()):
            leaf = Leaf.objects.get(uid=row.leaf)
            facts = json.loads(bytes(leaf.body))
            entry = next((e for e in facts["rows"] if e["i"] == row.leaf_row and "d" in e), None)
            if entry:
                break
        else:
            return self.cut_the_tail()
        field = model._meta.get_field("actor_name")
        self.set(model, row, field, "别人")
        row.refresh_from_db()
        entry["d"] = row_digest(bytes.fromhex(facts["salt"]), model._meta.db_table, line_of_row(row)).hex()
        body = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        digest = hashlib.sha256(body).digest()
        execute("UPDATE audit_leaf SET body = %s, digest = %s WHERE id = %s", [body, digest, leaf.pk])
        execute("UPDATE audit_place SET entry = %s WHERE leaf_id = %s", [digest, leaf.pk])
        self.new_tree()
        return {"audit_head"}

    def new_tree(self):
        """Write subtrees and heads anew over the places as they stand."""
        entries = [bytes(e) for e in Place.objects.order_by("index").values_list("entry", flat=True)]
        frontier, size, made, sizes = [], 0, [], set(Head.objects.values_list("size", flat=True))
        execute("DELETE FROM audit_subtree")
        execute("DELETE FROM audit_head")
        for leaf in merkle.leaf_hashes(entries):
            size = merkle.grow(frontier, size, [leaf], lambda *node: made.append(node))
            if size in sizes or size == len(entries):
                Head.objects.create(size=size, root=merkle.fold(frontier), frontier=b"".join(frontier))
        Subtree.objects.bulk_create(Subtree(level=level, index=i, hash=h) for level, i, h in made if level % 8 == 0)

    def personal(self):
        """Change a personal value, or take its key away."""
        model = self.dice.choice([m for m in self.models if issubclass(m, Audited) and m.PERSONAL])
        rows = [(row, name) for row in model._base_manager.all() for name in model.PERSONAL if getattr(row, name)]
        row, name = self.dice.choice(rows)
        if self.dice.random() < 0.5:
            self.set(model, row, model._meta.get_field(name), "换了")
        else:
            execute("DELETE FROM audit_personalkey WHERE field = %s", [name])
        return {m._meta.db_table for m in self.models if issubclass(m, Audited)}


MISCHIEF = ["edit", "edit", "edit", "delete", "delete_leaf", "insert"]
MISCHIEF += ["swap_history", "swap_places", "cut_the_tail", "rewrite_all", "personal"]


def test_every_tampering_is_refused_or_found_and_named(sealed_desk):
    seal_due()
    head = Head.newest()
    written_down = [(head.size, bytes(head.root))]
    assert verify(roots=written_down).faults == []
    seed = random.randrange(2**32)
    dice, tally = random.Random(seed), {"refused": 0, "found": 0, "against another law": 0}
    tamperer = Tamperer(dice)
    while (number := sum(tally.values()) - tally["against another law"]) < ROUNDS:
        mischief = MISCHIEF[number % len(MISCHIEF)]
        sealed = dice.random() < 0.3
        try:
            with transaction.atomic():
                if not sealed:
                    seals.take_off()
                try:
                    with transaction.atomic():
                        named = getattr(tamperer, mischief)()
                        execute("SET CONSTRAINTS ALL DEFERRED") if connection.vendor == "postgresql" else None
                except DatabaseError as refusal:
                    # A key that is taken, a state that is none: another law of the database was in the way. Try again.
                    tally["refused" if "is sealed" in str(refusal) else "against another law"] += 1
                    raise Undo from None
                report = verify(roots=written_down)
                found = {fault.table for fault in report.faults if "seal" not in fault.what}
                assert found & named, f"seed {seed}, round {number}: {mischief} of {named} was not found; {report.faults[:5]}"
                tally["found"] += 1
                raise Undo
        except Undo:
            pass
    assert tally["refused"] + tally["found"] == ROUNDS
    assert tally["found"] > ROUNDS / 2
    assert tally["refused"] > ROUNDS / 20
    assert seals.faults() == []
    assert verify(roots=written_down).faults == []
