"""The forms at the enterprise's own door."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.forms import ActForm


class DoorForm(ActForm):
    """Which enterprise: by its number alone."""

    identifier = forms.CharField(
        label=_("统一社会信用代码（或者营业执照上的注册号）"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class KeyForm(ActForm):
    """The digits out of the message."""

    identifier = forms.CharField(label=_("统一社会信用代码"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    code = forms.CharField(
        label=_("登录码（12 位数字）"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
