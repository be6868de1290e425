"""Money is whole fen. Yuan exist only at the edges: where a person types or reads them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _


class FenField(models.BigIntegerField):
    """An amount in fen (1 yuan = 100 fen): an integer, since SQLite keeps decimals as floats."""

    def formfield(self, **kwargs: Any) -> forms.Field:
        return super().formfield(**{"form_class": YuanFormField, "min_value": None, "max_value": None, **kwargs})


def yuan(fen: int | None) -> str:
    """Return an amount as people read it: 123456 -> ``1,234.56``; nothing for None."""
    if fen is None:
        return ""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


class YuanFormField(forms.CharField):
    """Takes yuan as typed (``1,200.5``, full-width digits, ``1200元``) and gives fen. Refuses a third decimal."""

    default_error_messages = {
        "not_money": _("请填写金额，单位元，最多两位小数，例如 1200.50。"),
        "negative": _("金额应当大于零。"),
        "huge": _("金额过大，请核对。"),
    }

    def __init__(self, *, min_value: Any = None, max_value: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        text = text.translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,")).replace(",", "").removesuffix("元").strip()
        if not re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{0,2})?", text):  # Decimal alone would take 1e5, 1_000 and NaN
            raise forms.ValidationError(self.error_messages["not_money"])
        fen = Decimal(text) * 100
        if fen <= 0:
            raise forms.ValidationError(self.error_messages["negative"])
        if fen > 10**15:
            raise forms.ValidationError(self.error_messages["huge"])
        return int(fen)

    def prepare_value(self, value: Any) -> Any:
        return yuan(value).replace(",", "") if isinstance(value, int) else value
