"""Rows that are written once and bound by a leaf, without a history: attempts, readings, lines of an outside file."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import bulk
from .actor import Acting, Actor, Channel, current_channel
from .ledger.leaves import Leaf, Sealed, ShutQuerySet
from .refusals import Refusal
from .signing import Act


class KeptQuerySet(ShutQuerySet):
    """Questions about kept rows; they are written by ``keep()`` only."""

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        self._shut("bulk_create")


class Kept(Sealed):
    """A row that is evidence by itself: append-only, sealed, bound by the leaf under which it was written."""

    leaf = models.UUIDField(db_index=True)
    leaf_row = models.PositiveIntegerField(default=0)
    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError(f"{type(self).__name__} is written by keep(), with its leaf")


def keep(
    rows: Sequence[Kept], *, by: Actor, channel: Channel, kind: str, verb: str, result: str = "ok", daily: bool = False, **facts: Any
) -> None:
    """Write rows of one kept model under one leaf, in one transaction. ``facts`` stand in the leaf in clear.

    Lines of an outside file are kept so: ``kind=Leaf.Kind.LINES, file=<SHA-256 of the file>``.
    """
    if not rows:
        return
    act = Act(actor=by, channel=channel, verb=verb, daily=daily)
    for row in rows:
        row.leaf, row.leaf_row = act.leaf, act.next_row()
    with transaction.atomic():
        if len(rows) == 1:
            models.QuerySet(type(rows[0])).bulk_create(rows)
            act.bind(rows[0])
        else:
            act.bind_bulk(rows, bulk.insert(rows))
        act.write_leaf(kind, result, **facts)


class Attempt(Kept):
    """What was tried and refused. Written by the gate after the rollback, with a leaf of its own.

    The Office reads these: a department that keeps trying to register a fee off the list is what it
    looks for.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("人员"), max_length=100)
    actor_post = models.CharField(max_length=200, blank=True)
    actor_agency = models.CharField(_("单位"), max_length=200, blank=True)
    county = models.CharField(max_length=12, blank=True, db_index=True)
    channel = models.CharField(max_length=20)
    request_id = models.CharField(max_length=64)
    act = models.CharField(_("操作"), max_length=200)
    refusal = models.CharField(max_length=20)
    message = models.TextField(_("拒绝理由"))
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.actor_name} {self.act}: {self.message}"

    @classmethod
    def record(cls, *, by: Acting, act: str, refusal: Refusal) -> "Attempt":
        """Keep one refused act: who tried, what (``act``), why not, and the facts it was tried with."""
        actor, channel = by.as_actor(), current_channel()
        kept = cls(
            actor_id=actor.id,
            actor_name=actor.name,
            actor_post=actor.post,
            actor_agency=actor.agency,
            county=actor.county,
            channel=channel.name,
            request_id=channel.request_id,
            act=act[:200],
            refusal=type(refusal).__name__,
            message=refusal.message,
            facts=refusal.facts,
        )
        keep([kept], by=actor, channel=channel, kind=Leaf.Kind.DENIED, verb=kept.act, result=kept.refusal)
        return kept
