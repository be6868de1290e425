from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Carries the commands that touch every room: ``work`` and ``demo``."""

    name = "config"
