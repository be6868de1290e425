from django.apps import AppConfig


class PaperConfig(AppConfig):
    """Documents, QR codes, tables, files."""

    name = "paper"
