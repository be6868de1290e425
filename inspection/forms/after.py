"""What is asked for after a filing stands, and what began before it was filed."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Officer
from audit.forms import ActForm

from ..models import InspectionItem, InspectionPlan, PlanChange
from .fields import DATE, EstablishmentsField


class ChangeForm(ActForm):
    """申请变更、延期."""

    kind = forms.ChoiceField(label=_("种类"), choices=PlanChange.Kind.choices, widget=forms.RadioSelect)
    starts_on = forms.DateField(label=_("开始日期"), widget=DATE)
    ends_on = forms.DateField(label=_("结束日期"), widget=DATE)
    officers = forms.ModelMultipleChoiceField(
        label=_("检查人员"), queryset=Officer.objects.none(), widget=forms.CheckboxSelectMultiple, help_text=_("延期不换人")
    )
    note = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, plan: InspectionPlan, **kwargs: Any) -> None:
        going = [row.officer_id for row in plan.officers.standing()]
        first = {"kind": PlanChange.Kind.POSTPONE, "starts_on": plan.starts_on, "ends_on": plan.ends_on, "officers": going}
        super().__init__(*args, initial=first, **kwargs)
        units = [row.agency_id for row in plan.agencies.standing()]
        serving = Officer.objects.filter(agency__in=units).serving_on(plan.county.today())
        self.fields["officers"].queryset = serving.order_by("pk")

    def facts(self) -> dict[str, Any]:
        """Return the cleaned values as ``ask_change`` takes them."""
        return {**self.cleaned_data, "officers": list(self.cleaned_data["officers"])}


class UrgentForm(ActForm):
    """先行实施: whom, who goes, what has happened. Nothing else is asked for before the gate."""

    target = EstablishmentsField(label=_("企业"), help_text=_("完整名称或统一社会信用代码"), widget=forms.TextInput)
    officers = forms.ModelMultipleChoiceField(label=_("检查人员"), queryset=Officer.objects.none(), widget=forms.CheckboxSelectMultiple)
    ground = forms.CharField(
        label=_("紧急情况"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("发生了什么，为什么不能先备案")
    )
    items = forms.ModelMultipleChoiceField(
        label=_("检查事项（可以以后补）"), queryset=InspectionItem.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    before = forms.ChoiceField(label=_("种类"), choices=InspectionPlan.Before.choices, widget=forms.RadioSelect)
    began_at = forms.DateTimeField(
        label=_("当时的时间"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("系统中断时手工备案的填写；紧急检查不填，就是现在"),
    )
    paper_number = forms.CharField(label=_("手工编号"), max_length=60, required=False, help_text=_("手工备案表上的编号，原样保留"))
    uid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = agency.county.today()
        self.fields["officers"].queryset = Officer.objects.filter(agency=agency).serving_on(today).order_by("pk")
        self.fields["items"].queryset = InspectionItem.objects.of_agency(agency).in_force(today)
        self.fields["target"].look_in(agency.county, closed_on=None)

    @staticmethod
    def first(user: Any, agency: Agency) -> dict[str, Any]:
        """Return the form as it opens: the person who fills it in is among those who go."""
        own = Officer.objects.filter(agency=agency, user=user).values_list("pk", flat=True)
        return {"uid": uuid.uuid4(), "before": InspectionPlan.Before.URGENT, "officers": list(own)}

    def facts(self) -> dict[str, Any]:
        """Return the cleaned values as ``begin_urgent`` takes them."""
        said = dict(self.cleaned_data)
        places = said.pop("target")
        return {**said, "establishments": places, "officers": list(said["officers"]), "items": list(said["items"])}
