from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Trail, board, and what was refused."""

    name = "oversight"
