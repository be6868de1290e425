"""The twin of the pages for machines: the same verbs, on filings, notices and visits."""

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
    EnterpriseNamed,
    EstablishmentShown,
    OnDayAsked,
    agencies_seen,
    establishments_seen,
    officers_seen,
)
from accounts.models import Duty, Enterprise, Establishment, Officer
from accounts.rest import ByUid, ManyByUid, Moment, NoteSent, Rows, Shown, StepOpen, Word, documented, once, own_agency, steps_open

from .api_programmes import Programmes
from .models import (
    CheckSheet,
    CheckSheetRow,
    DeclineGround,
    EnterpriseAct,
    FilingNotice,
    InspectionItem,
    InspectionPlan,
    InspectionProgramme,
    OutOfScopeMatter,
    PlanAssistant,
    PlanItem,
    PlanOfficer,
    PlanPaper,
    PlanTarget,
    ProgrammeLine,
    QuietRule,
    Visit,
    VisitPerson,
    VisitRight,
)
from .models.plan import PLAIN_FACTS


# --- the public lists -------------------------------------------------------------------------------
@extend_schema_view(list=extend_schema(parameters=[OnDayAsked]))
class ListLines(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """Lines of a public list, with their dates in force."""

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        day = self.asked(OnDayAsked).get("on") if self.action == "list" else None
        return rows.in_force(day) if day else rows


LINE = ["uid", "county", "code", "starts", "ends", "source"]


class ItemShown(Shown):
    """检查事项: only what is published may be carried out."""

    county = CountyNamed(read_only=True)
    basis = serializers.CharField(read_only=True)
    last_used = serializers.DateField(read_only=True, allow_null=True, help_text=_("最近一次备案的检查开始日期；从未使用为空"))

    class Meta:
        model = InspectionItem
        fields = [
            *LINE, "name", "agency_kind", "law", "article", "basis", "basis_kind", "object_kind", "method", "off_site_possible",
            "level", "published_url", "yearly_cap", "cap_source", "counts_toward_cap", "last_used",
        ]  # fmt: skip


class ItemsAsked(OnDayAsked):
    """Which inspection items."""

    kind = serializers.CharField(required=False, max_length=40, help_text=_("领域，如“市场监管”"))


@extend_schema_view(list=extend_schema(parameters=[ItemsAsked]))
class Items(ListLines):
    """检查事项清单."""

    queryset = InspectionItem.objects.select_related("county").with_last_used()
    serializer_class = ItemShown

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        kind = self.asked(ItemsAsked).get("kind") if self.action == "list" else None
        return rows.filter(agency_kind=kind) if kind else rows


class ActShown(Shown):
    """涉企行为: must be filed, may be filed, or forbidden."""

    county = CountyNamed(read_only=True)

    class Meta:
        model = EnterpriseAct
        fields = [*LINE, "act", "variant", "filing", "law", "article", "reason"]


class Acts(ListLines):
    """涉企行为: which acts must be filed, may be, or are forbidden."""

    queryset = EnterpriseAct.objects.select_related("county")
    serializer_class = ActShown


class RightShown(Shown):
    """What the owner may do, with its article."""

    county = CountyNamed(read_only=True)

    class Meta:
        model = VisitRight
        fields = [*LINE, "grade", "case", "law", "article", "sentence", "on_page"]


class Rights(ListLines):
    """What the owner may do at the gate: refuse, verify first, comply first."""

    queryset = VisitRight.objects.select_related("county")
    serializer_class = RightShown


class MatterShown(Shown):
    """不适用备案的事项: it has its own procedure; no filing is made, no case is asked for."""

    county = CountyNamed(read_only=True)

    class Meta:
        model = OutOfScopeMatter
        fields = [*LINE, "matter", "law", "article", "by_whom", "explanation"]


class Matters(ListLines):
    """Matters outside the filing rule, each with its article."""

    queryset = OutOfScopeMatter.objects.select_related("county")
    serializer_class = MatterShown


class GroundShown(Shown):
    """不予备案的理由, with the county's rule that says so."""

    county = CountyNamed(read_only=True)

    class Meta:
        model = DeclineGround
        fields = [*LINE, "text", "rule"]


class Grounds(ListLines):
    """Grounds on which the Office may answer 不予备案."""

    queryset = DeclineGround.objects.select_related("county")
    serializer_class = GroundShown


class SheetRowShown(Shown):
    """One row of a check sheet."""

    class Meta:
        model = CheckSheetRow
        fields = ["uid", "place", "object", "item", "content", "standard"]


class SheetShown(Shown):
    """检查表 with its rows."""

    county = CountyNamed(read_only=True)
    rows = SheetRowShown(many=True, read_only=True)

    class Meta:
        model = CheckSheet
        fields = [*LINE, "name", "item_code", "rows"]


class Sheets(ListLines):
    """检查表: what is looked at, how, by which standard."""

    queryset = CheckSheet.objects.select_related("county").prefetch_related(Prefetch("rows", CheckSheetRow.objects.order_by("place")))
    serializer_class = SheetShown


class QuietShown(Shown):
    """宁静日: days of the month, days of the week (1 Monday … 7 Sunday), exceptions."""

    county = CountyNamed(read_only=True)
    weekdays = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    exceptions = serializers.ListField(child=Word(QuietRule.Exception), read_only=True)

    class Meta:
        model = QuietRule
        fields = [*LINE, "name", "days_from", "days_to", "weekdays", "exceptions"]


class QuietRules(ListLines):
    """宁静日: when enterprises are left alone, and who may come all the same."""

    queryset = QuietRule.objects.select_related("county")
    serializer_class = QuietShown


# --- plans ------------------------------------------------------------------------------------------
class NoticeNamed(Shown):
    """A notice, named."""

    class Meta:
        model = FilingNotice
        fields = ["uid", "label", "status"]


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
    targets = TargetShown(many=True, read_only=True)

    class Meta:
        model = InspectionPlan
        fields = [
            "uid", "county", "agency", "status", "act_code", "act", *PLAIN_FACTS, "programme_line", "targets", "drafted_at",
            "submitted_at", "endorsed_at", "decided_at",
        ]  # fmt: skip


class FaultShown(serializers.Serializer):
    """What keeps the filing from being submitted."""

    field = serializers.CharField()
    message = serializers.CharField()
    article = serializers.CharField(allow_blank=True)


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
    faults = serializers.SerializerMethodField()

    class Meta(PlanShown.Meta):
        fields = [
            *PlanShown.Meta.fields, "items", "officers", "assistants", "papers", "notices", "drafted_by", "submitted_by",
            "endorsed_by", "decided_by", "opinion", "ground_code", "remarks", "remarked_at", "reported_at", "drawn_line", "steps", "faults",
        ]  # fmt: skip

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, plan: InspectionPlan) -> list[dict[str, Any]]:
        return steps_open(plan, self.context["request"].user)

    @extend_schema_field(FaultShown(many=True))
    def get_faults(self, plan: InspectionPlan) -> list[dict[str, Any]]:
        user = self.context["request"].user
        return FaultShown(plan.faults() if "submit" in plan.steps_open_to(user) else [], many=True).data


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


