"""The register's form."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, YuanFormField
from audit.forms import ActForm
from inspection.forms import DATE, EstablishmentsField
from inspection.models import Visit

from .models import Charge


class ChargeForm(ActForm):
    """One charge. The item is typed or chosen; whether it is on the list is decided by the register."""

    target = EstablishmentsField(
        label=_("缴款企业"),
        help_text=_("输入名称、拼音、首字母或代码，两个字起，从下面选择"),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "hx-get": reverse_lazy("inspection:suggest"),
                "hx-trigger": "input changed delay:250ms",
                "hx-target": "#found",
                "hx-vals": '{"into": "id_target"}',
            }
        ),
    )
    kind = forms.ChoiceField(label=_("种类"), choices=Charge.Kind.choices, widget=forms.RadioSelect)
    item = forms.CharField(
        label=_("收费项目"),
        required=False,
        max_length=120,
        help_text=_("收费的填写：目录中的编码或项目名称"),
        widget=forms.TextInput(attrs={"list": "fee-items", "autocomplete": "off"}),
    )
    amount = YuanFormField(label=_("金额（元）"))
    charged_on = forms.DateField(label=_("收费（决定）日期"), widget=DATE)
    decision_number = forms.CharField(label=_("决定书文号"), required=False, max_length=80, help_text=_("罚款、没收的填写"))
    decision_date = forms.DateField(label=_("决定日期"), required=False, widget=DATE)
    article = forms.CharField(label=_("处罚依据"), required=False, max_length=300, help_text=_("法律名称和条款"))
    on_the_spot = forms.BooleanField(label=_("当场处罚"), required=False)
    visit = forms.ModelChoiceField(
        label=_("对应的入企登记"), queryset=Visit.objects.none(), required=False, empty_label=_("与检查无关"), to_field_name="uid"
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=300)
    uid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].look_in(agency.county)
        self.fields["visit"].queryset = Visit.objects.filter(agency=agency).select_related("enterprise", "agency").order_by("-pk")
