from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """What the public may read."""

    name = "disclosure"
