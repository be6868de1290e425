"""Sign-in and the few forms of the keeper of lists."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from audit.forms import ActForm


class SignInForm(AuthenticationForm):
    """User name and password."""

    error_messages = {
        "invalid_login": _("用户名或密码不对，请核对后再试。忘记密码请联系本单位管理员。"),
        "inactive": _("这个账户已停用。"),
    }


class ContactForm(ActForm):
    """How the enterprise is reached; the note says how whoever asked was checked."""

    person = forms.CharField(label=_("联系人"), max_length=60)
    phone = forms.CharField(label=_("手机"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    note = forms.CharField(label=_("如何核实了申请人身份"), max_length=200, required=False)
