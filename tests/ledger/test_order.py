"""Every committed leaf gets its place exactly once; what comes in once a day does not tell its hour."""

import datetime
import json

import pytest
from django.db import transaction
from django.utils import timezone

from audit.ledger import merkle, tree
from audit.ledger.sealer import overdue, seal_due
from audit.ledger.verify import verify
from audit.models import Head, Leaf, Place, Reading, Waiting, signed
from tests import make

pytestmark = pytest.mark.django_db


def places():
    return list(Place.objects.order_by("index").values_list("index", "leaf_id"))


def test_every_leaf_gets_one_place_and_the_order_has_no_gap(desk):
    leaves = Leaf.objects.count()
    assert Waiting.objects.count() == leaves
    assert seal_due() == leaves
    assert [index for index, _ in places()] == list(range(leaves))
    assert {leaf for _, leaf in places()} == set(Leaf.objects.values_list("id", flat=True))
    assert (Waiting.objects.count(), Head.newest().size) == (0, leaves)
    assert seal_due() == 0
    desk.draft()
    assert seal_due() == 1
    assert Head.newest().size == leaves + 1


def test_the_tree_of_the_places_is_the_tree_of_the_entries(desk, monkeypatch):
    from audit.ledger import sealer

    monkeypatch.setattr(sealer, "BATCH", 7)
    for _ in range(300):
        Leaf.write(kind="act", facts={"rows": []})
    seal_due()
    entries = [bytes(e) for e in Place.objects.order_by("index").values_list("entry", flat=True)]
    hashes = merkle.leaf_hashes(entries)
    size, head = len(entries), Head.newest()
    assert bytes(head.root) == merkle.root(hashes) == tree.root_of(size)
    assert tree.Subtree.objects.filter(level=8).count() == size // 256 == 1
    for index in (0, 1, 255, 256, size - 1):
        assert merkle.verify_inclusion(hashes[index], index, size, tree.prove_inclusion(index, size), bytes(head.root))
    for first in (1, 7, 256, 257):
        assert merkle.verify_consistency(first, size, tree.root_of(first), bytes(head.root), tree.prove_consistency(first, size))


def test_one_row_of_a_bulk_act_is_proved_by_itself():
    digests = [bytes([n]) * 32 for n in range(11)]
    hashes = merkle.leaf_hashes(digests)
    proof = tree.prove_row(digests, 6)
    assert merkle.verify_inclusion(hashes[6], 6, 11, proof, merkle.root(hashes))


def test_readings_wait_until_the_legal_day_has_ended_and_then_stand_in_no_order(desk, read):
    seal_due()
    before = len(places())
    for _ in range(12):
        read()
    desk.draft()
    assert seal_due() == 1, "only the draft is taken in today"
    leaves = list(Leaf.objects.filter(kind="reading").order_by("id"))
    midnight = timezone.make_aware(datetime.datetime.combine(timezone.localdate() + datetime.timedelta(days=1), datetime.time()))
    assert set(Waiting.objects.values_list("due", flat=True)) == {midnight}
    Waiting.objects.update(due=timezone.now())  # the day has ended
    assert seal_due() == 12
    placed = [leaf for _, leaf in places()[before + 1 :]]
    assert placed == [leaf.id for leaf in sorted(leaves, key=lambda leaf: bytes(leaf.digest))]
    assert placed != sorted(placed)
    assert verify().faults == []


def test_an_overdue_leaf_raises_the_alarm(desk, read, caplog):
    seal_due()
    read()
    desk.draft()
    assert overdue() == []
    late = timezone.now() - datetime.timedelta(seconds=61)
    Waiting.objects.filter(daily=False).update(due=late)
    (leaf,) = overdue()
    assert (leaf.kind, leaf.since) == ("act", late)
    seal_due()
    assert overdue() == []
    Waiting.objects.update(due=timezone.now() - datetime.timedelta(days=1))
    assert [leaf.kind for leaf in overdue()] == ["reading"]


def test_an_act_that_is_rolled_back_has_neither_leaf_nor_place(desk):
    before = Leaf.objects.count()
    try:
        with transaction.atomic():
            desk.draft()
            raise RuntimeError
    except RuntimeError:
        pass
    assert (Leaf.objects.count(), Waiting.objects.count()) == (before, before)


@pytest.mark.parametrize("inner", ["savepoint", "signature"])
def test_rows_that_a_savepoint_takes_back_are_not_in_the_leaf(desk, inner):
    item = desk.item
    block = transaction.atomic if inner == "savepoint" else lambda: signed(by=desk.clerk, verb="inner")
    with signed(by=make.system(), verb="found"):
        item.source = "甲"
        item.save()
        try:
            with block():
                item.source = "乙"
                item.save()
                raise RuntimeError
        except RuntimeError:
            item.refresh_from_db()
        item.source = "丙"
        item.save()
    leaf = Leaf.objects.latest("id")
    assert [row["i"] for row in json.loads(bytes(leaf.body))["rows"]] == ([0, 2] if inner == "savepoint" else [0, 1])
    assert list(item.history.filter(leaf=leaf.uid).order_by("leaf_row").values_list("source", flat=True)) == ["甲", "丙"]
    assert verify().faults == []


def test_marks_of_an_act_do_not_stay_among_the_callbacks(desk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        desk.draft()
    assert callbacks == []


def test_a_reading_says_who_was_shown_what_and_when(desk, read):
    (reading,) = read()
    reading.refresh_from_db()
    contact = desk.establishment.enterprise.contact
    assert (reading.actor_name, reading.what) == (desk.reviewer.name, "contact")
    assert (reading.table, reading.row) == ("accounts_contact", contact.uid)
    assert Leaf.objects.get(uid=reading.leaf).kind == "reading"
    several = Reading.record(by=desk.reviewer, what="export", rows=[contact, desk.establishment, desk.item])
    assert len({r.leaf for r in several}) == 1
    assert Reading.record(by=desk.reviewer, what="export", rows=[]) == []
    assert verify().faults == []


def test_rows_that_are_written_once_have_no_other_door(desk, read):
    (reading,) = read()
    for door in (reading.save, reading.delete, Reading.objects.all().delete, Leaf.objects.first().delete, Leaf.objects.first().save):
        with pytest.raises(TypeError):
            door()
    with pytest.raises(TypeError):
        Reading.objects.update(what="x")
    with pytest.raises(TypeError):
        Reading.objects.bulk_create([Reading()])
