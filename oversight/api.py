"""The twin of the Office's own pages: trail, board, month, what was refused."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import AgencyNamed, CountyNamed, EnterpriseNamed, agencies_seen
from accounts.models import County, Duty, Enterprise
from accounts.rest import ByUid, Json, NoteSent, RefusalAnswer, Rows, Shown, Word, YuanShown, documented, found
from audit.models import Attempt, NotYours, Reading
from inspection.models import InspectionPlan, ProhibitedDemand

from .demands import LOOK_BACK
from .discrepancies.charges import differences as money_differences
from .discrepancies.said import differences as differences_of
from .models import ReportedDemand
from .retaliation import calls_again
from .scoreboard import board as board_of
from .scoreboard import month_of
from .trail import trail
from .views import record_calls_again


class LineShown(serializers.Serializer):
    """One act: when, to which thing, what, by whom in which post, why; and the leaf that binds it."""

    at = serializers.DateTimeField()
    what = serializers.CharField()
    act = serializers.CharField()
    verb = serializers.CharField()
    name = serializers.CharField()
    post = serializers.CharField()
    agency = serializers.CharField()
    note = serializers.CharField()
    leaf = serializers.UUIDField()


class Trails(APIView):
    """The trail of one filing."""

    parser_classes = [Json]

    @extend_schema(
        parameters=[OpenApiParameter("uid", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH)],
        responses={200: LineShown(many=True), 404: RefusalAnswer},
        operation_id="trails_retrieve",
    )
    def get(self, request: Request, uid: str) -> Response:
        """Return everything that happened to one filing, in order of time.

        Only 稽核 finds receipts, codes and complaints in it; for everybody else they leave no trace.
        """
        plan = found(InspectionPlan.objects.visible_to(request.user).select_related("county"), uid)
        return Response(LineShown(trail(plan, reader=request.user), many=True).data)


class BoardRowShown(serializers.Serializer):
    """What one agency did in a period (``agency`` is empty in the sum)."""

    agency = AgencyNamed(allow_null=True)
    filed = serializers.IntegerField()
    accepted = serializers.IntegerField()
    returned = serializers.IntegerField()
    declined = serializers.IntegerField()
    visits = serializers.IntegerField()
    unfiled = serializers.IntegerField()
    minutes = serializers.IntegerField()
    receipts = serializers.IntegerField()
    content = serializers.IntegerField(help_text=_("基本满意以上"))
    charges = serializers.IntegerField()
    amount_fen = serializers.IntegerField(source="amount")
    amount = YuanShown()


class BoardShown(serializers.Serializer):
    """A period of a county: rows by agency, never by officer, and their sums."""

    county = CountyNamed()
    first = serializers.DateField()
    last = serializers.DateField()
    rows = BoardRowShown(many=True)
    total = BoardRowShown()
    attempts = serializers.IntegerField(help_text=_("被拒绝的办理"))
    complaints = serializers.IntegerField()


class ForOversight(APIView):
    """For 稽核 alone."""

    parser_classes = [Json]

    def county(self, request: Request) -> County:
        """Return the county overseen, or raise NotYours."""
        post = request.user.holding(Duty.OVERSEE)
        if not post:
            raise NotYours(_("这里只有备案机关的稽核岗位可以查阅。"))
        return post.county


class BoardNow(ForOversight):
    """The board."""

    @extend_schema(responses={200: BoardShown, 403: RefusalAnswer}, operation_id="board")
    def get(self, request: Request) -> Response:
        """Return the last days (rule value ``board.period_days``) by agency."""
        county = self.county(request)
        today = county.today()
        first = today - datetime.timedelta(days=county.rule("board.period_days") - 1)
        return Response(BoardShown(board_of(county, first, today)).data)


class BoardOfMonth(ForOversight):
    """The board of a month."""

    @extend_schema(responses={200: BoardShown, 403: RefusalAnswer, 404: RefusalAnswer}, operation_id="months_retrieve")
    def get(self, request: Request, year: int, month: int) -> Response:
        """Return one month by agency: what the sheet for the county's leaders says."""
        county = self.county(request)
        if not (2000 <= year <= 2100 and 1 <= month <= 12):
            raise NotFound(_("月份不对。"))
        return Response(BoardShown(month_of(county, year, month)).data)


