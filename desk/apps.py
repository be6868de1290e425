from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Pages over several rooms."""

    name = "desk"
