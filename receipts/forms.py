"""The forms of the public pages."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.forms import ActForm

from .models import Complaint, Receipt


class ReceiptForm(ActForm):
    """Six facts and one overall word; then, if one likes, more. Only 通知书 and the overall word are asked of everybody."""

    notice_shown = forms.ChoiceField(label=_("给您看备案通知书了吗？"), choices=Receipt.NoticeShown.choices, widget=forms.RadioSelect)
    certificates = forms.ChoiceField(label=_("出示执法证了吗？"), choices=Receipt.Shown.choices, widget=forms.RadioSelect, required=False)
    people = forms.IntegerField(
        label=_("来了几个人？"), min_value=0, max_value=99, required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    money = forms.ChoiceField(label=_("有没有要钱？"), choices=Receipt.YesNo.choices, widget=forms.RadioSelect, required=False)
    goods = forms.ChoiceField(
        label=_("有没有要东西、吃请、赞助、订报、入会？"), choices=Receipt.YesNo.choices, widget=forms.RadioSelect, required=False
    )
    disturbed = forms.ChoiceField(label=_("有没有影响生产经营？"), choices=Receipt.YesNo.choices, widget=forms.RadioSelect, required=False)
    overall = forms.TypedChoiceField(label=_("总的来说"), choices=Receipt.Overall.choices, coerce=int, widget=forms.RadioSelect)
    words = forms.CharField(label=_("还想说的话（可不填）"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    made_to = forms.BooleanField(label=_("我是被现场要求填写的"), required=False)
    code = forms.CharField(
        label=_("回执码（12 位数字）"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    uid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class ComplaintForm(ActForm):
    """What happened, in one tap and a few words."""

    category = forms.ChoiceField(label=_("是什么情况？"), choices=Complaint.Category.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("说明（可不填）"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    phone = forms.CharField(
        label=_("联系电话（可不填，填了方便回复您）"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )


class HandOutForm(ActForm):
    """How the person at the counter was checked."""

    note = forms.CharField(label=_("如何核实了来人身份"), max_length=200, required=False)
