"""Readings (查阅留痕): who opened which personal detail, receipt, complaint or export, and when."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .actor import Acting, current_channel
from .kept import Kept, keep
from .ledger.leaves import Leaf


class Reading(Kept):
    """One thing that one person was shown. Sealed like an act; taken into the order once a day."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("人员"), max_length=100)
    actor_post = models.CharField(max_length=200, blank=True)
    actor_agency = models.CharField(_("单位"), max_length=200, blank=True)
    county = models.CharField(max_length=12, blank=True, db_index=True)
    channel = models.CharField(max_length=20)
    request_id = models.CharField(max_length=64)
    what = models.CharField(_("查阅内容"), max_length=40)
    table = models.CharField(max_length=80)
    row = models.UUIDField(db_index=True)

    class Meta:
        verbose_name = _("查阅留痕")

    def __str__(self) -> str:
        return f"{self.actor_name} {self.what} {self.row}"

    @classmethod
    def record(cls, *, by: Acting, what: str, rows: Iterable[Any], post: object | None = None) -> "list[Reading]":
        """Keep that ``by`` is being shown ``what`` of each of ``rows`` (audited rows), all under one leaf.

        Call it before the answer is made: what could not be recorded is not shown.
        """
        actor, channel = by.as_actor(post), current_channel()
        readings = [
            cls(
                actor_id=actor.id,
                actor_name=actor.name,
                actor_post=actor.post,
                actor_agency=actor.agency,
                county=actor.county,
                channel=channel.name,
                request_id=channel.request_id,
                what=what,
                table=row._meta.db_table,
                row=row.uid,
            )
            for row in rows
        ]
        keep(readings, by=actor, channel=channel, kind=Leaf.Kind.READING, verb=what, daily=True)
        return readings