#: the verbs of the table as the address says them
VERBS = {verb.rstrip("_"): verb for verb in InspectionPlan.STEPS if verb != "revise"}


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


# --- notices ----------------------------------------------------------------------------------------
class ItemOnPaper(serializers.Serializer):
    """An item as printed."""

    name = serializers.CharField()
    basis = serializers.CharField()


class OfficerOnPaper(serializers.Serializer):
    """An officer as printed."""

    name = serializers.CharField()
    certificate = serializers.CharField()


class NoticeFacts(serializers.Serializer):
    """All that the paper says, as it stood when it was numbered."""

    number = serializers.CharField()
    office = serializers.CharField()
    county = serializers.CharField()
    supervision_phone = serializers.CharField()
    filing = serializers.CharField()
    enterprise = serializers.CharField()
    identifier = serializers.CharField()
    operator = serializers.CharField()
    address = serializers.CharField()
    agency = serializers.CharField()
    carried_out_by = serializers.CharField()
    type = serializers.CharField()
    task_source = serializers.CharField()
    purpose = serializers.CharField()
    requirements = serializers.CharField()
    items = ItemOnPaper(many=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    minutes_on_site = serializers.IntegerField(allow_null=True)
    officers = OfficerOnPaper(many=True)
    assistants = serializers.ListField(child=serializers.CharField())
    numbered_on = serializers.DateField()
    scan_url = serializers.CharField()


class VisitNamed(Shown):
    """A visit, named."""

    class Meta:
        model = Visit
        fields = ["uid", "status", "arrived_at", "left_at"]


class NoticeShown(Shown):
    """《涉企检查备案通知书》, in a list."""

    county = CountyNamed(read_only=True)
    plan = serializers.UUIDField(source="plan.uid", read_only=True)
    agency = AgencyNamed(source="plan.agency", read_only=True)
    enterprise = EnterpriseNamed(read_only=True)
    establishment = EstablishmentShown(read_only=True)

    class Meta:
        model = FilingNotice
        fields = [
            "uid", "county", "label", "year", "number", "status", "plan", "agency", "enterprise", "establishment", "starts_on",
            "ends_on", "unannounced", "numbered_at", "issued_at", "voided_at", "void_reason",
        ]  # fmt: skip


class NoticeDetail(NoticeShown):
    """《涉企检查备案通知书》 with all that its paper says, its document, its visits, and what is open to this person now."""

    facts = NoticeFacts(source="snapshot", read_only=True)
    scan_url = serializers.CharField(read_only=True)
    pdf_url = serializers.CharField(read_only=True)
    sha256 = serializers.CharField(source="document_id", read_only=True, allow_null=True)
    visits = VisitNamed(many=True, read_only=True)
    steps = serializers.SerializerMethodField()

    class Meta(NoticeShown.Meta):
        fields = [*NoticeShown.Meta.fields, "facts", "scan_url", "pdf_url", "sha256", "visits", "steps"]

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, notice: FilingNotice) -> list[dict[str, Any]]:
        return steps_open(notice, self.context["request"].user)


