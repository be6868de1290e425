"""The small forms at the gate: who is there, what was found, which enterprise is named."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Establishment, Officer
from audit.forms import ActForm

from ..models import InspectionPlan, Visit
from .fields import EstablishmentsField


def _then(label: Any) -> forms.DateTimeField:
    """The field for an instant that went by while the system was down."""
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("系统中断期间的手工备案，填写当时的时间；不填就是现在"),
    )


class ArriveForm(ActForm):
    """Who is at the gate."""

    officers = forms.ModelMultipleChoiceField(
        label=_("实际到场的检查人员"), queryset=Officer.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(label=_("其他到场人员"), required=False, max_length=200, help_text=_("通知书以外的人，写姓名；没有可不填"))
    uid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, notice: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officers"].queryset = Officer.objects.filter(plan_rows__plan=notice.plan_id, plan_rows__dropped=False).order_by("pk")
        if Visit.may_be_dated_back(notice):
            self.fields["arrived_at"] = _then(_("当时的入企时间"))


class LeaveForm(ActForm):
    """What was found."""

    result = forms.ChoiceField(label=_("检查结果"), choices=Visit.Result.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("结果说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Visit.may_be_dated_back(visit.notice):
            self.fields["left_at"] = _then(_("当时的离企时间"))


class NameAtDoorForm(ActForm):
    """One enterprise of an area patrol, named at its door."""

    establishment = EstablishmentsField(label=_("企业"), help_text=_("完整名称或统一社会信用代码"), widget=forms.TextInput)

    def __init__(self, *args: Any, plan: InspectionPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["establishment"].establishments = Establishment.objects.filter(
            enterprise__county=plan.county_id, closed_on=None
        ).select_related("enterprise")


class UnfiledVisitForm(ActForm):
    """A visit that had no filing, written down afterwards."""

    target = EstablishmentsField(label=_("企业"), help_text=_("完整名称或统一社会信用代码"), widget=forms.TextInput)
    officers = forms.ModelMultipleChoiceField(
        label=_("到场的检查人员"), queryset=Officer.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    arrived_at = forms.DateTimeField(
        label=_("入企时间"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ground = forms.CharField(label=_("没有备案的原因"), max_length=300, required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officers"].queryset = Officer.objects.filter(agency=agency).serving_on(agency.county.today()).order_by("pk")
        self.fields["target"].look_in(agency.county)
