"""signed(): the one way in which an audited row is saved.

    with signed(by=user, post=post, verb="submit", note="…"):
        plan.save()

Everything saved inside is one act: one history row for each save, each carrying the verb and the
actor's name in clear, all bound by one leaf in the same transaction. If the history or the leaf
can't be written, the act has not happened.
"""

import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction

from .actor import Acting, Actor, Channel, current_channel
from .ledger import merkle
from .ledger.canonical import columns_of, texts_of
from .ledger.leaves import Leaf, row_digest, time_ordered_uid


class Unsigned(RuntimeError):
    """An audited row was saved outside ``signed()``: a fault of the program, not of the person."""


class Mark:
    """Stands among the callbacks of the transaction. A savepoint that rolls back takes it away."""

    def __call__(self) -> None:
        """Do nothing: only its presence before the commit counts."""


@dataclass
class Act:
    """What one outermost signature gathers: the rows saved, to be bound by one leaf."""

    actor: Actor
    channel: Channel
    verb: str
    leaf: uuid.UUID = field(default_factory=time_ordered_uid)
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    bound: list[tuple[Mark, dict[str, Any]]] = field(default_factory=list)
    count: int = 0
    daily: bool = False

    def next_row(self) -> int:
        """Return the place of the next row inside this act: 0, 1, 2 …"""
        self.count += 1
        return self.count - 1

    def bind(self, row: models.Model) -> None:
        """Take one saved row into the leaf: its key and all its values."""
        self._take(row, {"i": row.leaf_row, "d": self._digest(row)})

    def bind_bulk(self, rows: Sequence[models.Model]) -> None:
        """Take many saved rows of one table into the leaf as the Merkle root of their digests."""
        root = merkle.root(merkle.leaf_hashes(self._digest(row) for row in rows))
        self._take(rows[0], {"i": rows[0].leaf_row, "n": len(rows), "root": root})

    def _digest(self, row: models.Model) -> bytes:
        values = [getattr(row, f.attname) for f in row._meta.concrete_fields]
        return row_digest(self.salt, row._meta.db_table, texts_of(type(row), values))

    def _take(self, row: models.Model, entry: dict[str, Any]) -> None:
        mark = Mark()
        transaction.on_commit(mark)
        fields = [name for name, _ in columns_of(type(row))]
        self.bound.append((mark, {"t": row._meta.db_table, "f": fields, **entry}))

    def write_leaf(self, kind: str = Leaf.Kind.ACT, result: str = "ok", **facts: Any) -> None:
        """Write the leaf, unless nothing was saved. Rows that a savepoint took back are not in it."""
        standing = {callback[1] for callback in connection.run_on_commit}
        rows = [entry for mark, entry in self.bound if mark in standing]
        if not rows:
            return
        actor = self.actor
        who = {"id": actor.id, "name": actor.name, "post": actor.post, "agency": actor.agency, "county": actor.county}
        Leaf.write(
            kind=kind,
            uid=self.leaf,
            salt=self.salt,
            daily=self.daily,
            facts={
                "verb": self.verb,
                "result": result,
                "actor": who,
                "channel": self.channel.name,
                "request": self.channel.request_id,
                "rows": rows,
                **facts,
            },
        )


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
        try:
            yield _signature.get()
            if outer is None:
                act.write_leaf()
        finally:
            _signature.reset(token)