class NoticesAsked(serializers.Serializer):
    """Which notices."""

    words = serializers.CharField(required=False, max_length=120, help_text=_("企业名称、证件号码，或者通知书序号"))
    status = Word(FilingNotice.Status, required=False)
    on = serializers.DateField(required=False, help_text=_("只列这一天可以凭以入企的"))


@extend_schema_view(list=extend_schema(parameters=[NoticesAsked]))
class Notices(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """《涉企检查备案通知书》 of the own agency; for the Office those of its county."""

    queryset = FilingNotice.objects.select_related("county", "plan__agency", "enterprise", "establishment")
    serializer_class = NoticeShown
    detail_class = NoticeDetail

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        if self.action != "list":
            return rows.prefetch_related(Prefetch("visits", Visit.objects.order_by("pk")))
        asked = self.asked(NoticesAsked)
        if words := asked.get("words"):
            by_number = words.isascii() and words.isdigit() and len(words) <= 9
            rows = (
                rows.filter(number=words)
                if by_number
                else rows.filter(enterprise__in=Enterprise.objects.matching(words, self.request.user.counties()))
            )
        if "status" in asked:
            rows = rows.filter(status=asked["status"])
        return rows.for_the_day(asked["on"]).issued() if "on" in asked else rows

    @documented(NoticeDetail, request=NoteSent)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, uid: str) -> Response:
        """作废 with its reason; the number stays taken. The Office's act."""
        notice = self.row()
        notice.void(by=request.user, **self.sent(NoteSent))
        return self.answer(notice)


# --- visits -----------------------------------------------------------------------------------------
class PersonShown(Shown):
    """Someone who came."""

    officer = serializers.UUIDField(source="officer.uid", read_only=True, default=None, allow_null=True)

    class Meta:
        model = VisitPerson
        fields = ["officer", "name", "certificate_number", "named_on_notice"]


class VisitShown(Shown):
    """入企登记: who came, when, what was found."""

    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True)
    notice = NoticeNamed(read_only=True, allow_null=True)
    enterprise = EnterpriseNamed(read_only=True)
    establishment = EstablishmentShown(read_only=True)
    people = PersonShown(many=True, read_only=True)
    minutes = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Visit
        fields = [
            "uid", "county", "agency", "notice", "enterprise", "establishment", "unfiled_ground", "status", "arrived_at",
            "left_at", "minutes", "result", "result_note", "people",
        ]  # fmt: skip


