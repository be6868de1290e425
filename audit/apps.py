from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


def seal_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Seal the tables that a migration has made or made anew. The last app's signal does it for all."""
    from .ledger import seals

    if using == "default" and not any(fault.absent for fault in seals.faults()):
        seals.put_on(note="after migrate")


class AuditConfig(AppConfig):
    """Signed history, steps, numbers, keys and the ledger."""

    name = "audit"
    verbose_name = "存证"

    def ready(self) -> None:
        from .checks import the_ledger_is_sealed

        post_migrate.connect(seal_after_migrate, dispatch_uid="seal the ledger")
        checks.register(the_ledger_is_sealed, "audit")
