from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


def seal_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Seal the tables that the migrations have made or made anew; all are there when this is called."""
    from .ledger import seals
    from .ledger.leaves import Leaf, Waiting

    if using == "default" and {Leaf._meta.db_table, Waiting._meta.db_table} <= seals.existing_tables():
        seals.put_on(note="after migrate")


class AuditConfig(AppConfig):
    """Signed history, steps, numbers, keys and the ledger."""

    name = "audit"
    verbose_name = "存证"

    def ready(self) -> None:
        from .checks import the_ledger_is_sealed

        post_migrate.connect(seal_after_migrate, sender=self)
        checks.register(the_ledger_is_sealed, "audit")
