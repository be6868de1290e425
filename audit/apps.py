from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Signed history, steps, numbers, keys and the ledger."""

    name = "audit"
    verbose_name = "存证"
