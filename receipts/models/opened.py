"""How a receipt was opened: by which secret, on which assurance that it is the enterprise that answers."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from inspection.models import FilingNotice


class Assurance(models.TextChoices):
    """What stands behind the answer. Kept with each receipt; statistics keep the levels apart."""

    REGISTER = "REGISTER", _("码发至登记的联系方式")
    CONFIRMED = "CONFIRMED", _("码发至企业确认的联系方式")
    CARD = "CARD", _("企业码牌和回执卡")
    OWN = "OWN", _("企业自己的页面")
    OWN_REGISTER = "OWN_REG", _("企业自己的页面（登录码发至登记的联系方式）")
    CALLBACK = "CALLBACK", _("备案机关电话回访发码")
    COUNTER = "COUNTER", _("窗口核验证照发码")
    PAPER = "PAPER", _("纸质回执代录")


@dataclass(frozen=True)
class Opened:
    """A notice that somebody may answer, and by what. Made by the secrets themselves, never out of a form."""

    notice: FilingNotice
    assurance: str
    code: Any = None
    card: Any = None

    @property
    def door(self) -> str:
        """Return what sendings are counted by: the secret that opened it."""
        return f"{type(self.code or self.card).__name__}:{(self.code or self.card or self.notice).uid}"
