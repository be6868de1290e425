"""The sealer: gives every committed leaf its place in the total order, exactly once, and grows the tree.

``seal_due`` is called by the sweep, or each second by its own worker. A leaf whose act has not committed
cannot be seen, whatever its number; it is in the queue when the act commits, and is taken then.
"""

import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from . import merkle
from .leaves import Waiting
from .tree import STRIDE, Head, Place, Subtree

log = logging.getLogger(__name__)

#: leaves taken in by one transaction
BATCH = 20_000
#: an ordinary leaf that waits longer than this, or a daily one so long after its day, is overdue
PATIENCE = datetime.timedelta(minutes=1)
#: names the advisory lock of the sealer: "mingjian" in ASCII
LOCK = int.from_bytes(b"mingjian")


def seal_due(*, by: Any = None) -> int:
    """Take in every leaf that is due. Safe to repeat and to run twice at once. Returns how many were taken in.

    ``by`` is there because every function of the sweep has it; order is nobody's act and is not signed.
    """
    sealed = 0
    while True:
        taken = _seal_batch()
        sealed += taken
        if taken < BATCH:
            break
    for leaf in overdue():
        log.error("overdue: %s", leaf)
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    """Take in one batch in one short transaction. At any time one sealer is at work; others leave at once."""
    if not _alone():
        return 0
    now = timezone.now()
    leaves = _take(now)
    if not leaves:
        return 0
    head = Head.newest()
    size, frontier = (head.size, head.subtrees) if head else (0, [])
    _place(leaves, size)
    made: list[Subtree] = []

    def keep(level: int, index: int, node: bytes) -> None:
        if level % STRIDE == 0:
            made.append(Subtree(level=level, index=index, hash=node))

    size = merkle.grow(frontier, size, merkle.leaf_hashes(digest for _, digest in leaves), keep)
    Subtree.objects.bulk_create(made)
    Head.objects.create(size=size, root=merkle.fold(frontier), frontier=b"".join(frontier))
    return len(leaves)


def _alone() -> bool:
    """Lock out other sealers until the transaction ends. On SQLite, writing at all does that."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s), current_setting('transaction_isolation')", [LOCK])
        alone, isolation = cursor.fetchone()
    if isolation != "read committed":
        raise transaction.TransactionManagementError(f"the sealer has to see what others commit, but runs in {isolation!r}")
    return alone


def _take(now: datetime.datetime) -> list[tuple[int, bytes]]:
    """Take the leaves that are due out of the queue: first the others by number, then the daily ones in no order.

    A daily leaf stands where its digest, which is as good as random, puts it.
    """
    due = Waiting.objects.filter(due__lte=now).order_by("daily", "leaf_id")
    found = list(due.values_list("leaf_id", "daily", "leaf__digest")[:BATCH])
    if len(found) == BATCH:
        # What does not fit waits; but the daily ones of a day are never cut in the order of their writing.
        found = [row for row in found if not row[1]] or list(due.values_list("leaf_id", "daily", "leaf__digest"))
    table = Waiting._meta.db_table
    numbers = [leaf for leaf, _, _ in found]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DELETE FROM {table} WHERE leaf_id = ANY(%s)", [numbers])
        else:
            cursor.executemany(f"DELETE FROM {table} WHERE leaf_id = %s", [(number,) for number in numbers])
    found.sort(key=lambda row: (row[1], bytes(row[2]) if row[1] else row[0]))
    return [(leaf, bytes(digest)) for leaf, _, digest in found]


def _place(leaves: Sequence[tuple[int, bytes]], first: int) -> None:
    if connection.vendor != "postgresql":
        Place.objects.bulk_create([Place(index=first + i, leaf_id=leaf, entry=digest) for i, (leaf, digest) in enumerate(leaves)])
        return
    numbers, entries = [leaf for leaf, _ in leaves], [digest for _, digest in leaves]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Place._meta.db_table} (index, leaf_id, entry) SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])",
            [list(range(first, first + len(leaves))), numbers, entries],
        )


# --- the alarm ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Overdue:
    """A leaf that should have a place by now."""

    leaf: int
    kind: str
    since: datetime.datetime

    def __str__(self) -> str:
        return f"leaf {self.leaf} ({self.kind}) should have been taken in at {self.since:%Y-%m-%d %H:%M:%S%z}"


def overdue(limit: int = 100) -> list[Overdue]:
    """Return the leaves that wait longer than a minute after they were due; the longest first.

    An ordinary leaf is due at once, one that is taken in once a day when its legal day has ended.
    """
    late = Waiting.objects.filter(due__lt=timezone.now() - PATIENCE).order_by("due")
    return [Overdue(*row) for row in late.values_list("leaf_id", "leaf__kind", "due")[:limit]]


def waiting() -> dict[str, int]:
    """Return how many leaves wait for their place, by kind."""
    counts: dict[str, int] = {}
    for kind in Waiting.objects.values_list("leaf__kind", flat=True):
        counts[kind] = counts.get(kind, 0) + 1
    return counts