class VisitDetail(VisitShown):
    """入企登记, and what is open to this person now."""

    steps = serializers.SerializerMethodField()

    class Meta(VisitShown.Meta):
        fields = [*VisitShown.Meta.fields, "steps"]

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, visit: Visit) -> list[dict[str, Any]]:
        return steps_open(visit, self.context["request"].user)


class VisitsAsked(serializers.Serializer):
    """Which visits."""

    unfiled = serializers.BooleanField(required=False, help_text=_("只列没有备案的"))
    status = Word(Visit.Status, required=False)


def notices_seen(user: Any) -> QuerySet:
    """Return the notices that ``user`` may name."""
    return FilingNotice.objects.visible_to(user).select_related("county", "plan__agency")


class ArrivalSent(serializers.Serializer):
    """Who is at the gate, under which notice."""

    notice = ByUid(notices_seen)
    officers = ManyByUid(officers_seen, help_text=_("实际到场的检查人员"))
    others = serializers.CharField(required=False, allow_blank=True, default="", max_length=200, help_text=_("其他到场人员姓名"))
    uid = serializers.UUIDField(required=False)


class UnfiledSent(serializers.Serializer):
    """A visit that had no filing, written down afterwards."""

    agency = ByUid(agencies_seen, required=False, help_text=_("默认为本人任执法人员的单位"))
    establishment = ByUid(establishments_seen)
    officers = ManyByUid(officers_seen)
    arrived_at = Moment()
    ground = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    uid = serializers.UUIDField(required=False)


class LeaveSent(serializers.Serializer):
    """What was found."""

    result = Word(Visit.Result)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


@extend_schema_view(list=extend_schema(parameters=[VisitsAsked]))
class Visits(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """入企登记 of the own agency; for the Office those of its county."""

    queryset = Visit.objects.select_related("county", "agency", "notice", "enterprise", "establishment").prefetch_related(
        Prefetch("people", VisitPerson.objects.select_related("officer").order_by("pk"))
    )
    serializer_class = VisitShown
    detail_class = VisitDetail

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        asked = self.asked(VisitsAsked) if self.action == "list" else {}
        if "status" in asked:
            rows = rows.filter(status=asked["status"])
        return rows.unfiled() if asked.get("unfiled") else rows

    @documented(VisitDetail, request=ArrivalSent, status=201, refused=(403, 409, 422))
    def create(self, request: Request) -> Response:
        """入企登记 under a notice, by an officer named on it. The same uid sent twice is one visit (201, then 200)."""
        said = self.sent(ArrivalSent)
        visit, status = once(Visit, said.get("uid"), lambda: Visit.arrive(by=request.user, **said))
        return self.answer(visit, status)

    @documented(VisitDetail, request=UnfiledSent, status=201, refused=(403, 422))
    @action(detail=False, methods=["post"])
    def unfiled(self, request: Request) -> Response:
        """补记 a visit that had no filing. It is kept, and marked."""
        said = self.sent(UnfiledSent)
        agency = own_agency(request, Duty.VISIT_LOG, said.pop("agency", None), _("只有执法人员可以登记入企。"))
        visit, status = once(Visit, said.get("uid"), lambda: Visit.record_unfiled(by=request.user, agency=agency, **said))
        return self.answer(visit, status)

    @documented(VisitDetail, request=LeaveSent)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, uid: str) -> Response:
        """离企登记 with one of five results; other than 未发现问题 it is explained."""
        visit = self.row()
        visit.leave(by=request.user, **self.sent(LeaveSent))
        return self.answer(visit)


VIEWSETS: list[tuple[str, type, str]] = [
    ("inspection-items", Items, "api-inspection-items"),
    ("acts", Acts, "api-acts"),
    ("out-of-scope", Matters, "api-out-of-scope"),
    ("decline-grounds", Grounds, "api-decline-grounds"),
    ("check-sheets", Sheets, "api-check-sheets"),
    ("quiet-rules", QuietRules, "api-quiet-rules"),
    ("rights", Rights, "api-rights"),
    ("plans", Plans, "api-plans"),
    ("programmes", Programmes, "api-programmes"),
    ("notices", Notices, "api-notices"),
    ("visits", Visits, "api-visits"),
]
urlpatterns: list = []
