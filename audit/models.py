"""The face of ``audit``.

Audited     a row whose every change is signed         signed() · signed_bulk()
Stepped     an audited row that moves by a table of steps
Leaf        what the ledger keeps of one act           Series     numbers without gaps
Kept        a row written once, bound by a leaf        keep()
Attempt     what was refused, kept for the Office      Reading    who was shown what
Personal    purpose and term of a personal field
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from . import bulk
from .actor import Acting
from .bulk import load
from .kept import Attempt, Kept, keep
from .ledger.leaves import Leaf, Waiting
from .ledger.tree import Head, Place, Subtree
from .numbers import Series
from .personal import Personal, PersonalKey
from .readings import Reading
from .refusals import Gone, NotYours, Refusal, Refused, TooMany, WrongMoment
from .sending import harmless_twice
from .signing import Signature, Unsigned, current_signature, signed

__all__ = [
    "Attempt",
    "Audited",
    "AuditedQuerySet",
    "Gone",
    "Head",
    "HistoryRow",
    "Kept",
    "Leaf",
    "NotYours",
    "Personal",
    "PersonalKey",
    "Place",
    "Reading",
    "Refusal",
    "Refused",
    "Series",
    "Subtree",
    "TooMany",
    "Unsigned",
    "Waiting",
    "WrongMoment",
    "harmless_twice",
    "keep",
    "load",
    "signed",
    "signed_bulk",
]


class HistoryRow(models.Model):
    """What every history row carries beside the values: verb, actor in clear, channel, and its leaf."""

    verb = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=100)
    actor_post = models.CharField(max_length=40, blank=True)
    actor_agency = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=20)
    request_id = models.CharField(max_length=64)
    leaf = models.UUIDField(db_index=True)
    leaf_row = models.PositiveIntegerField()
    personal = models.JSONField(default=dict)

    class Meta:
        abstract = True


class SignedHistory(HistoricalRecords):
    """simple-history's records, each signed and bound by a leaf, without the fields named ``PERSONAL``.

    Foreign keys of a history row carry neither constraint nor index: history is read by the row it
    belongs to and by its leaf.
    """

    def create_history_model(self, model: Any, inherited: bool) -> type[models.Model]:
        history_model = super().create_history_model(model, inherited)
        history_model.written_by = self
        model.history_model = history_model  # asking the manager for it builds a class each time
        return history_model

    def add_extra_methods(self, cls: type[models.Model]) -> None:
        """Leave out simple-history's ``save_without_historical_record``, which would cover ours that refuses."""

    def fields_included(self, model: Any) -> list[models.Field]:
        return [f for f in super().fields_included(model) if f.name not in model.PERSONAL]

    def copy_fields(self, model: Any) -> dict[str, models.Field]:
        fields = super().copy_fields(model)
        for field in fields.values():
            if isinstance(field, models.ForeignKey):
                field.db_index = False
        return fields

    def history_row(self, instance: "Audited", history_type: str, signature: Signature) -> models.Model:
        """Return the unsaved history row of ``instance`` under ``signature``."""
        signature.act.daily |= instance.LEAF_DAILY
        return instance.history_model(
            **self._said_by(signature, history_type),
            leaf_row=signature.act.next_row(),
            personal=PersonalKey.digests_of(instance),
            **{f.attname: f.to_python(getattr(instance, f.attname)) for f in self.fields_included(type(instance))},
        )

    def history_rows(self, instances: "Sequence[Audited]", signature: Signature, personal: Sequence[dict[str, str]]) -> list[models.Model]:
        """Return the unsaved history rows of many new rows of one model, whose values have the types of their fields.

        ``personal``: the digests of each. Built by position: a hundred thousand rows by keyword take half a minute more.
        """
        model = type(instances[0])
        signature.act.daily |= model.LEAF_DAILY
        said, history = self._said_by(signature, "+"), model.history_model
        names = [field.attname for field in history._meta.concrete_fields]
        same = [said.get(name) for name in names]
        own = [(names.index(field.attname), field.attname) for field in self.fields_included(model)]
        row_at, personal_at = names.index("leaf_row"), names.index("personal")
        made = []
        for instance, digests in zip(instances, personal, strict=True):
            values, held = same.copy(), instance.__dict__
            for place, name in own:
                values[place] = held[name]
            values[row_at], values[personal_at] = signature.act.next_row(), digests
            made.append(history(*values))
        return made

    def _said_by(self, signature: Signature, history_type: str) -> dict[str, Any]:
        """Return what every history row of an act says of it."""
        return {
            "history_date": timezone.now(),
            "history_type": history_type,
            "history_change_reason": signature.note,
            "history_user_id": signature.actor.id,
            "verb": signature.verb,
            "actor_id": signature.actor.id,
            "actor_name": signature.actor.name,
            "actor_post": signature.actor.post,
            "actor_agency": signature.actor.agency,
            "channel": signature.act.channel.name,
            "request_id": signature.act.channel.request_id,
            "leaf": signature.act.leaf,
        }

    def post_save(self, instance: "Audited", created: bool, using: str | None = None, **kwargs: Any) -> None:
        """Record every save: neither a setting nor a mark on the row switches it off, as simple-history allows."""
        self.create_historical_record(instance, "+" if created else "~", using=using)

    def create_historical_record(self, instance: "Audited", history_type: str, using: str | None = None) -> None:
        signature = current_signature(type(instance).__name__)
        row = self.history_row(instance, history_type, signature)
        row.save(force_insert=True)
        signature.act.bind(row)


