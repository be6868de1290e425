"""The leaf: one for each act, written in the acting transaction, its body kept exactly as hashed.

A leaf has no place yet; order, seals and checkpoints are given to it afterwards.
"""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils import timezone

from .canonical import canonical


class Leaf(models.Model):
    """What the ledger keeps of one act. Append-only.

    ``body`` is canonical JSON with a random salt, so that whoever is shown only ``digest``
    (SHA-256 of the body, 32 bytes) can neither read nor guess what it stands for.
    """

    class Kind(models.TextChoices):
        ACT = "act"
        DENIED = "denied"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    body = models.BinaryField()
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @classmethod
    def write(cls, *, kind: str, facts: dict[str, Any], uid: uuid.UUID | None = None, salt: bytes | None = None) -> "Leaf":
        """Write the leaf of one act. ``facts`` are bound as they stand; returns the saved leaf."""
        uid, at = uid or uuid.uuid4(), timezone.now()
        salt = salt or secrets.token_bytes(32)
        body = canonical({"v": 1, "uid": uid, "kind": kind, "at": at, "salt": salt, **facts})
        return cls.objects.create(uid=uid, kind=kind, at=at, body=body, digest=hashlib.sha256(body).digest())


def row_digest(salt: bytes, table: str, values: Sequence[Any]) -> str:
    """Return the salted digest that binds one history row: HMAC-SHA256 over table name and field values.

    The names of the fields stand in the leaf, in the order of ``values``, so that a column added
    later leaves old digests as they are.
    """
    return hmac.new(salt, canonical([table, list(values)]), hashlib.sha256).hexdigest()
