from typing import Any

from django.apps import AppConfig
from django.core import checks


class DeliveryConfig(AppConfig):
    """Letters out."""

    name = "delivery"

    def ready(self) -> None:
        checks.register(letters_can_leave, "delivery")


def letters_can_leave(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Report an adapter that does not exist as an error; on a real installation, letters that only become files in a warning."""
    from django.conf import settings

    from .adapters import ADAPTERS

    wrong = [way for way, named in settings.DELIVERY.items() if named and named not in ADAPTERS[way]]
    files = [way for way, named in settings.DELIVERY.items() if named == "console" and not settings.DEMO_MARK]
    return [
        checks.Error(
            f"{way.upper()}_ADAPTER is {settings.DELIVERY[way]!r}", hint=f"One of {', '.join(ADAPTERS[way])}, or empty.", id="delivery.E001"
        )
        for way in wrong
    ] + [
        checks.Warning(
            f"letters by {way} become files in OUTBOX_DIR, codes in clear", hint=f"Set {way.upper()}_ADAPTER.", id="delivery.W001"
        )
        for way in files
    ]
