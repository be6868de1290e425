"""Filings, for machines: the same verbs as the pages."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import (
    AgencyNamed,
    CountyNamed,
    agencies_seen,
    establishments_seen,
    officers_seen,
)
from accounts.models import Duty, Establishment, Officer
from accounts.rest import ByUid, ManyByUid, NoteSent, Rows, Shown, StepOpen, Word, documented, once, own_agency, steps_open

from .. import checks
from ..models import (
    FilingNotice,
    InspectionItem,
    InspectionPlan,
    InspectionProgramme,
    PlanAssistant,
    PlanItem,
    PlanOfficer,
    PlanPaper,
    PlanTarget,
    ProgrammeLine,
    Referral,
)
from ..models.plan import PLAIN_FACTS
from .notices import NoticeDetail, NoticeNamed


class TargetShown(Shown):
    """被检查企业 as named on the day of filing."""

    enterprise = serializers.UUIDField(source="enterprise.uid", read_only=True)
    establishment = serializers.UUIDField(source="establishment.uid", read_only=True)

    class Meta:
        model = PlanTarget
        fields = ["enterprise", "establishment", "name", "identifier", "operator", "address"]


class PlanItemShown(Shown):
    """检查事项 as published on the day of filing."""

    item = serializers.UUIDField(source="item.uid", read_only=True)

    class Meta:
        model = PlanItem
        fields = ["item", "name", "basis"]


class PlanOfficerShown(Shown):
    """检查人员 with the certificate that is valid for the window."""

    officer = serializers.UUIDField(source="officer.uid", read_only=True)

    class Meta:
        model = PlanOfficer
        fields = ["officer", "name", "certificate_number"]


class AssistantShown(Shown):
    """协助检查人员."""

    class Meta:
        model = PlanAssistant
        fields = ["name", "body"]


class PaperShown(Shown):
    """随附材料: read its bytes at ``/papers/{uid}/``."""

    sha256 = serializers.CharField(source="file_id", read_only=True)

    class Meta:
        model = PlanPaper
        fields = ["uid", "title", "sha256"]


class PlanShown(Shown):
    """涉企检查备案, in a list."""

    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True)
    programme_line = serializers.UUIDField(source="programme_line.uid", read_only=True, allow_null=True, default=None)
    referral = serializers.UUIDField(source="referral.uid", read_only=True, allow_null=True, default=None)
    targets = TargetShown(many=True, read_only=True)

    class Meta:
        model = InspectionPlan
        fields = [
            "uid", "county", "agency", "status", "act_code", "act", *PLAIN_FACTS, "programme_line", "targets", "drafted_at",
            "submitted_at", "endorsed_at", "decided_at",
        ]  # fmt: skip


class FindingShown(serializers.Serializer):
    """One finding of the checks. One of level REASON is answered in ``reasons`` under its ``key``."""

    key = serializers.CharField()
    code = serializers.CharField()
    level = serializers.ChoiceField(checks.Level.choices)
    field = serializers.CharField()
    message = serializers.CharField()
    article = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class PlanDetail(PlanShown):
    """涉企检查备案 with its rows, its notices, what is open to this person now, and what keeps it from being submitted."""

    items = PlanItemShown(many=True, read_only=True)
    officers = PlanOfficerShown(many=True, read_only=True)
    assistants = AssistantShown(many=True, read_only=True)
    papers = PaperShown(many=True, read_only=True)
    notices = NoticeNamed(many=True, read_only=True)
    drafted_by = serializers.CharField(source="drafted_by.name", read_only=True)
    submitted_by = serializers.CharField(source="submitted_by.name", read_only=True, default=None, allow_null=True)
    endorsed_by = serializers.CharField(source="endorsed_by.name", read_only=True, default=None, allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", read_only=True, default=None, allow_null=True)
    drawn_line = serializers.UUIDField(source="drawn_line.uid", read_only=True, default=None, allow_null=True)
    steps = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()

    class Meta(PlanShown.Meta):
        fields = [
            *PlanShown.Meta.fields, "items", "officers", "assistants", "papers", "notices", "drafted_by", "submitted_by",
            "endorsed_by", "decided_by", "opinion", "ground_code", "remarks", "remarked_at", "reported_at", "drawn_line", "steps",
            "findings",
        ]  # fmt: skip

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, plan: InspectionPlan) -> list[dict[str, Any]]:
        return steps_open(plan, self.context["request"].user)

    @extend_schema_field(FindingShown(many=True))
    def get_findings(self, plan: InspectionPlan) -> list[dict[str, Any]]:
        """Return what the checks find, for who can act on it now: the clerk, or the Office with what it alone may know."""
        steps = plan.steps_open_to(self.context["request"].user)
        if "accept" in steps:
            return FindingShown(plan.findings(for_office=True, deciding=True), many=True).data
        return FindingShown(plan.findings() if "submit" in steps else [], many=True).data


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
    items = ManyByUid(lambda user: InspectionItem.objects.visible_to(user), required=False, help_text=_("检查事项的 uid"))
    officers = ManyByUid(officers_seen, required=False, help_text=_("本单位执法人员的 uid"))
    assistants = AssistantSent(many=True, required=False)
    reasons = serializers.DictField(
        child=serializers.CharField(max_length=300, allow_blank=True), required=False, help_text=_("预检要求说明的理由：key → 理由")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only what the agency's own form offers can be named: its county, its field, its people, as of today."""
        agency = self.context["agency"]
        today = agency.county.today()
        offered = {
            "targets": Establishment.objects.filter(enterprise__county=agency.county, closed_on=None),
            "items": InspectionItem.objects.of_agency(agency).in_force(today),
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
    """An opinion or a reason; 不予备案 names its ground besides."""

    ground = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=40,
        help_text=_("不予备案的理由编码（见 /decline-grounds/），仅 decline 需要"),
    )


