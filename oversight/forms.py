"""The forms of the register of unlawful demands."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.forms import NamesEnterprise
from accounts.models import Agency, County, YuanFormField
from audit.forms import ActForm
from inspection.forms import DATE
from inspection.models import ProhibitedDemand

from .models import ReportedDemand

MOST_BYTES = 5 * 1024 * 1024
#: how a file begins -> what it is
KINDS = {b"%PDF": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


class DemandForm(NamesEnterprise, ActForm):
    """One reported demand."""

    demand = forms.ModelChoiceField(label=_("种类和条款"), queryset=ProhibitedDemand.objects.none(), to_field_name="uid")
    agency = forms.ModelChoiceField(
        label=_("提出要求的单位"),
        queryset=Agency.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("名单以外的，写在下面"),
    )
    by_whom = forms.CharField(label=_("名单以外的单位、人员"), max_length=120, required=False)
    enterprise = forms.CharField(label=_("企业（名称或者代码，可不填）"), max_length=120, required=False)
    source = forms.ChoiceField(label=_("来源"), choices=ReportedDemand.Source.choices)
    source_note = forms.CharField(label=_("来源说明（工单号等）"), max_length=200, required=False)
    demanded_on = forms.DateField(label=_("提出要求的日期"), widget=DATE)
    words = forms.CharField(label=_("要求了什么"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    asked_for = YuanFormField(label=_("要求的金额（元）"), required=False)
    given = YuanFormField(label=_("企业已给的金额（元）"), required=False)
    evidence = forms.FileField(label=_("证据材料"), required=False, help_text=_("PDF 或图片，不超过 5 MB"))
    evidence_note = forms.CharField(label=_("证据说明"), max_length=300, required=False)

    def __init__(self, *args: Any, county: County, **kwargs: Any) -> None:
        super().__init__(*args, county=county, **kwargs)
        self.fields["demand"].queryset = ProhibitedDemand.objects.filter(county=county).in_force(county.today())
        self.fields["agency"].queryset = Agency.objects.filter(county=county)

    def clean_given(self) -> int:
        return self.cleaned_data["given"] or 0

    def clean_evidence(self) -> UploadedFile | None:
        file = self.cleaned_data["evidence"]
        if not file:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 5 MB。"))
        head = file.read(8)
        file.seek(0)
        file.kind = next((kind for begin, kind in KINDS.items() if head.startswith(begin)), "")
        if not file.kind:
            raise forms.ValidationError(_("只收 PDF、JPG 或 PNG 文件。"))
        return file


class HandleForm(ActForm):
    """What was found or done, and what was given back."""

    note = forms.CharField(label=_("核实、处理情况"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    returned = YuanFormField(label=_("退还企业的金额（元）"), required=False)
    returned_on = forms.DateField(label=_("退还日期"), widget=DATE, required=False)

    def clean_returned(self) -> int:
        return self.cleaned_data["returned"] or 0
