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
)
from accounts.models import Duty
from accounts.rest import Rows, Shown, StepOpen, documented, once, own_agency, steps_open
from audit.models import NotYours

from .. import checks, clocks
from ..joining import matches_in
from ..models import (
    FilingNotice,
    InspectionPlan,
    PlanAgency,
    PlanAssistant,
    PlanChange,
    PlanItem,
    PlanOfficer,
    PlanPaper,
    PlanTarget,
)
from ..models.plan_rows import PLAIN_FACTS
from .notices import NoticeDetail, NoticeNamed
from .plans_sent import (
    AgencyMeant,
    ChangeSent,
    NamedSent,
    PlanBegun,
    PlansAsked,
    PlanSent,
    StepSent,
    TogetherSent,
    UrgentSent,
)


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


class WaitingShown(serializers.Serializer):
    """Whom a filing waits for, since when, and the last day of the term, if one runs."""

    whom = serializers.CharField()
    since = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    late_by = serializers.IntegerField(help_text=_("已经逾期几个工作日"))


class PartnerShown(Shown):
    """配合单位 of a joint inspection."""

    agency = AgencyNamed(read_only=True)

    class Meta:
        model = PlanAgency
        fields = ["agency", "confirmed_at"]


class PlanShown(Shown):
    """涉企检查备案, in a list."""

    waiting = serializers.SerializerMethodField()
    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True)
    programme_line = serializers.UUIDField(source="programme_line.uid", read_only=True, allow_null=True, default=None)
    referral = serializers.UUIDField(source="referral.uid", read_only=True, allow_null=True, default=None)
    targets = TargetShown(many=True, read_only=True)

    class Meta:
        model = InspectionPlan
        fields = [
            "uid", "county", "agency", "status", "waiting", "before", "act_code", "act", *PLAIN_FACTS, "programme_line", "targets",
            "drafted_at", "submitted_at", "endorsed_at", "decided_at",
        ]  # fmt: skip

    @extend_schema_field(WaitingShown(allow_null=True))
    def get_waiting(self, plan: InspectionPlan) -> dict[str, Any] | None:
        return plan.waiting and WaitingShown(plan.waiting).data

    def to_representation(self, plan: InspectionPlan) -> dict[str, Any]:
        if not hasattr(plan, "waiting"):
            # Rules and calendar are asked once for all rows of an answer.
            kept = self.context.setdefault("clocks", {})
            plan.waiting = kept.setdefault(plan.county_id, clocks.Clocks(plan.county)).of(plan)
        return super().to_representation(plan)


class FindingShown(serializers.Serializer):
    """One finding of the checks. One of level REASON is answered in ``reasons`` under its ``key``."""

    key = serializers.CharField()
    code = serializers.CharField()
    level = serializers.ChoiceField(checks.Level.choices)
    field = serializers.CharField()
    message = serializers.CharField()
    article = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class ChangeShown(Shown):
    """变更、延期 that was asked for: approved (``made``), refused, or still open (``decided_at`` null)."""

    class Meta:
        model = PlanChange
        fields = ["uid", "kind", "starts_on", "ends_on", "officers", "reason", "asked_at", "decided_at", "made", "opinion"]


