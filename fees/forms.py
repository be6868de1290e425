"""The forms of the register and the window. They parse; what is decided is decided by the verbs."""

import datetime
import re
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Officer, YuanFormField
from audit.forms import ActForm
from inspection.forms import DATE, EstablishmentsField
from inspection.models import Visit

from .models import CashTaken, Charge, Stay
from .standard import MILLI

NOTE = forms.Textarea(attrs={"rows": 2})


class QuantityField(forms.CharField):
    """A quantity with at most three decimals, full-width digits too; gives thousandths."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,")).replace(",", "").strip()
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", text):
            raise forms.ValidationError(_now("请填写数量，最多三位小数，例如 63.4。"))
        whole, _dot, part = text.partition(".")
        return int(whole) * MILLI + int(part.ljust(3, "0") or 0)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / MILLI:g}" if isinstance(value, int) else value


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
    kind = forms.ChoiceField(label=_("种类"), choices=Charge.Kind.choices[:3], widget=forms.RadioSelect)
    collector = forms.ModelChoiceField(
        label=_("执收（执法）人员"), queryset=Officer.objects.none(), to_field_name="uid", required=False, empty_label=_("请选择"),
        help_text=_("证件须在当天有效；与检查有关的不选，即为入企登记的第一名执法人员"),
    )  # fmt: skip
    item = forms.CharField(
        label=_("收费项目"),
        required=False,
        max_length=120,
        help_text=_("收费的填写：目录中的编码或项目名称"),
        widget=forms.TextInput(attrs={"list": "fee-items", "autocomplete": "off"}),
    )
    quantity = QuantityField(label=_("数量"), required=False, help_text=_("按数量计算的项目填写，金额由系统计算"))
    base = YuanFormField(label=_("计费基数（元）"), required=False, help_text=_("按费率计算的项目填写"))
    amount = YuanFormField(label=_("金额（元）"), required=False, help_text=_("罚没和按文件核定的项目填写；有标准的项目不填"))
    reduction = YuanFormField(label=_("减免（元）"), required=False)
    reduction_basis = forms.CharField(label=_("减免依据"), required=False, max_length=300)
    charged_on = forms.DateField(label=_("收费（决定）日期"), widget=DATE)
    decision_number = forms.CharField(label=_("决定书文号"), required=False, max_length=80, help_text=_("罚款、没收的填写"))
    decision_date = forms.DateField(label=_("决定日期"), required=False, widget=DATE)
    served_on = forms.DateField(label=_("送达日期"), required=False, widget=DATE, help_text=_("缴纳期限自送达次日起算；不填为登记的日期"))
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
        self.fields["collector"].queryset = Officer.objects.filter(agency=agency).serving_on(agency.county.today()).order_by("name")

    def clean_reduction(self) -> int:
        return self.cleaned_data["reduction"] or 0


class WhyForm(ActForm):
    """A reason, or an opinion."""

    note = forms.CharField(label=_("理由"), required=False, max_length=300, widget=NOTE)


class CorrectForm(WhyForm):
    """What the sum should have been."""

    amount = YuanFormField(label=_("更正后的金额（元）"))
    field_order = ("amount", "note")


class ReduceForm(WhyForm):
    """By how much less is asked for."""

    amount = YuanFormField(label=_("减免金额（元）"))
    note = forms.CharField(label=_("减免依据（文件、决定的文号）"), max_length=300, widget=NOTE, required=False)
    field_order = ("amount", "note")


class DeferForm(WhyForm):
    """Until when, or in which parts: one a line."""

    decision = forms.CharField(label=_("决定文号"), max_length=80, required=False)
    parts = forms.CharField(
        label=_("缴纳日期和金额"), widget=forms.Textarea(attrs={"rows": 4, "placeholder": "2026-12-31 3000.00"}),
        help_text=_("一行一期：日期、空格、金额（元）。只是暂缓的写一行。各期之和等于未缴数额"),
    )  # fmt: skip
    note = forms.CharField(label=_("当事人的申请和理由"), max_length=300, widget=NOTE, required=False)
    field_order = ("decision", "parts", "note")

    def clean_parts(self) -> list[tuple[datetime.date, int]]:
        return [self._part(line) for line in self.cleaned_data["parts"].splitlines() if line.strip()]

    def _part(self, line: str) -> tuple[datetime.date, int]:
        day, _space, sum_ = line.strip().replace("　", " ").partition(" ")
        try:
            return datetime.date.fromisoformat(day.replace("/", "-")), YuanFormField().clean(sum_.strip())
        except (ValueError, forms.ValidationError):
            raise forms.ValidationError(_now("“%(line)s”看不懂，请写成“2026-12-31 3000.00”。") % {"line": line.strip()[:40]}) from None


class ImposeForm(ActForm):
    """A decision to add 加处罚款, or 滞纳金 by the item's own basis."""

    until = forms.DateField(label=_("计算至"), widget=DATE)
    decision_number = forms.CharField(label=_("加处罚款决定文号"), max_length=80, required=False)
    decision_date = forms.DateField(label=_("决定日期"), widget=DATE, required=False)
    served_on = forms.DateField(label=_("送达日期"), widget=DATE, required=False)
    article = forms.CharField(label=_("依据"), max_length=300, required=False, initial="《行政处罚法》第72条")


class StayForm(ActForm):
    """A review or lawsuit that began."""

    kind = forms.ChoiceField(label=_("种类"), choices=Stay.Kind.choices, widget=forms.RadioSelect)
    case_number = forms.CharField(label=_("案号"), max_length=80)
    first = forms.DateField(label=_("受理日期"), widget=DATE)


class StayEndForm(ActForm):
    """Its last day."""

    last = forms.DateField(label=_("终止日期"), widget=DATE)


class CashForm(ActForm):
    """Cash that was taken on the spot."""

    article = forms.ChoiceField(label=_("当场收缴的依据（行政处罚法）"), choices=CashTaken.Article.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("事由"), max_length=300, widget=NOTE, required=False)
    ticket = forms.CharField(label=_("专用票据号码"), max_length=60, required=False)
    taken_on = forms.DateField(label=_("收缴日期"), widget=DATE, help_text=_("水上收缴的填写抵岸日期"))
    on_water = forms.BooleanField(label=_("水上收缴"), required=False)


class DayForm(ActForm):
    """On which day."""

    on = forms.DateField(label=_("日期"), widget=DATE)


class SlipForm(DayForm):
    """On which day, under which slip of the bank."""

    slip = forms.CharField(label=_("银行回单号"), max_length=60, required=False)


class RefundForm(ActForm):
    """How much is to be given back, and why."""

    amount = YuanFormField(label=_("退付金额（元）"))
    reason = forms.CharField(label=_("原因、依据"), max_length=300, widget=NOTE, required=False)


class DisputeForm(ActForm):
    """What the enterprise says against a charge."""

    words = forms.CharField(label=_("对这笔款项有什么异议"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    uid = forms.UUIDField(widget=forms.HiddenInput)


class GatherForm(ActForm):
    """For which enterprise."""

    enterprise = forms.UUIDField()