class DifferenceShown(serializers.Serializer):
    """One difference between what a receipt says and what was logged."""

    receipt = serializers.UUIDField(source="receipt.uid")
    notice = serializers.CharField(source="receipt.notice.label")
    agency = serializers.CharField(source="receipt.agency.name")
    enterprise = serializers.CharField(source="receipt.enterprise.display_name")
    code = serializers.CharField()
    about = serializers.CharField()
    said = serializers.CharField()
    logged = serializers.CharField()


class Differences(ForOversight):
    """What receipts say beside what was logged."""

    @extend_schema(responses={200: DifferenceShown(many=True), 403: RefusalAnswer}, operation_id="differences")
    def get(self, request: Request) -> Response:
        """Return the differences of the last ninety days. Each receipt shown is recorded as read."""
        county = self.county(request)
        found = differences_of(county, county.today() - datetime.timedelta(days=90))
        Reading.record(by=request.user, what="receipt", rows={d.receipt.pk: d.receipt for d in found}.values())
        return Response(DifferenceShown(found, many=True).data)


class SignShown(serializers.Serializer):
    """What was said before: by or about which enterprise, when, how many days earlier, in which word."""

    enterprise = serializers.UUIDField(source="enterprise.uid")
    kind = serializers.ChoiceField(choices=["receipt", "complaint"])
    on = serializers.DateField()
    days = serializers.IntegerField()
    what = serializers.CharField()
    replaced = serializers.BooleanField(help_text=_("后来另有一份回执"))


class CallAgainShown(serializers.Serializer):
    """A filing or a visit by a unit that was spoken ill of shortly before: its uid, whether it is a visit, whether without any filing."""

    uid = serializers.UUIDField(source="thing.uid")
    visit = serializers.BooleanField(source="is_visit")
    unfiled = serializers.BooleanField()
    at = serializers.DateTimeField()
    agency = serializers.UUIDField(source="thing.agency.uid")
    signs = SignShown(many=True)


class CallsAgain(ForOversight):
    """再次上门提示."""

    @extend_schema(responses={200: CallAgainShown(many=True), 403: RefusalAnswer}, operation_id="calls_again")
    def get(self, request: Request) -> Response:
        """Return the filings and visits of the last days (rule value ``retaliation.days``) that bear a sign. What is shown is recorded."""
        found = calls_again(self.county(request))
        record_calls_again(request.user, found)
        return Response(CallAgainShown(found, many=True).data)


class AttemptShown(Shown):
    """What somebody tried and was refused."""

    class Meta:
        model = Attempt
        fields = ["uid", "at", "actor_name", "actor_post", "actor_agency", "county", "act", "refusal", "message", "facts", "leaf"]


class Attempts(mixins.ListModelMixin, Rows):
    """What was tried and refused in the county: what the Office looks for. For 稽核 alone."""

    queryset = Attempt.objects.all()
    serializer_class = AttemptShown

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        user: Any = self.request.user
        overseen = user.counties_carrying(Duty.OVERSEE)
        if not overseen:
            raise NotYours(_("这里只有备案机关的稽核岗位可以查阅。"))
        return self.queryset.filter(county__in=County.objects.filter(pk__in=overseen).values("code"))


class ReportedDemandShown(Shown):
    """违法要求登记: what was asked of an enterprise and is never lawful."""

    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True, allow_null=True)
    enterprise = EnterpriseNamed(read_only=True, allow_null=True)
    demand = serializers.CharField(source="demand.code", read_only=True)
    kind = serializers.CharField(source="demand.kind", read_only=True)
    basis = serializers.CharField(source="demand.basis", read_only=True)
    asked_for_fen = serializers.IntegerField(source="asked_for", read_only=True, allow_null=True)
    given_fen = serializers.IntegerField(source="given", read_only=True)
    returned_fen = serializers.IntegerField(source="returned", read_only=True)

    class Meta:
        model = ReportedDemand
        fields = [
            "uid", "county", "demand", "kind", "basis", "agency", "by_whom", "enterprise", "source", "source_note", "demanded_on", "words",
            "asked_for_fen", "given_fen", "evidence_note", "status", "reported_at", "handling", "returned_fen", "returned_on",
        ]  # fmt: skip


