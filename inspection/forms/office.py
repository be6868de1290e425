"""What the Office enters and what comes from the platform above."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Establishment
from audit.forms import ActForm, NoteForm

from ..models import InspectionPlan, PlatformProfile, Referral
from .fields import DATE, EstablishmentsField


class ReferralForm(ActForm):
    """线索移送, entered by the Office."""

    agency = forms.ModelChoiceField(label=_("移送给"), queryset=Agency.objects.none(), empty_label="—")
    kind = forms.ChoiceField(label=_("种类"), choices=Referral.Kind.choices)
    number = forms.CharField(label=_("编号"), max_length=100, required=False, help_text=_("本办公室自己的交办单不填，由系统编号"))
    received_on = forms.DateField(label=_("日期"), widget=DATE)
    source = forms.CharField(label=_("来源单位"), max_length=120)
    matter = forms.CharField(label=_("事由"), max_length=300, help_text=_("写事，不写投诉举报人的姓名、电话、住址"))
    target = EstablishmentsField(label=_("涉及企业"), required=False, help_text=_("没有明确企业的不填"), widget=forms.TextInput)
    uid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, county: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(county=county).confirmed_on(county.today())
        self.fields["target"].establishments = Establishment.objects.filter(enterprise__county=county).select_related("enterprise")


class PlatformForm(ActForm):
    """A platform's export, to be turned into drafts."""

    profile = forms.ModelChoiceField(label=_("平台"), queryset=PlatformProfile.objects.none(), empty_label=None)
    file = forms.FileField(label=_("任务表"), help_text=_("平台导出的 .xlsx 或 .csv"))

    def __init__(self, *args: Any, county: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].queryset = PlatformProfile.objects.filter(county=county).order_by("pk")


class StepForm(NoteForm):
    """What the steps of a filing are told: an opinion or a reason, and what some ask for besides."""

    ground = forms.CharField(required=False, max_length=40)
    proposal = forms.ChoiceField(required=False, choices=InspectionPlan.Proposal.choices)
    marked = forms.MultipleChoiceField(required=False, choices=[(name, name) for name in InspectionPlan.MARKABLE])
    instead_of = forms.ModelChoiceField(required=False, queryset=InspectionPlan.objects.none(), to_field_name="uid")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instead_of"].queryset = InspectionPlan.objects.visible_to(user)

    def facts_for(self, verb: str) -> dict[str, Any]:
        """Return what the verb takes, out of what was sent."""
        said = {**self.cleaned_data, "proposal": self.cleaned_data["proposal"] or InspectionPlan.Proposal.ACCEPT}
        return {name: said[name] for name in InspectionPlan.TAKES.get(verb, ("note",))}
