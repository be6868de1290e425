"""Sign-in and the few forms of the keeper of lists."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from audit.forms import ActForm
from paper.incoming import MOST_BYTES

from .models import County, Enterprise, RuleDefinition


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


class NamesEnterprise:
    """Part of a form of one county whose optional field ``enterprise`` is a name or a number: it becomes the one enterprise meant."""

    def __init__(self, *args: Any, county: County, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county = county

    def clean_enterprise(self) -> Enterprise | None:
        words = self.cleaned_data["enterprise"].strip()
        if not words:
            return None
        rows = Enterprise.objects.filter(county=self.county)
        found = list(rows.filter(identifier=words.upper())[:2]) or list(rows.filter(name=words)[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("没有找到这家企业，或者有不止一家。请填写统一社会信用代码，或者留空。"))
        return found[0]


class RuleForm(ActForm):
    """A value of one rule, from a day on."""

    value = forms.CharField(label=_("数值"), max_length=200)
    starts = forms.DateField(label=_("施行"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    source = forms.CharField(label=_("依据"), max_length=300, help_text=_("本县文件的文号和条款"))

    def __init__(self, *args: Any, definition: RuleDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if definition.choices:
            self.fields["value"] = forms.ChoiceField(label=_("数值"), choices=definition.choices)


class ListFileForm(ActForm):
    """A file for a list."""

    file = forms.FileField(label=_("文件（XLSX 或 CSV）"), help_text=_("不超过 40 MB；请用本页的模板，或者导出后修改"))
    dry_run = forms.BooleanField(label=_("只核对，不导入"), required=False)

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 40 MB，请分成几个文件导入。"))
        return file


class CalendarDayForm(ActForm):
    """One exception of the calendar."""

    date = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    working = forms.TypedChoiceField(
        label=_("这一天"),
        choices=[("1", _("上班")), ("0", _("放假"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("名称"), max_length=60, required=False, help_text=_("例如：国庆节、国庆节调休"))
    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("放假安排的文号"))
