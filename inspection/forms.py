"""The clerk's form, and the small ones at the gate. Forms parse; they never decide."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, County, Enterprise, Establishment, Officer
from audit.forms import ActForm
from paper.models import StoredFile

from .models import InspectionItem, InspectionPlan, Visit
from .models.plan import PLAIN_FACTS

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
#: first bytes -> content type of the papers that may be attached
PAPER_KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
PAPER_LIMIT = 5 * 1024 * 1024


class EstablishmentsField(forms.CharField):
    """Enterprises, one a line: chosen from the suggestions, or typed as name or number."""

    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.establishments, self.county = Establishment.objects.none(), None

    def look_in(self, county: County, **which: Any) -> None:
        """Offer the establishments of a county."""
        self.county = county
        self.establishments = Establishment.objects.filter(enterprise__county=county, **which).select_related("enterprise")

    def clean(self, value: str) -> list[Establishment]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        return [self._find(line) for line in dict.fromkeys(lines)]

    def _find(self, line: str) -> Establishment:
        words = line.split(" ")[-1] if line.split(" ")[-1].isalnum() and len(line.split(" ")[-1]) >= 15 else line
        exact = Q(enterprise__identifier=words.upper()) | Q(enterprise__name=line) | Q(enterprise__operator=line, enterprise__name="")
        # The search index first: a name alone would be looked for row by row.
        counties = [self.county.pk] if self.county else []
        near = Q(enterprise__in=Enterprise.objects.matching(words, counties)) | Q(
            enterprise__in=Enterprise.objects.matching(line, counties)
        )
        found = list(self.establishments.filter(near).filter(exact)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_now("“%(line)s”有不止一个经营场所，请填写统一社会信用代码或登记证号。") % {"line": line})
        raise forms.ValidationError(_now("没有找到“%(line)s”。请填写完整名称或者统一社会信用代码，一行一家。") % {"line": line})


class PlanForm(ActForm):
    """A filing. Nothing is required to keep a draft; what is missing is said at submit."""

    act = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    targets = EstablishmentsField(label=_("被检查企业"), required=False, help_text=_("一行一家：完整名称或统一社会信用代码"))
    type = forms.ChoiceField(label=_("检查类型"), choices=InspectionPlan.Type.choices, required=False, widget=forms.RadioSelect)
    task_source = forms.ChoiceField(label=_("任务来源"), choices=[("", "—"), *InspectionPlan.TaskSource.choices], required=False)
    task_number = forms.CharField(label=_("任务编号"), max_length=100, required=False, help_text=_("计划、工单、交办单的编号；没有可不填"))
    items = forms.ModelMultipleChoiceField(
        label=_("检查事项"), queryset=InspectionItem.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.CharField(label=_("检查目的"), max_length=300, required=False)
    requirements = forms.CharField(
        label=_("检查要求"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("企业需要准备什么、如何配合"),
    )
    why_on_site = forms.CharField(label=_("现场检查的必要性"), max_length=300, required=False)
    starts_on = forms.DateField(label=_("开始日期"), required=False, widget=DATE)
    ends_on = forms.DateField(label=_("结束日期"), required=False, widget=DATE)
    minutes_on_site = forms.IntegerField(label=_("预计在场时长（分钟）"), min_value=5, max_value=4800, required=False)
    officers = forms.ModelMultipleChoiceField(
        label=_("检查人员"), queryset=Officer.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    assistants = forms.CharField(
        label=_("协助检查人员"), required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("一行一人：姓名，单位；没有可不填")
    )
    telling = forms.ChoiceField(label=_("告知方式"), choices=InspectionPlan.Telling.choices, required=False, widget=forms.RadioSelect)
    tell_on = forms.DateField(label=_("告知日期"), required=False, widget=DATE, help_text=_("提前告知的填写"))
    no_telling_ground = forms.CharField(
        label=_("不事先告知的理由"), max_length=300, required=False, help_text=_("不事先告知的填写，并写明依据")
    )
    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    paper = forms.FileField(label=_("随附材料"), required=False, help_text=_("PDF 或图片，不超过 5 MB"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = agency.county.today()
        self.fields["items"].queryset = InspectionItem.objects.of_agency(agency).in_force(today)
        self.fields["officers"].queryset = Officer.objects.filter(agency=agency).serving_on(today).order_by("pk")
        self.fields["targets"].look_in(agency.county, closed_on=None)

    def clean_assistants(self) -> list[dict[str, str]]:
        rows = []
        for line in self.cleaned_data["assistants"].splitlines():
            name, _comma, body = line.replace("，", ",").partition(",")
            if name.strip():
                rows.append({"name": name.strip()[:60], "body": body.strip()[:120]})
        return rows

    def clean_paper(self) -> UploadedFile | None:
        file = self.cleaned_data["paper"]
        if file:
            if file.size > PAPER_LIMIT:
                raise forms.ValidationError(_now("文件超过 5 MB，请压缩后再上传。"))
            file.kind = next((kind for head, kind in PAPER_KINDS.items() if file.read(len(head)) == head or file.seek(0)), None)
            file.seek(0)
            if file.kind is None:
                raise forms.ValidationError(_now("只能上传 PDF、JPG 或 PNG 文件。"))
        return file

    def facts(self, plan: InspectionPlan | None = None) -> dict[str, Any]:
        """Return the cleaned values as ``InspectionPlan.draft`` and ``revise`` take them."""
        said = self.cleaned_data
        facts = {name: said[name] for name in PLAIN_FACTS}
        if said["act"]:
            facts["act"] = said["act"]
        facts |= {name: list(said[name]) for name in ("targets", "items", "officers", "assistants")}
        if said["paper"]:
            kept = StoredFile.keep(said["paper"].read(), said["paper"].kind)
            before = [{"file": p.file, "title": p.title} for p in plan.papers.standing()] if plan else []
            facts["papers"] = [*before, {"file": kept, "title": said["paper"].name[:200]}]
        return facts

    @staticmethod
    def initial_of(plan: InspectionPlan) -> dict[str, Any]:
        """Return the form's values for an existing draft."""
        initial = {"act": plan.act_code, **{name: getattr(plan, name) for name in PLAIN_FACTS}}
        initial["targets"] = "\n".join(row.identifier or row.name for row in plan.targets.standing())
        initial["items"] = [row.item_id for row in plan.items.standing()]
        initial["officers"] = [row.officer_id for row in plan.officers.standing()]
        initial["assistants"] = "\n".join(f"{row.name}，{row.body}" for row in plan.assistants.standing())
        return initial


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


class LeaveForm(ActForm):
    """What was found."""

    result = forms.ChoiceField(label=_("检查结果"), choices=Visit.Result.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("结果说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


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
