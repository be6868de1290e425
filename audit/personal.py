"""What is personal: for what purpose it is kept, for how long, and under which erasable key it is bound."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

from . import bulk

if TYPE_CHECKING:
    from .models import Audited


@dataclass(frozen=True)
class Personal:
    """Why a personal value is kept, and when it has to go (PIPL Art. 6, 19): ``days`` after ``since``.

    ``days`` None: as long as ``since`` says, without a term in days.
    """

    purpose: Any
    since: Any
    days: int | None = None


@dataclass(frozen=True)
class PersonalField:
    """One line of the register: a personal field, with purpose and term."""

    model: type[models.Model]
    name: str
    kept: Personal | None

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.name}"


def register() -> list[PersonalField]:
    """Return every personal field of the house: what a data inventory has to list."""
    return [
        PersonalField(model, name, model.PERSONAL[name] if isinstance(model.PERSONAL, dict) else None)
        for model in apps.get_models()
        for name in getattr(model, "PERSONAL", ())
    ]


def digest_of(key: bytes, value: Any) -> str:
    """Return what history keeps of a personal value: its HMAC under the erasable key."""
    return hmac.new(key, str(value).encode(), hashlib.sha256).hexdigest()


class PersonalKey(models.Model):
    """The erasable key of one personal value: without it the digest in history and leaf means nothing."""

    table = models.CharField(max_length=80)
    row = models.UUIDField()
    field = models.CharField(max_length=60)
    key = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "row", "field"], name="one_key_for_each_personal_value")]

    def __str__(self) -> str:
        return f"{self.table} {self.row} {self.field}"

    @classmethod
    def digests_of(cls, instance: "Audited") -> dict[str, str]:
        """Return field -> HMAC under its key, for the personal fields of ``instance`` that hold a value."""
        digests = {}
        for name in instance.PERSONAL:
            value = getattr(instance, name)
            if value in ("", None):
                continue
            held, _made = cls.objects.get_or_create(
                table=instance._meta.db_table,
                row=instance.uid,
                field=name,
                defaults={"key": secrets.token_bytes(32)},
            )
            digests[name] = digest_of(bytes(held.key), value)
        return digests

    @classmethod
    def digests_of_new(cls, rows: "Sequence[Audited]") -> list[dict[str, str]]:
        """Return the digests of many new rows of one model; each personal value gets a key of its own, written in bulk."""
        made, digests = [], []
        for row in rows:
            said = {}
            for name in row.PERSONAL:
                value = getattr(row, name)
                if value in ("", None):
                    continue
                key = secrets.token_bytes(32)
                made.append(cls(table=row._meta.db_table, row=row.uid, field=name, key=key))
                said[name] = digest_of(key, value)
            digests.append(said)
        if made:
            bulk.insert(made)
        return digests
