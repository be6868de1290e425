"""The forms of the public pages and of the Office's. They parse; the verbs decide."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.forms import NamesEnterprise
from accounts.models import Agency, County, YuanFormField
from audit.forms import ActForm

from .models import Complaint, Question, Questions
from .models.complaint_words import Demand
from .models.photo import MOST, MOST_BYTES

NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}


def field_for(question: Question) -> forms.Field:
    """Return the form field of one question."""
    said = {"label": question.label, "required": question.asked}
    number = any(isinstance(option[0], int) for option in question.options)
    match question.kind:
        case "ONE" if number:
            return forms.TypedChoiceField(choices=question.choices, coerce=int, empty_value=None, **said)
        case "ONE":
            return forms.ChoiceField(choices=question.choices, **said)
        case "MANY":
            return forms.MultipleChoiceField(choices=question.choices, **said)
        case "NUMBER":
            return forms.IntegerField(min_value=0, max_value=question.most, **said)
        case "YUAN":
            return YuanFormField(max_length=30, **said)
        case "TICK":
            return forms.BooleanField(**said)
        case "TIME":
            return forms.TimeField(input_formats=["%H:%M", "%H:%M:%S", "%H：%M"], **said)
        case "DATE":
            return forms.DateField(**said)
    return forms.CharField(max_length=1000 if question.kind == "LONG" else 100, **said)


class Asked:
    """One question as the template draws it: its answer so far, its errors, and the questions it may open."""

    def __init__(self, form: "ReceiptForm", question: Question) -> None:
        self.form, self.question = form, question

    @property
    def options(self) -> list[dict[str, Any]]:
        """Return its answers: which is chosen, and which opens more."""
        opens = {str(value) for q in self.form.questions.opened_by(self.question.code) for value in q.on}
        value = self.value
        chosen = {str(one) for one in (value if isinstance(value, list) else [value])}
        return [{"value": v, "label": label, "on": str(v) in chosen, "opens": str(v) in opens} for v, label in self.question.choices]

    @property
    def value(self) -> Any:
        """Return what was typed."""
        return self.form[self.question.code].value() or ""

    @property
    def errors(self) -> Any:
        """Return what to mend."""
        return self.form.errors.get(self.question.code, [])

    @cached_property
    def followers(self) -> "list[Asked]":
        """Return the questions it may open."""
        return [Asked(self.form, q) for q in self.form.questions.opened_by(self.question.code)]


class ReceiptForm(ActForm):
    """Six facts and one overall word; the rest opens by what was answered. Only 通知书 and the overall word are asked of everybody."""

    uid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def __init__(self, *args: Any, questions: Questions, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[question.code] = field_for(question)
        for name, words in (("notice_shown", _("请选择来人有没有出示备案通知书。")), ("overall", _("请选择总体评价。"))):
            self.fields[name].error_messages["required"] = words

    def asked(self, screen: int) -> list[Asked]:
        """Return the questions of one screen, each with those it opens."""
        return [Asked(self, q) for q in self.questions if q.screen == screen and not q.by]

    @property
    def first(self) -> list[Asked]:
        """Return the first screen."""
        return self.asked(1)

    @property
    def rest(self) -> list[Asked]:
        """Return what one may add."""
        return self.asked(2)

    @property
    def rest_open(self) -> bool:
        """Tell whether something of the rest was answered or is to be mended."""
        return any(asked.value or asked.errors for asked in self.rest)

    @property
    def answers(self) -> dict[str, Any]:
        """Return the answers in the types that ``Receipt`` takes."""
        said = {q.code: self.cleaned_data.get(q.code) for q in self.questions}
        return {
            name: value.strftime("%H:%M")
            if isinstance(value, datetime.time)
            else value.isoformat()
            if isinstance(value, datetime.date)
            else value
            for name, value in said.items()
            if value not in (None, "", [], False)
        }


class TypedCodeForm(ReceiptForm):
    """The same, where the twelve digits have to be typed."""

    code = forms.CharField(
        label=_("回执码（12 位数字）"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class CodeForm(ActForm):
    """Twelve digits."""

    code = forms.CharField(label=_("回执卡上的 12 位数字"), max_length=40, widget=forms.TextInput(attrs=NUMERIC))


class ByNumberForm(ActForm):
    """The number of the notice and its code, as the message says them: for whoever can't or won't tap a link."""

    county = forms.ModelChoiceField(label=_("县（市、区）"), queryset=County.objects.order_by("code"), empty_label=None)
    year = forms.IntegerField(label=_("文号里的年份"), min_value=2000, max_value=2100, widget=forms.NumberInput(attrs=NUMERIC))
    number = forms.IntegerField(label=_("文号里的序号"), min_value=1, max_value=999999, widget=forms.NumberInput(attrs=NUMERIC))
    code = forms.CharField(label=_("回执码（12 位数字）"), max_length=40, widget=forms.TextInput(attrs=NUMERIC))


class ManyFiles(forms.ClearableFileInput):
    """Several files in one field."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to three files, weighed before anybody reads them. What is in them the verb looks at."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > MOST:
            raise forms.ValidationError(_("最多传 %(n)d 张照片。"), params={"n": MOST})
        if any(file.size > MOST_BYTES for file in files):
            raise forms.ValidationError(_("照片超过 8 MB，请缩小后再传。"))
        return files