class DemandSent(serializers.Serializer):
    """One reported demand; its kind by the uid of the line of the list."""

    demand = ByUid(lambda user: ProhibitedDemand.objects.visible_to(user))
    agency = ByUid(agencies_seen, required=False, allow_null=True)
    by_whom = serializers.CharField(required=False, allow_blank=True, max_length=120)
    enterprise = ByUid(lambda user: Enterprise.objects.visible_to(user), required=False, allow_null=True)
    source = Word(ReportedDemand.Source)
    source_note = serializers.CharField(required=False, allow_blank=True, max_length=200)
    demanded_on = serializers.DateField()
    words = serializers.CharField(allow_blank=True, max_length=1000)
    asked_for_fen = serializers.IntegerField(required=False, min_value=0, max_value=10**15, source="asked_for")
    given_fen = serializers.IntegerField(required=False, min_value=0, max_value=10**15, source="given")
    evidence_note = serializers.CharField(required=False, allow_blank=True, max_length=300)


class HandledSent(NoteSent):
    """What was done, and how much came back."""

    returned_fen = serializers.IntegerField(required=False, min_value=0, max_value=10**15, source="returned")
    returned_on = serializers.DateField(required=False, allow_null=True)


class ReportedDemands(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """违法要求登记. For 稽核 alone; each reading is kept."""

    queryset = ReportedDemand.objects.select_related("county", "agency", "enterprise", "demand")
    serializer_class = ReportedDemandShown

    def paginate_queryset(self, queryset: QuerySet) -> list[Any]:
        page = super().paginate_queryset(queryset)
        Reading.record(by=self.request.user, what="demand", rows=page)
        return page

    def get_object(self) -> ReportedDemand:
        row = super().get_object()
        Reading.record(by=self.request.user, what="demand", rows=[row])
        return row

    @documented(ReportedDemandShown, request=DemandSent, status=201, refused=(403, 422))
    def create(self, request: Request) -> Response:
        """登记 one that was reported."""
        post = request.user.holding(Duty.OVERSEE)
        if not post:
            raise NotYours(_("违法要求由备案机关的稽核岗位登记。"))
        row = ReportedDemand.report(by=request.user, county=post.county, **self.sent(DemandSent))
        return self.answer(row, 201)

    @documented(
        ReportedDemandShown,
        request=HandledSent,
        operation_id="reported_demands_step",
        parameters=[OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=list(ReportedDemand.STEPS))],
    )
    @action(detail=True, methods=["post"], url_path="(?P<verb>[a-z]+)", url_name="step")
    def step(self, request: Request, uid: str, verb: str) -> Response:
        """find, dismiss, or handle with what was given back."""
        if verb not in ReportedDemand.STEPS:
            raise NotFound(_("没有这个动作。"))
        row, said = self.row(), self.sent(HandledSent)
        getattr(row, verb)(by=request.user, **(said if verb == "handle" else {"note": said["note"]}))
        return self.answer(row)


class MoneyDifferenceShown(serializers.Serializer):
    """One difference about money."""

    code = serializers.CharField()
    what = serializers.CharField()
    on = serializers.DateField()
    agency = serializers.CharField()
    enterprise = serializers.CharField()
    amount_fen = serializers.IntegerField(source="amount")
    beside = serializers.CharField()


class MoneyDifferences(ForOversight):
    """款项比对差异."""

    @extend_schema(responses={200: MoneyDifferenceShown(many=True), 403: RefusalAnswer}, operation_id="money_differences")
    def get(self, request: Request) -> Response:
        """Return charges without a filed visit and money under unknown codes, of the last three months."""
        county = self.county(request)
        since = county.today() - datetime.timedelta(days=LOOK_BACK)
        return Response(MoneyDifferenceShown(money_differences(county, since), many=True).data)


VIEWSETS: list[tuple[str, type, str]] = [
    ("attempts", Attempts, "api-attempts"),
    ("reported-demands", ReportedDemands, "api-reported-demands"),
]
urlpatterns: list = [
    path("trails/<str:uid>/", Trails.as_view(), name="api-trail"),
    path("money-differences/", MoneyDifferences.as_view(), name="api-money-differences"),
    path("board/", BoardNow.as_view(), name="api-board"),
    path("calls-again/", CallsAgain.as_view(), name="api-calls-again"),
    path("differences/", Differences.as_view(), name="api-differences"),
    path("months/<int:year>/<int:month>/", BoardOfMonth.as_view(), name="api-month"),
]
