from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionConfig(AppConfig):
    """Plans, notices, visits."""

    name = "inspection"
    verbose_name = _("检查备案")

    def ready(self) -> None:
        """Put the lists of this room on the shelf."""
        from . import lists  # noqa: F401 -- importing it registers its lists
