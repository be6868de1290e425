"""Verification: does what stands in the database still fit together, and does it fit the roots kept elsewhere?

order.py    places and the tree over them: without a gap, the stored heads, the roots written down elsewhere
rows.py     leaves against their rows and rows against their leaves, in one sweep over both
today.py    the rows of today against their newest history, personal values against their keys

Everything is read in one snapshot and judged here, not in the database; it names what is wrong and goes on.
"""

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from .. import seals
from ..tree import Head
from . import order, rows, today
from .report import Fault, Report

__all__ = ["Fault", "Report", "Root", "verify"]

#: a root written down elsewhere: how many places it covers, and its hash
Root = tuple[int, bytes]


@dataclass
class Progress:
    """Tells how far a verification has come."""

    tell: Callable[[str], None] = lambda line: None
    started: float = field(default_factory=time.monotonic)
    told: float = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        if done < total and time.monotonic() - self.told < 1:
            return
        self.told = time.monotonic()
        self.tell(f"{what}: {done:,} / {total:,} ({time.monotonic() - self.started:.1f} s)")


def verify(*, since: int = 0, roots: Iterable[Root] = (), order_only: bool = False, tell: Callable[[str], None] | None = None) -> Report:
    """Verify the ledger, whole or from place ``since`` on, against the given roots.

    ``order_only``: only places and tree, not what the leaves stand for.
    """
    progress = Progress(tell) if tell else Progress()
    with _one_snapshot(), _no_collecting():
        report = Report(since=since)
        report.faults += [Fault(fault.table, "", f"seal: {fault.what}") for fault in seals.faults()]
        order.check(report, since=since, roots=sorted(roots), progress=progress)
        if not order_only:
            rows.check(report, since=since, progress=progress)
            today.check(report, progress=progress)
        newest = Head.newest()
        report.root = bytes(newest.root).hex() if newest else ""
    report.seconds = time.monotonic() - progress.started
    return report


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Read everything as it stood at one moment, while others go on writing."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # The texts of values are bound in this form; nothing that a role or database has set may change it.
            cursor.execute("SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex'")
            cursor.execute("SET LOCAL row_security = off; SET LOCAL jit = off")
        yield


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Leave the collector out: millions of small things live and die here, none in a circle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