class PlanDetail(PlanShown):
    """涉企检查备案 with its rows, its notices, what is open to this person now, and what keeps it from being submitted."""

    items = PlanItemShown(many=True, read_only=True)
    officers = PlanOfficerShown(many=True, read_only=True)
    assistants = AssistantShown(many=True, read_only=True)
    papers = PaperShown(many=True, read_only=True)
    partners = PartnerShown(many=True, read_only=True, source="partner_rows")
    changes = ChangeShown(many=True, read_only=True)
    notices = NoticeNamed(many=True, read_only=True)
    drafted_by = serializers.CharField(source="drafted_by.name", read_only=True)
    submitted_by = serializers.CharField(source="submitted_by.name", read_only=True, default=None, allow_null=True)
    endorsed_by = serializers.CharField(source="endorsed_by.name", read_only=True, default=None, allow_null=True)
    decided_by = serializers.CharField(source="decided_by.name", read_only=True, default=None, allow_null=True)
    reviewed_by = serializers.CharField(source="reviewed_by.name", read_only=True, default=None, allow_null=True)
    rechecked_by = serializers.CharField(source="rechecked_by.name", read_only=True, default=None, allow_null=True)
    marked = serializers.ListField(child=serializers.CharField(), read_only=True, help_text=_("备案机关请补正的栏目"))
    drawn_line = serializers.UUIDField(source="drawn_line.uid", read_only=True, default=None, allow_null=True)
    steps = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()

    class Meta(PlanShown.Meta):
        fields = [
            *PlanShown.Meta.fields, "items", "officers", "assistants", "papers", "partners", "changes", "notices", "drafted_by",
            "submitted_by", "endorsed_by", "received_at", "reviewed_by", "reviewed_at", "proposal", "review_opinion", "decided_by",
            "opinion", "marked", "ground_code", "recheck_reason", "recheck_asked_at", "rechecked_by", "rechecked_at", "recheck_opinion",
            "lapsed_at", "began_at", "urgent_ground", "paper_number", "completed_at", "remarks", "remarked_at", "reported_at",
            "drawn_line", "steps", "findings",
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


class TogetherShown(serializers.Serializer):
    """What became of each filing of the act: ``why`` empty where it was done."""

    uid = serializers.UUIDField(source="plan.uid")
    status = serializers.CharField(source="plan.status")
    why = serializers.CharField(allow_blank=True)


class MatchShown(serializers.Serializer):
    """Filings that could be one joint inspection: the lead first, and how many visits fewer that is."""

    plans = serializers.ListField(child=serializers.UUIDField(), source="uids")
    agencies = serializers.ListField(child=serializers.CharField())
    enterprises = serializers.ListField(child=serializers.CharField())
    saved = serializers.IntegerField(help_text=_("少上门几次"))


#: the verbs of the table as the address says them
VERBS = {verb.rstrip("_"): verb for verb in InspectionPlan.STEPS if verb not in InspectionPlan.BY_THEMSELVES}


@extend_schema_view(list=extend_schema(parameters=[PlansAsked]))
class Plans(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """涉企检查备案: the filings of the own agency; for the Office those that have left their agency."""

    queryset = InspectionPlan.objects.select_related(
        "county",
        "agency__county",
        "drafted_by",
        "submitted_by",
        "endorsed_by",
        "decided_by",
        "reviewed_by",
        "rechecked_by",
        "drawn_line",
        "programme_line",
        "referral",
    ).prefetch_related(Prefetch("targets", PlanTarget.objects.standing().select_related("enterprise", "establishment").order_by("pk")))
    rows_of_one = (
        Prefetch("items", PlanItem.objects.standing().select_related("item").order_by("pk")),
        Prefetch("officers", PlanOfficer.objects.standing().select_related("officer").order_by("pk")),
        Prefetch("assistants", PlanAssistant.objects.standing().order_by("pk")),
        Prefetch("papers", PlanPaper.objects.standing().order_by("pk")),
        Prefetch("agencies", PlanAgency.objects.partners().select_related("agency").order_by("pk"), to_attr="partner_rows"),
        Prefetch("changes", PlanChange.objects.order_by("pk")),
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
        facts = dict(self.sent(PlanBegun, agency=agency, joined=[]))
        uid = facts.pop("uid", None)
        facts.pop("agency", None)
        plan, status = once(InspectionPlan, uid, lambda: InspectionPlan.draft(by=request.user, agency=agency, facts=facts, uid=uid))
        return self.answer(plan, status)

    @documented(PlanDetail, request=PlanSent)
    def partial_update(self, request: Request, uid: str) -> Response:
        """修改: change a draft. A key left out stays as it is; a list sent replaces the whole list."""
        plan = self.row()
        joined = [row.agency for row in plan.agencies.partners().select_related("agency")]
        plan.revise(by=request.user, facts=dict(self.sent(PlanSent, agency=plan.agency, joined=joined)))
        return self.answer(plan)

    @documented(NoticeDetail, request=NamedSent, refused=(403, 409, 422))
    @action(detail=True, methods=["post"], url_path="name")
    def name_at_door(self, request: Request, uid: str) -> Response:
        """登门点名: name one enterprise of an area patrol at its door; its notice is made at once."""
        notice = self.row().name_at_door(by=request.user, **self.sent(NamedSent))
        return Response(NoticeDetail(notice, context=self.get_serializer_context()).data)

    @documented(PlanDetail, request=UrgentSent, status=201, refused=(403, 422))
    @action(detail=False, methods=["post"])
    def urgent(self, request: Request) -> Response:
        """先行实施 or 手工备案: a provisional notice is numbered at once, the formality is completed within its days."""
        named = self.sent(AgencyMeant).get("agency")
        duty = Duty.VISIT_LOG if request.user.holding(Duty.VISIT_LOG) else Duty.PLAN_FILE
        agency = own_agency(request, duty, named, _("只有检查单位的执法人员或者经办人可以登记先行实施的检查。"))
        said = dict(self.sent(UrgentSent))
        said.pop("agency", None)
        plan, status = once(InspectionPlan, said.get("uid"), lambda: InspectionPlan.begin_urgent(by=request.user, agency=agency, **said))
        return self.answer(plan, status)

    @documented(TogetherShown(many=True), request=TogetherSent, refused=(403, 422))
    @action(detail=False, methods=["post"])
    def together(self, request: Request) -> Response:
        """Decide many filings by one act: one signature, each row its own. What can't be decided is left as it is, and said."""
        said = self.sent(TogetherSent)
        verb = VERBS[said["verb"]]
        how = {name: said[name] for name in InspectionPlan.TAKES.get(verb, ("note",))}
        outcome = InspectionPlan.together(said["plans"], verb, by=request.user, **how)
        return Response(TogetherShown([{"plan": plan, "why": why} for plan, why in outcome], many=True).data)

    @extend_schema(responses=MatchShown(many=True))
    @action(detail=False, methods=["get"], pagination_class=None)
    def joinable(self, request: Request) -> Response:
        """可以联合的检查: what could be one visit, those that save most first; the Office finds all, a unit those of its own."""
        office = request.user.holding(Duty.PLAN_REVIEW)
        post = office or request.user.holding(Duty.PLAN_FILE) or request.user.holding(Duty.PLAN_ENDORSE)
        if not post:
            raise NotYours(_now("只有经办人、负责人和备案机关可以查看。"))
        found = matches_in(post.county, agency=None if office else post.agency)
        return Response(MatchShown(found[:50], many=True).data)

    @documented(PlanDetail, request=ChangeSent)
    @action(detail=True, methods=["post"])
    def ask_change(self, request: Request, uid: str) -> Response:
        """申请变更、延期: nothing changes until the head approves (amend, postpone)."""
        plan = self.row()
        plan.ask_change(by=request.user, **self.sent(ChangeSent))
        return self.answer(plan)

    @documented(
        PlanDetail,
        request=StepSent,
        operation_id="plans_step",
        parameters=[OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=list(VERBS))],
    )
    @action(detail=True, methods=["post"], url_path="(?P<verb>[a-z_]+)")
    def step(self, request: Request, uid: str, verb: str) -> Response:
        """One step of the table; what each takes beside a note stands in the body. The clock's own steps are no address.

        ``steps`` of the filing says which of them are open to this person now.
        """
        name = VERBS.get(verb.rstrip("_"))
        if name is None:
            raise NotFound(_now("没有这个动作。"))
        plan, said = self.row(), self.sent(StepSent)
        getattr(plan, name)(by=request.user, **{fact: said[fact] for fact in InspectionPlan.TAKES.get(name, ("note",))})
        return self.answer(plan)
