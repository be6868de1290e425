from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceiptsConfig(AppConfig):
    """What the enterprise says."""

    name = "receipts"
    verbose_name = _("检查回执")