class NamedSent(serializers.Serializer):
    """Which enterprise is named at its door, with the reasons that its findings ask for."""

    establishment = ByUid(establishments_seen)
    reasons = serializers.DictField(child=serializers.CharField(max_length=300, allow_blank=True), required=False)


#: the verbs of the table as the address says them
VERBS = {verb.rstrip("_"): verb for verb in InspectionPlan.STEPS if verb not in ("revise", "name")}


@extend_schema_view(list=extend_schema(parameters=[PlansAsked]))
class Plans(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """涉企检查备案: the filings of the own agency; for the Office those that have left their agency."""

    queryset = InspectionPlan.objects.select_related(
        "county", "agency__county", "drafted_by", "submitted_by", "endorsed_by", "decided_by", "drawn_line", "programme_line", "referral"
    ).prefetch_related(Prefetch("targets", PlanTarget.objects.standing().select_related("enterprise", "establishment").order_by("pk")))
    rows_of_one = (
        Prefetch("items", PlanItem.objects.standing().select_related("item").order_by("pk")),
        Prefetch("officers", PlanOfficer.objects.standing().select_related("officer").order_by("pk")),
        Prefetch("assistants", PlanAssistant.objects.standing().order_by("pk")),
        Prefetch("papers", PlanPaper.objects.standing().order_by("pk")),
        Prefetch("notices", FilingNotice.objects.order_by("pk")),
    )
    serializer_class = PlanShown
    detail_class = PlanDetail

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        if self.action != "list":
            return rows.prefetch_related(*self.rows_of_one)
        asked = self.asked(PlansAsked)
        if "status" in asked:
            rows = rows.filter(status=asked["status"])
        if asked.get("words"):
            rows = rows.filter(targets__dropped=False, targets__name__icontains=asked["words"]).distinct()
        return rows

    @documented(PlanDetail, request=PlanBegun, status=201, refused=(403, 422))
    def create(self, request: Request) -> Response:
        """起草: begin a filing. The same uid sent twice gives the same draft (201, then 200)."""
        named = self.sent(AgencyMeant).get("agency")
        agency = own_agency(request, Duty.PLAN_FILE, named, _("只有检查单位的经办人可以起草备案。"))
        facts = dict(self.sent(PlanBegun, agency=agency))
        uid = facts.pop("uid", None)
        facts.pop("agency", None)
        plan, status = once(InspectionPlan, uid, lambda: InspectionPlan.draft(by=request.user, agency=agency, facts=facts, uid=uid))
        return self.answer(plan, status)

    @documented(PlanDetail, request=PlanSent)
    def partial_update(self, request: Request, uid: str) -> Response:
        """修改: change a draft. A key left out stays as it is; a list sent replaces the whole list."""
        plan = self.row()
        plan.revise(by=request.user, facts=dict(self.sent(PlanSent, agency=plan.agency)))
        return self.answer(plan)

    @documented(NoticeDetail, request=NamedSent, refused=(403, 409, 422))
    @action(detail=True, methods=["post"], url_path="name")
    def name_at_door(self, request: Request, uid: str) -> Response:
        """登门点名: name one enterprise of an area patrol at its door; its notice is made at once."""
        notice = self.row().name_at_door(by=request.user, **self.sent(NamedSent))
        return Response(NoticeDetail(notice, context=self.get_serializer_context()).data)

    @documented(
        PlanDetail,
        request=StepSent,
        operation_id="plans_step",
        parameters=[OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=list(VERBS))],
    )
    @action(detail=True, methods=["post"], url_path="(?P<verb>[a-z_]+)")
    def step(self, request: Request, uid: str, verb: str) -> Response:
        """One step of the table: submit, endorse, notify, send_back, accept, return, decline, withdraw, revoke, remark, report.

        decline names its ``ground``. ``steps`` of the filing says which of them are open to this person now.
        """
        name = VERBS.get(verb.rstrip("_"))
        if name is None:
            raise NotFound(_now("没有这个动作。"))
        plan, said = self.row(), self.sent(StepSent)
        if name != "decline":
            said.pop("ground")
        getattr(plan, name)(by=request.user, **({} if name == "submit" else said))
        return self.answer(plan)
