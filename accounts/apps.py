from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Where and who."""

    name = "accounts"
    verbose_name = _("机构与人员")

    def ready(self) -> None:
        """Put the lists of this room on the shelf."""
        from .importing import enterprises, lists  # noqa: F401 -- importing them registers them
