from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """The public pages."""

    name = "disclosure"
