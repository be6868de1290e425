"""The forms of a random draw. They parse; the verbs decide."""

import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, Enterprise, EnterpriseKind, Establishment, Officer
from audit.forms import ActForm

from ..models import Draw, DrawnLine
from ..models.draw import FACTS
from ..models.draw_pool import exclusion, recusal
from .fields import DATE

ROWS = forms.Textarea(attrs={"rows": 3})
#: so many words are offered to choose from
MANY = 300


class LinesField(forms.CharField):
    """One thing a line: its parts stand between commas; ``parse`` makes each line what it means."""

    def __init__(self, *, parts: int, **kwargs: Any) -> None:
        super().__init__(required=False, widget=ROWS, **kwargs)
        self.parts, self.parse = parts, None

    def clean(self, value: str) -> list[Any]:
        found = []
        for number, line in enumerate(super().clean(value).splitlines(), start=1):
            if not line.strip():
                continue
            parts = [part.strip() for part in line.replace(",", "，").split("，", self.parts - 1)]
            if len(parts) < self.parts or not all(parts):
                raise forms.ValidationError(_now("第 %(n)d 行应有 %(m)d 项，用逗号隔开。") % {"n": number, "m": self.parts})
            found.append(self.parse(*parts))
        return found


class DrawForm(ActForm):
    """What to draw from, how many, and what the seed will be made of."""

    title = forms.CharField(label=_("抽查名称"), max_length=100)
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    purpose = forms.CharField(label=_("抽查目的"), max_length=300)
    programme_reference = forms.CharField(label=_("年度计划条目"), max_length=200, required=False, help_text=_("没有可不填"))
    starts_on = forms.DateField(label=_("检查开始"), widget=DATE)
    ends_on = forms.DateField(label=_("检查结束"), widget=DATE)
    kind = forms.ChoiceField(label=_("企业类型"), choices=[("", _("不限")), *EnterpriseKind.choices], required=False)
    trade = forms.ChoiceField(label=_("行业"), required=False)
    township = forms.ChoiceField(label=_("乡镇（街道）"), required=False)
    exclusions = LinesField(parts=2, label=_("不列入名单的企业"), help_text=_("一行一家：企业名称或代码，理由。理由在抽查结束后公开"))
    recusals = LinesField(parts=3, label=_("回避"), help_text=_("一行一对：企业名称或代码，人员姓名，理由"))
    ratio = forms.IntegerField(
        label=_("抽取比例（%）"), min_value=1, max_value=100, required=False, help_text=_("整数；比例和户数只填一项")
    )
    number = forms.IntegerField(label=_("抽取户数"), min_value=1, max_value=1_000_000, required=False)
    officers_each = forms.IntegerField(label=_("每户检查人员"), min_value=1, max_value=20)
    way = forms.ChoiceField(label=_("种子来源"), choices=Draw.Way.choices, widget=forms.RadioSelect)
    witness = forms.ChoiceField(label=_("另一单位"), choices=Draw.Witness.choices, widget=forms.RadioSelect)
    witness_agency = forms.ModelChoiceField(label=_("其他检查单位"), queryset=Agency.objects.none(), required=False)
    lottery_name = forms.CharField(label=_("彩票名称"), max_length=60, required=False, help_text=_("用开奖号码的填写这三项，如：双色球"))
    lottery_issue = forms.CharField(label=_("期号"), max_length=40, required=False)
    lottery_on = forms.DateField(label=_("开奖日期"), widget=DATE, required=False, help_text=_("须晚于冻结之日"))
    uid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency
        enterprises = Enterprise.objects.filter(county=agency.county, closed_on=None)
        places = Establishment.objects.filter(enterprise__county=agency.county, closed_on=None)
        self.fields["trade"].choices = _words(enterprises, "trade")
        self.fields["township"].choices = _words(places, "township")
        self.fields["witness_agency"].queryset = Agency.objects.filter(county=agency.county).exclude(pk=agency.pk)
        self.fields["exclusions"].parse = lambda name, reason: exclusion(self._enterprise(name), reason[:200])
        self.fields["recusals"].parse = lambda name, person, reason: recusal(self._enterprise(name), self._officer(person), reason[:200])

    def _enterprise(self, name: str) -> Enterprise:
        exact = Q(identifier=name.upper()) | Q(name=name) | Q(operator=name, name="")
        return self._only(Enterprise.objects.filter(exact, county=self.agency.county), name)

    def _officer(self, name: str) -> Officer:
        return self._only(Officer.objects.filter(agency=self.agency, name=name), name)

    @staticmethod
    def _only(rows: Any, name: str) -> Any:
        found = list(rows[:2])
        if len(found) == 1:
            return found[0]
        said = _now("“%(name)s”不止一个，请填写代码。") if found else _now("没有找到“%(name)s”，请核对。")
        raise forms.ValidationError(said % {"name": name})

    def facts(self) -> dict[str, Any]:
        """Return the cleaned values as ``Draw.prepare`` and ``revise`` take them."""
        return {name: self.cleaned_data[name] for name in FACTS}

    @staticmethod
    def initial_of(draw: Draw) -> dict[str, Any]:
        """Return the form's values for a prepared draw."""
        initial = {name: getattr(draw, name) for name in FACTS}
        keys = [row["enterprise"] for row in [*draw.exclusions, *draw.recusals]]
        called = {str(e.uid): e.identifier or e.name or e.operator for e in Enterprise.objects.filter(uid__in=keys)}
        initial["exclusions"] = "\n".join(f"{called[r['enterprise']]}，{r['reason']}" for r in draw.exclusions)
        initial["recusals"] = "\n".join(f"{called[r['enterprise']]}，{r['officer_name']}，{r['reason']}" for r in draw.recusals)
        return initial

    @staticmethod
    def initial_for(agency: Agency) -> dict[str, Any]:
        """Return what a new draw starts with."""
        today = agency.county.today()
        return {
            "year": today.year,
            "starts_on": today + datetime.timedelta(days=14),
            "ends_on": today + datetime.timedelta(days=44),
            "officers_each": agency.county.rule("officers.min"),
            "way": Draw.Way.SECRETS,
            "witness": Draw.Witness.OFFICE,
        }


def _words(rows: Any, field: str) -> list[tuple[str, Any]]:
    found = rows.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()[:MANY]
    return [("", _("不限")), *((word, word) for word in found)]


class SealForm(ActForm):
    """The digest of a secret."""

    digest = forms.CharField(label=_("暗语摘要"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class RevealForm(ActForm):
    """The secret itself."""

    secret = forms.CharField(label=_("暗语"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class TellForm(ActForm):
    """A lottery number as announced."""

    number = forms.CharField(
        label=_("开奖号码"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("按公告次序，数字之间用空格隔开"),
    )


#: verb -> form of those that ask for more than a note
SEED_FORMS: dict[str, type[ActForm]] = {"seal": SealForm, "reveal": RevealForm, "tell": TellForm}


class ExcuseForm(ActForm):
    """Who can't come, and why."""

    officer = forms.ModelChoiceField(label=_("不能到场的人员"), queryset=Officer.objects.none())
    note = forms.CharField(label=_("理由"), max_length=500, required=False)

    def __init__(self, *args: Any, line: DrawnLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = Officer.objects.filter(pk__in=[row.officer_id for row in line.standing_officers])
