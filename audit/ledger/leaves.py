"""The leaf: one for each act, written in the acting transaction, its body kept exactly as hashed.

A leaf has no place yet; the sealer gives it one after the commit. Until then it waits in a queue that
is filled and emptied in the same transactions as the leaf and its place.
"""

import datetime
import hashlib
import secrets
import time
import uuid
from typing import Any

from django.db import connection, models
from django.utils import timezone

from .canonical import canonical, instant


class ShutQuerySet(models.QuerySet):
    """Rows that are written once: no change, no deletion."""

    def _shut(self, door: str) -> None:
        raise TypeError(f"{self.model.__name__}.{door}(): these rows are written once and never changed")

    def update(self, **kwargs: Any) -> int:
        self._shut("update")

    def delete(self) -> tuple[int, dict[str, int]]:
        self._shut("delete")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        self._shut("bulk_update")


class Sealed(models.Model):
    """A row of the ledger: written once. The database refuses the rest (``seals.py``)."""

    objects = ShutQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is written once and never changed")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{type(self).__name__} is written once and never deleted")


class Leaf(Sealed):
    """What the ledger keeps of one act. Append-only.

    ``body`` is canonical JSON with a random salt, so that whoever is shown only ``digest``
    (SHA-256 of the body, 32 bytes) can neither read nor guess what it stands for.
    """

    class Kind(models.TextChoices):
        ACT = "act"
        DENIED = "denied"
        READING = "reading"
        LINES = "lines"
        SEAL = "seal"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    body = models.BinaryField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(kind="seal"), name="leaves_of_owners_procedures")]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @classmethod
    def write(
        cls,
        *,
        kind: str,
        facts: dict[str, Any],
        uid: uuid.UUID | None = None,
        salt: bytes | None = None,
        daily: bool = False,
    ) -> uuid.UUID:
        """Write the leaf of one act and put it in the queue. ``facts`` are bound as they stand; returns its uid.

        ``daily``: its place must not tell the hour at which it was written, so it is taken in after
        the legal day has ended, in no order, with all others of that day.
        """
        uid, at, salt = uid or time_ordered_uid(), timezone.now(), salt or secrets.token_bytes(32)
        body = canonical({"v": 2, "uid": uid, "kind": kind, "at": instant(at), "salt": salt, **facts})
        row = [uid, str(kind), at, body, hashlib.sha256(body).digest(), end_of_legal_day(at) if daily else at, daily]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(_WRITE, row)  # one way to the server instead of two
        else:
            leaf = cls(**dict(zip(["uid", "kind", "at", "body", "digest"], row[:5], strict=True)))
            leaf.save()
            Waiting.objects.create(leaf=leaf, due=row[5], daily=daily)
        return uid


class Waiting(models.Model):
    """The queue before the sealer: a leaf that has no place yet. Not sealed, since it is emptied."""

    leaf = models.OneToOneField(Leaf, models.PROTECT, primary_key=True, db_constraint=False, related_name="+")
    due = models.DateTimeField(db_index=True)
    daily = models.BooleanField()

    def __str__(self) -> str:
        return f"leaf {self.leaf_id} since {self.due}"


_WRITE = (
    f"WITH leaf AS (INSERT INTO {Leaf._meta.db_table} (uid, kind, at, body, digest) VALUES (%s, %s, %s, %s, %s) RETURNING id) "
    f"INSERT INTO {Waiting._meta.db_table} (leaf_id, due, daily) SELECT id, %s, %s FROM leaf"
)


def end_of_legal_day(at: datetime.datetime) -> datetime.datetime:
    """Return the midnight that ends the legal day of ``at``."""
    tomorrow = timezone.localdate(at) + datetime.timedelta(days=1)
    return timezone.make_aware(datetime.datetime.combine(tomorrow, datetime.time()))


def time_ordered_uid() -> uuid.UUID:
    """Return a random uid that begins with the time (RFC 9562, version 7).

    History rows are found by the uid of their leaf: so that neighbours in time are neighbours in the
    index too, and a verifier reads both in one sweep.
    """
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return uuid.UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def row_digest(salt: bytes, table: str, line: bytes) -> bytes:
    """Return the salted digest that binds one row: SHA-256 over the 32 bytes of salt, the table's name and the row's line.

    The names of the fields stand in the leaf, in the order of the line, so that a column added
    later leaves old digests as they are.
    """
    return hashlib.sha256(b"%b%b\t%b" % (salt, table.encode(), line)).digest()
