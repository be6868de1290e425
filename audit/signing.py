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

from django.db import models, transaction

from .actor import Acting, Actor, Channel, current_channel
from .ledger import merkle
from .ledger.leaves import Leaf, row_digest


class Unsigned(RuntimeError):
    """An audited row was saved outside ``signed()``: a fault of the program, not of the person."""


@dataclass
class Act:
    """What one outermost signature gathers: the rows saved, to be bound by one leaf."""

    actor: Actor
    channel: Channel
    verb: str
    note: str
    leaf: uuid.UUID = field(default_factory=uuid.uuid4)
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    rows: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def bind(self, history_row: models.Model) -> None:
        """Take one history row into the leaf."""
        fields, values = bound(history_row)
        table = history_row._meta.db_table
        self.rows.append({"t": table, "f": fields, "d": row_digest(self.salt, table, values)})

    def bind_bulk(self, history_rows: Sequence[models.Model]) -> None:
        """Take many rows of one table into the leaf as the Merkle root of their digests."""
        table, digests = history_rows[0]._meta.db_table, []
        for row in history_rows:
            fields, values = bound(row)
            digests.append(merkle.leaf_hash(bytes.fromhex(row_digest(self.salt, table, values))))
        first = history_rows[0].leaf_row
        self.rows.append({"t": table, "f": fields, "first": first, "n": len(digests), "root": merkle.root(digests)})

    def next_row(self) -> int:
        """Return the place of the next history row inside this act: 0, 1, 2 …"""
        self.count += 1
        return self.count - 1

    def write_leaf(self) -> None:
        """Write the leaf, unless nothing was saved."""
        if not self.rows:
            return
        Leaf.write(
            kind=Leaf.Kind.ACT,
            uid=self.leaf,
            salt=self.salt,
            facts={
                "verb": self.verb,
                "result": "ok",
                "actor": {
                    "id": self.actor.id,
                    "name": self.actor.name,
                    "post": self.actor.post,
                    "agency": self.actor.agency,
                    "county": self.actor.county,
                },
                "channel": self.channel.name,
                "request": self.channel.request_id,
                "rows": self.rows,
            },
        )


def bound(history_row: models.Model) -> tuple[list[str], list[Any]]:
    """Return names and values of the fields of a history row that its digest binds: all but its key."""
    fields = [f.attname for f in history_row._meta.concrete_fields if not f.primary_key]
    return fields, [getattr(history_row, name) for name in fields]


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
    kept = (len(outer.act.rows), outer.act.count) if outer else (0, 0)
    with transaction.atomic():
        act = outer.act if outer else Act(actor=actor, channel=current_channel(), verb=verb, note=note)
        token = _signature.set(Signature(act=act, actor=actor, verb=verb, note=note))
        try:
            yield _signature.get()
            if outer is None:
                act.write_leaf()
        except BaseException:  # rolled back: the act outside, if it goes on, must not bind what is not there
            del act.rows[kept[0] :]
            act.count = kept[1]
            raise
        finally:
            _signature.reset(token)
