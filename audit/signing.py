"""signed(): the one way in which an audited row is saved.

    with signed(by=user, post=post, verb="submit", note="…"):
        plan.save()

Everything saved inside is one act: one history row for each save, each carrying the verb and the
actor's name in clear, all bound by one leaf in the same transaction. If the history or the leaf
can't be written, the act has not happened.
"""

import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connection, models, transaction

from .actor import Acting, Actor, Channel, current_channel
from .ledger import merkle
from .ledger.canonical import columns_of, line_of_row
from .ledger.leaves import Leaf, row_digest, time_ordered_uid


class Unsigned(RuntimeError):
    """An audited row was saved outside ``signed()``: a fault of the program, not of the person."""


def _mark() -> None:
    """Stand among the callbacks of the transaction: a savepoint that rolls back takes its own away."""


@dataclass
class Act:
    """What one outermost signature gathers: the rows saved, to be bound by one leaf."""

    actor: Actor
    channel: Channel
    verb: str
    leaf: uuid.UUID = field(default_factory=time_ordered_uid)
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    bound: list[tuple[Callable[[], None], dict[str, Any]]] = field(default_factory=list)
    count: int = 0
    daily: bool = False
    first_mark: int = field(default_factory=lambda: len(connection.run_on_commit))

    def next_row(self) -> int:
        """Return the place of the next row inside this act: 0, 1, 2 …"""
        self.count += 1
        return self.count - 1

    def bind(self, row: models.Model) -> None:
        """Take one saved row into the leaf: its key and all its values."""
        self._take(self.entry(row))

    def entry(self, row: models.Model) -> dict[str, Any]:
        """Return what the leaf says of one row: table, fields, place in the act, digest."""
        return {**_table_and_fields(row), "i": row.leaf_row, "d": row_digest(self.salt, row._meta.db_table, line_of_row(row))}

    def bind_bulk(self, rows: Sequence[models.Model], lines: Iterable[bytes]) -> None:
        """Take many saved rows of one table into the leaf as the Merkle root of their digests."""
        table = rows[0]._meta.db_table
        root = merkle.root(merkle.leaf_hashes(row_digest(self.salt, table, line) for line in lines))
        self._take({**_table_and_fields(rows[0]), "i": rows[0].leaf_row, "n": len(rows), "root": root})

    def _take(self, entry: dict[str, Any]) -> None:
        mark = partial(_mark)
        transaction.on_commit(mark)
        self.bound.append((mark, entry))

    def _standing(self) -> list[dict[str, Any]]:
        """Return what is bound and has not been taken back by a savepoint; sweep up the marks."""
        own = {mark for mark, _ in self.bound}
        callbacks = connection.run_on_commit[self.first_mark :]
        standing = own.intersection(callback[1] for callback in callbacks)
        connection.run_on_commit[self.first_mark :] = [callback for callback in callbacks if callback[1] not in own]
        return [entry for mark, entry in self.bound if mark in standing]

    def write_leaf(self, kind: str = Leaf.Kind.ACT, result: str = "ok", **facts: Any) -> None:
        """Write the leaf, unless nothing was saved. Rows that a savepoint took back are not in it."""
        rows = self._standing()
        if rows:
            Leaf.write(kind=kind, uid=self.leaf, salt=self.salt, daily=self.daily, facts=self.facts(rows, result, **facts))

    def facts(self, rows: list[dict[str, Any]], result: str = "ok", **facts: Any) -> dict[str, Any]:
        """Return what stands in the leaf: who, what, how it came in, with which result, and the rows it binds."""
        actor = self.actor
        who = {"id": actor.id, "name": actor.name, "post": actor.post, "agency": actor.agency, "county": actor.county}
        return {
            "verb": self.verb,
            "result": result,
            "actor": who,
            "channel": self.channel.name,
            "request": self.channel.request_id,
            "rows": rows,
            **facts,
        }


def _table_and_fields(row: models.Model) -> dict[str, Any]:
    return {"t": row._meta.db_table, "f": [name for name, _ in columns_of(type(row))]}


@dataclass(frozen=True)
class Signature:
    """What the innermost ``signed()`` writes on each history row."""

    act: Act
    actor: Actor
    verb: str
    note: str


_signature: ContextVar[Signature | None] = ContextVar("signature", default=None)


def current_signature(of: str) -> Signature:
    """Return the running signature, or refuse to save ``of`` without one."""
    signature = _signature.get()
    if signature is None:
        raise Unsigned(f"{of} is audited: save it inside signed(by=, verb=)")
    return signature


@contextmanager
def signed(*, by: Acting, verb: str, note: str = "", post: object | None = None) -> Iterator[Signature]:
    """Sign everything saved inside: who, in which post, what and why, in one transaction.

    A signature inside another belongs to the same act (one leaf) and keeps its own verb.
    """
    outer = _signature.get()
    actor = by.as_actor(post)
    with transaction.atomic():
        act = outer.act if outer else Act(actor=actor, channel=current_channel(), verb=verb)
        token = _signature.set(Signature(act=act, actor=actor, verb=verb, note=note))
        count = act.count
        try:
            yield _signature.get()
            if outer is None:
                act.write_leaf()
        except BaseException:
            act.count = count  # what was saved in here is rolled back; the act outside may go on
            raise
        finally:
            _signature.reset(token)