class AuditedQuerySet(models.QuerySet):
    """A queryset with its back doors shut: these would leave no history."""

    def _shut(self, door: str) -> None:
        raise TypeError(f"{self.model.__name__}.{door}() leaves no history: use a verb of the model, or signed_bulk()")

    def update(self, **kwargs: Any) -> int:
        self._shut("update")

    def delete(self) -> tuple[int, dict[str, int]]:
        self._shut("delete")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        self._shut("bulk_create")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        self._shut("bulk_update")


class Audited(models.Model):
    """A row that is remembered: saved only inside ``signed()``, never deleted.

    ``uid`` is its name in addresses and the API; the sender may make it, so that sending twice is
    harmless. Fields named in ``PERSONAL`` stay out of history and leaf (only a digest under an
    erasable key goes in), so that they can be erased while the log stays whole.
    """

    #: name -> Personal(purpose, since, days)
    PERSONAL: "dict[str, Personal] | tuple[str, ...]" = ()
    #: acts on such rows are placed after the legal day has ended, so that no figure tells their hour
    LEAF_DAILY = False
    #: verb -> what it is called on a page; stepped models add those of their STEPS
    VERBS: dict[str, Any] = {}

    uid = models.UUIDField(_("标识"), unique=True, default=uuid.uuid4, editable=False)
    history = SignedHistory(
        inherit=True,
        bases=[HistoryRow],
        history_user_id_field=models.BigIntegerField(null=True),
        history_change_reason_field=models.TextField(blank=True),
        history_user_getter=lambda row: None,
        history_user_setter=lambda row, user: None,
    )
    objects = AuditedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # related managers move rows by it: add() would leave no history

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save inside the running signature; without one, raise ``Unsigned``."""
        current_signature(type(self).__name__)
        with transaction.atomic():
            super().save(*args, **kwargs)

    @classmethod
    def sent_before(cls, uid: uuid.UUID | None, **mine: Any) -> Any:
        """Return the row that the same sender has already made under ``uid``, or None.

        ``mine`` says what makes it the sender's own; a uid that belongs to something else is refused.
        """
        row = cls.objects.filter(uid=uid).first() if uid else None
        if row is not None and any(getattr(row, name) != value for name, value in mine.items()):
            raise Refused(_now("这个标识已被使用，请重新打开页面再办理。"), field="uid")
        return row

    @classmethod
    def written_in_bulk(cls, rows: Sequence[Any]) -> None:
        """Follow up on rows that came by the bulk door: what ``save`` of this model does beside saving."""

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: things end by date or are voided with a reason."""
        raise TypeError(f"{type(self).__name__} is never deleted: end it by date, or void it with a reason")

    def save_without_historical_record(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: simple-history's own back door."""
        raise TypeError(f"{type(self).__name__} is never saved without history")

    def erase(self, *, by: Acting, note: str, post: object | None = None) -> None:
        """Erase the personal values and their keys (PIPL Art. 47). The ledger stays verifiable."""
        with signed(by=by, verb="erase", note=note, post=post):
            for name in self.PERSONAL:
                field = self._meta.get_field(name)
                setattr(self, name, None if field.null else field.get_default() or "")
            PersonalKey.objects.filter(table=self._meta.db_table, row=self.uid).delete()
            self.save()


def signed_bulk(rows: Iterable[Audited], *, by: Acting, verb: str, note: str = "", post: object | None = None) -> Sequence[Any]:
    """The bulk door: insert many new rows of one model by one act.

    Each row gets its history row, each personal value its own erasable key; one leaf binds them all by the Merkle
    root of their digests, so that each can still be proved by itself. Returns the saved rows.
    """
    rows = list(rows)
    if not rows:
        return rows
    model = type(rows[0])
    with signed(by=by, verb=verb, note=note, post=post) as signature:
        bulk.settle(rows)
        bulk.insert(rows)
        written = model.history_model.written_by.history_rows(rows, signature, PersonalKey.digests_of_new(rows))
        signature.act.bind_bulk(written, bulk.insert(written))
        model.written_in_bulk(rows)
    return rows