class ComplaintForm(ActForm):
    """What happened, in one tap and a few words."""

    category = forms.ChoiceField(label=_("是什么情况？"), choices=Complaint.Category.choices, widget=forms.RadioSelect)
    agency_said = forms.CharField(label=_("哪个单位的人？（可不填）"), max_length=100, required=False)
    happened_on = forms.DateField(
        label=_("哪一天？（可不填）"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    words = forms.CharField(label=_("说明（可不填）"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    photos = PhotosField(
        label=_("照片（可不传，最多 3 张；位置等信息会自动去掉）"), required=False, widget=ManyFiles(attrs={"accept": "image/*"})
    )
    stance = forms.ChoiceField(
        label=_("您想怎么提？"),
        choices=Complaint.Stance.choices,
        widget=forms.RadioSelect,
        initial=Complaint.Stance.ANONYMOUS,
        required=False,
    )
    person = forms.CharField(label=_("姓名（匿名不填）"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("联系电话（可不填，填了方便回复您）"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the verb takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "photos" and value not in ("", None)}


class PublicComplaintForm(ComplaintForm):
    """The same on the public page, where nothing says which county and which enterprise."""

    county = forms.ModelChoiceField(label=_("县（市、区）"), queryset=County.objects.order_by("code"), empty_label=None)
    field_order = ["county"]


class FollowForm(ActForm):
    """The number of a complaint and its twelve digits."""

    number = forms.CharField(label=_("举报编号"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    code = forms.CharField(label=_("查询码（12 位数字）"), max_length=40, widget=forms.TextInput(attrs=NUMERIC))


class WordsForm(ActForm):
    """A message."""

    words = forms.CharField(label=_("留言"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(ActForm):
    """An answer, or a reason."""

    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class HandOutForm(ActForm):
    """How the person at the counter or on the telephone was checked."""

    note = forms.CharField(label=_("如何核实了来人身份"), max_length=200, required=False)
    way = forms.CharField(max_length=10, required=False)


class ReferForm(ActForm):
    """To whom a complaint's matter is handed down, in words that say nothing of who complained."""

    agency = forms.ModelChoiceField(label=_("移交给"), queryset=Agency.objects.none())
    matter = forms.CharField(label=_("事由（不写举报人的任何信息）"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(county=complaint.county).exclude(pk=complaint.agency_id).order_by("code")


class IdentifyForm(ActForm):
    """Which agency a complaint is about, and how that was found."""

    agency = forms.ModelChoiceField(label=_("被反映的单位"), queryset=Agency.objects.none())
    note = forms.CharField(label=_("根据什么认定"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.filter(county=complaint.county).order_by("code")


class PaperReceiptForm(ReceiptForm):
    """A paper receipt as it is typed in, with its scan."""

    year = forms.IntegerField(label=_("文号里的年份"), min_value=2000, max_value=2100)
    number = forms.IntegerField(label=_("文号里的序号"), min_value=1, max_value=999999)
    scan = forms.FileField(label=_("纸质回执的照片或者扫描件"), required=False)


class PaperComplaintForm(NamesEnterprise, ComplaintForm):
    """A complaint that came on paper or by telephone, as it is typed in."""

    way = forms.ChoiceField(
        label=_("途径"), choices=[(w.value, w.label) for w in (Complaint.Way.PHONE, Complaint.Way.PAPER, Complaint.Way.AGENT)]
    )
    scan = forms.FileField(label=_("纸质举报的照片或者扫描件"), required=False)
    enterprise = forms.CharField(label=_("涉及哪家企业（名称或者代码，可不填；匿名的不填）"), max_length=120, required=False)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in super().facts.items() if name not in ("way", "scan")}


class ClaimForm(ActForm):
    """“还被要求过……”"""

    demand = forms.ChoiceField(label=_("被要求了什么？"), choices=Demand.choices)
    asked_on = forms.DateField(label=_("哪一天？"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    agency_said = forms.CharField(label=_("谁要求的？"), max_length=100, required=False)
    amount = YuanFormField(label=_("多少元？（不是钱的不填）"), max_length=30, required=False)
    paid = forms.BooleanField(label=_("已经给了"), required=False)
    words = forms.CharField(label=_("说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    uid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
