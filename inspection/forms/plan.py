"""The clerk's form of a filing. It parses; it never decides."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Effect, Officer
from audit.forms import ActForm
from paper.models import StoredFile

from ..models import InspectionItem, InspectionPlan, ProgrammeLine, Referral
from ..models.plan_rows import PLAIN_FACTS
from .fields import DATE, EstablishmentsField, reasons_in

#: first bytes -> content type of the papers that may be attached
PAPER_KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
PAPER_LIMIT = 5 * 1024 * 1024


class PlanForm(ActForm):
    """A filing. Nothing is required to keep a draft; what is missing is said at submit."""

    act = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    targets = EstablishmentsField(label=_("被检查企业"), required=False, help_text=_("一行一家：完整名称或统一社会信用代码"))
    type = forms.ChoiceField(label=_("检查类型"), choices=InspectionPlan.Type.choices, required=False, widget=forms.RadioSelect)
    task_source = forms.ChoiceField(label=_("任务来源"), choices=[("", "—"), *InspectionPlan.TaskSource.choices], required=False)
    task_number = forms.CharField(label=_("任务编号"), max_length=100, required=False, help_text=_("计划、工单、交办单的编号；没有可不填"))
    programme_line = forms.ModelChoiceField(
        label=_("所属计划行"),
        queryset=ProgrammeLine.objects.none(),
        required=False,
        empty_label="—",
        help_text=_("按年度检查计划开展的，选其中一行"),
    )
    items = forms.ModelMultipleChoiceField(
        label=_("检查事项"), queryset=InspectionItem.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    area = forms.CharField(
        label=_("巡查区域"), max_length=60, required=False, help_text=_("不预先写明企业的区域巡查，填写街道或者乡镇；登门时点名")
    )
    area_trade = forms.CharField(label=_("巡查行业"), max_length=60, required=False)
    area_ceiling = forms.IntegerField(label=_("最多巡查几家"), min_value=1, max_value=99, required=False)
    referral = forms.ModelChoiceField(
        label=_("线索移送"),
        queryset=Referral.objects.none(),
        required=False,
        empty_label="—",
        help_text=_("个案检查选择；没有的请备案机关登记"),
    )
    approval_document = forms.CharField(label=_("方案批准文号"), max_length=100, required=False, help_text=_("专项检查填写"))
    approved_by = forms.CharField(label=_("方案批准机关"), max_length=100, required=False, help_text=_("县级以上人民政府或者上级主管部门"))
    assistance_letter = forms.CharField(label=_("协查函文号"), max_length=100, required=False, help_text=_("到外地登记的企业检查时填写"))
    platform_task = forms.CharField(label=_("省平台任务号"), max_length=60, required=False)
    platform_code = forms.CharField(label=_("省平台检查码"), max_length=60, required=False)
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
    partners = forms.ModelMultipleChoiceField(
        label=_("配合单位（联合检查）"),
        queryset=Agency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("各单位负责人分别确认以后才能批准；一份通知书、一次上门"),
    )
    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    paper = forms.FileField(label=_("随附材料"), required=False, help_text=_("PDF 或图片，不超过 5 MB"))

    def __init__(self, *args: Any, agency: Agency, joined: tuple[int, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = agency.county.today()
        units = Agency.objects.filter(county=agency.county).confirmed_on(today).exclude(effect=Effect.EXEMPT).exclude(pk=agency.pk)
        self.fields["partners"].queryset = units.order_by("code")
        # The people and items of partners come along: those of the units that are joined already, or are being joined by this form.
        units_on = [agency.pk, *joined, *(int(key) for key in self.data.getlist("partners") if key.isdecimal())] if self.data else [
            agency.pk, *joined
        ]  # fmt: skip
        self.fields["items"].queryset = InspectionItem.objects.of_agencies([agency, *units.filter(pk__in=units_on)]).in_force(today)
        self.fields["programme_line"].queryset = ProgrammeLine.objects.offered_to(agency).order_by("programme", "position")
        self.fields["officers"].queryset = Officer.objects.filter(agency__in=units_on).serving_on(today).order_by("pk")
        self.fields["referral"].queryset = Referral.objects.to_agency(agency).order_by("-received_on", "-pk")
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
        facts = {name: said[name] for name in (*PLAIN_FACTS, "programme_line")}
        if said["act"]:
            facts["act"] = said["act"]
        facts |= {name: list(said[name]) for name in ("targets", "items", "officers", "assistants", "partners")}
        facts["reasons"] = reasons_in(self.data)
        if said["paper"]:
            kept = StoredFile.keep(said["paper"].read(), said["paper"].kind)
            before = [{"file": p.file, "title": p.title} for p in plan.papers.standing()] if plan else []
            facts["papers"] = [*before, {"file": kept, "title": said["paper"].name[:200]}]
        return facts

    def facts_so_far(self) -> dict[str, Any]:
        """Return what can be understood of a form that is still being filled in; what can't is left out."""
        self.is_valid()
        said = self.cleaned_data
        facts = {name: said[name] for name in PLAIN_FACTS if name in said}
        facts |= {name: list(said[name]) for name in ("targets", "items", "officers", "assistants", "partners") if name in said}
        return {**facts, "reasons": reasons_in(self.data), **({"act": said["act"]} if said.get("act") else {})}

    @staticmethod
    def initial_of(plan: InspectionPlan) -> dict[str, Any]:
        """Return the form's values for an existing draft."""
        initial = {"act": plan.act_code, **{name: getattr(plan, name) for name in PLAIN_FACTS}}
        initial["programme_line"] = plan.programme_line_id
        initial["targets"] = "\n".join(row.identifier or row.name for row in plan.targets.standing())
        initial["items"] = [row.item_id for row in plan.items.standing()]
        initial["officers"] = [row.officer_id for row in plan.officers.standing()]
        initial["partners"] = [row.agency_id for row in plan.agencies.partners()]
        initial["assistants"] = "\n".join(f"{row.name}，{row.body}" for row in plan.assistants.standing())
        return initial
