from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    """What was charged."""

    name = "fees"
    verbose_name = _("收费罚没登记")

    def ready(self) -> None:
        """Put the lists of this room on the shelf."""
        from . import lists  # noqa: F401 -- importing it registers its lists
