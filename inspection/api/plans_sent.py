"""What machines send about filings."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api import agencies_seen, establishments_seen, officers_seen
from accounts.models import Establishment, Officer
from accounts.rest import ByUid, ManyByUid, Moment, NoteSent, Word

from ..models import InspectionItem, InspectionPlan, InspectionProgramme, PlanChange, ProgrammeLine, Referral


class PlansAsked(serializers.Serializer):
    """Which filings."""

    status = Word(InspectionPlan.Status, required=False)
    words = serializers.CharField(required=False, max_length=120, help_text=_("被检查企业名称包含"))


class AssistantSent(serializers.Serializer):
    """协助检查人员: name and body."""

    name = serializers.CharField(max_length=60)
    body = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


def _text(longest: int) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=longest)


class PlanSent(serializers.Serializer):
    """What a clerk fills in. Nothing is required to keep a draft; what is missing is said at submit."""

    act = serializers.CharField(
        required=False, max_length=40, help_text=_("涉企行为清单的编码；起草时不填为普通检查；禁止的行为会被拒绝并说明条款")
    )
    type = Word(InspectionPlan.Type, required=False, blank=True)
    task_source = Word(InspectionPlan.TaskSource, required=False, blank=True)
    task_number = _text(100)
    area = _text(60)
    area_trade = _text(60)
    area_ceiling = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=99)
    referral = ByUid(lambda user: Referral.objects.visible_to(user), required=False, allow_null=True, help_text=_("线索移送的 uid"))
    approval_document = _text(100)
    approved_by = _text(100)
    assistance_letter = _text(100)
    platform_task = _text(60)
    platform_code = _text(60)
    purpose = _text(300)
    requirements = _text(500)
    why_on_site = _text(300)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    minutes_on_site = serializers.IntegerField(required=False, allow_null=True, min_value=5, max_value=4800)
    telling = Word(InspectionPlan.Telling, required=False, blank=True)
    tell_on = serializers.DateField(required=False, allow_null=True)
    no_telling_ground = _text(300)
    programme_line = ByUid(
        lambda user: ProgrammeLine.objects.filter(programme__in=InspectionProgramme.objects.visible_to(user)),
        required=False, allow_null=True, help_text=_("所属计划行的 uid：本单位已备案的检查计划"),
    )  # fmt: skip
    targets = ManyByUid(establishments_seen, required=False, help_text=_("经营场所的 uid"))
    items = ManyByUid(
        lambda user: InspectionItem.objects.visible_to(user), required=False, help_text=_("检查事项的 uid，本单位和配合单位的")
    )
    officers = ManyByUid(officers_seen, required=False, help_text=_("本单位执法人员的 uid"))
    assistants = AssistantSent(many=True, required=False)
    partners = ManyByUid(agencies_seen, required=False, help_text=_("联合检查的配合单位 uid；各自确认以后负责人才能批准"))
    reasons = serializers.DictField(
        child=serializers.CharField(max_length=300, allow_blank=True), required=False, help_text=_("预检要求说明的理由：key → 理由")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only what the agency's own form offers can be named: county, people, its field and those of who joins; as of today."""
        agency = self.context["agency"]
        units = [agency, *(unit for unit in attrs.get("partners", self.context["joined"]) if unit.county_id == agency.county_id)]
        today = agency.county.today()
        offered = {
            "targets": Establishment.objects.filter(enterprise__county=agency.county, closed_on=None),
            "items": InspectionItem.objects.of_agencies(units).in_force(today),
            "officers": Officer.objects.filter(agency=agency).serving_on(today),
        }
        for name, rows in offered.items():
            if named := attrs.get(name):
                known = set(rows.filter(pk__in=[row.pk for row in named]).values_list("pk", flat=True))
                if strangers := [str(row) for row in named if row.pk not in known]:
                    raise serializers.ValidationError({name: [_now("本单位不能选择“%(what)s”。") % {"what": who} for who in strangers]})
        return attrs


class PlanBegun(PlanSent):
    """A new filing: as revised later, and for which agency, under which uid."""

    agency = serializers.UUIDField(required=False, help_text=_("默认为本人任经办人的单位"))
    uid = serializers.UUIDField(required=False, help_text=_("可由发送方指定：重复发送不会重复起草"))


class AgencyMeant(serializers.Serializer):
    """For which agency one acts."""

    agency = ByUid(agencies_seen, required=False)


class StepSent(NoteSent):
    """An opinion or a reason, and what some verbs ask for besides."""

    ground = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=40,
        help_text=_("不予备案的理由编码（见 /decline-grounds/），仅 decline 需要"),
    )
    proposal = Word(InspectionPlan.Proposal, required=False, default="ACCEPT", help_text=_("仅 review：建议准予还是不予备案"))
    marked = serializers.ListField(
        child=serializers.ChoiceField(InspectionPlan.MARKABLE), required=False, default=list, help_text=_("仅 return：请补正的栏目")
    )
    instead_of = ByUid(
        lambda user: InspectionPlan.objects.visible_to(user), required=False, allow_null=True, default=None,
        help_text=_("仅 confirm：因参加联合检查而撤回的本单位备案"),
    )  # fmt: skip


class ChangeSent(NoteSent):
    """申请变更 or 延期: the new dates, for 变更 also who goes."""

    kind = Word(PlanChange.Kind)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    officers = ManyByUid(officers_seen, required=False, help_text=_("不填为人员不变"))


class UrgentSent(serializers.Serializer):
    """先行实施: minutes on the spot, not a form."""

    agency = serializers.UUIDField(required=False, help_text=_("默认为本人任职的单位"))
    before = Word(InspectionPlan.Before, required=False, default="URGENT")
    establishments = ManyByUid(establishments_seen)
    officers = ManyByUid(officers_seen)
    items = ManyByUid(lambda user: InspectionItem.objects.visible_to(user), required=False, default=list)
    ground = serializers.CharField(max_length=300, allow_blank=True)
    began_at = Moment(required=False, allow_null=True, default=None, help_text=_("手工备案填写当时的时间；紧急检查不填为现在"))
    paper_number = serializers.CharField(max_length=60, required=False, allow_blank=True, default="", help_text=_("手工备案的手工编号"))
    uid = serializers.UUIDField(required=False)


class TogetherSent(StepSent):
    """Many filings, one act."""

    plans = ManyByUid(lambda user: InspectionPlan.objects.visible_to(user).select_related("agency", "county"))
    verb = serializers.ChoiceField([verb.rstrip("_") for verb in InspectionPlan.TOGETHER if verb not in InspectionPlan.BY_THEMSELVES])


class NamedSent(serializers.Serializer):
    """Which enterprise is named at its door, with the reasons that its findings ask for."""

    establishment = ByUid(establishments_seen)
    reasons = serializers.DictField(child=serializers.CharField(max_length=300, allow_blank=True), required=False)
