"""The twin of what the Office does with codes, receipts, complaints and claims. Each reading is recorded before it is shown."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api import AgencyNamed, CountyNamed, EnterpriseNamed, EstablishmentShown
from accounts.models import Agency
from accounts.rest import ByUid, Json, RefusalAnswer, Rows, Shown, StepOpen, Word, documented, found, read, steps_open
from audit.models import Reading, Refused
from inspection.api import NoticeNamed, notices_seen

from .models import Claim, Complaint, Receipt, ReceiptCode, Release, spaced


class MessageShown(serializers.Serializer):
    """One message."""

    from_office = serializers.BooleanField()
    words = serializers.CharField()
    at = serializers.DateTimeField()


class Recorded(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """Rows whose reading is kept: what is shown is recorded before it is shown, in a list as by itself."""

    read_as = ""

    def paginate_queryset(self, queryset: QuerySet) -> list[Any] | None:
        page = super().paginate_queryset(queryset)
        Reading.record(by=self.request.user, what=self.read_as, rows=page)
        return page

    def get_object(self) -> Any:
        row = super().get_object()
        Reading.record(by=self.request.user, what=self.read_as, rows=[row])
        return row


class ReceiptShown(Shown):
    """检查回执. For 稽核 alone."""

    county = CountyNamed(read_only=True)
    notice = NoticeNamed(read_only=True)
    agency = AgencyNamed(read_only=True)
    enterprise = EnterpriseNamed(read_only=True)
    establishment = EstablishmentShown(read_only=True)
    number = serializers.CharField(read_only=True)
    more_answers = serializers.DictField(read_only=True)

    class Meta:
        model = Receipt
        fields = [
            "uid", "number", "county", "notice", "agency", "enterprise", "establishment", "given_at", "assurance", "questions",
            *Receipt.ANSWERS, "more_answers",
        ]  # fmt: skip


class ReceiptsAsked(serializers.Serializer):
    """Which receipts."""

    overall = Word(Receipt.Overall, required=False)


@extend_schema_view(list=extend_schema(parameters=[ReceiptsAsked]))
class Receipts(Recorded):
    """The receipts of the county, for 稽核 alone: nobody else finds any. The list holds those that count, the last of each notice."""

    queryset = Receipt.objects.select_related("county", "notice", "agency", "enterprise", "establishment")
    serializer_class = ReceiptShown
    read_as = "receipt"

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        if self.action != "list":
            return rows
        asked = self.asked(ReceiptsAsked)
        return rows.counted().filter(**asked)


class ComplaintShown(Shown):
    """投诉举报. For 稽核 alone."""

    county = CountyNamed(read_only=True)
    notice = NoticeNamed(read_only=True, allow_null=True)
    agency = AgencyNamed(read_only=True, allow_null=True)
    enterprise = EnterpriseNamed(read_only=True, allow_null=True)
    number = serializers.CharField(read_only=True)
    messages = MessageShown(many=True, read_only=True)
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Complaint
        fields = [
            "uid", "number", "county", "notice", "agency", "agency_said", "enterprise", "category", "stance", "way", "happened_on",
            "words", "person", "phone", "made_at", "status", "accept_by", "decide_by", "extended", "reopened", "decided_on", "answer",
            "messages", "steps",
        ]  # fmt: skip

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, complaint: Complaint) -> list[dict[str, Any]]:
        """Return what is open to the reader now."""
        return steps_open(complaint, self.context["request"].user)


OFFICE_STEPS = ("accept", "refuse", "extend", "decide")


class ComplaintStepSent(serializers.Serializer):
    """The answer, reason or message; for identify how it was found, and which agency; for refer the matter, and to whom."""

    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)
    agency = ByUid(lambda user: Agency.objects.visible_to(user), required=False)


class Complaints(Recorded):
    """The complaints of the county, for 稽核 alone: nobody else finds any."""

    queryset = Complaint.objects.select_related("county", "notice", "agency", "enterprise").prefetch_related("messages")
    serializer_class = ComplaintShown
    read_as = "complaint"

    @documented(
        ComplaintShown,
        request=ComplaintStepSent,
        operation_id="complaints_step",
        parameters=[OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=[*OFFICE_STEPS, "identify", "refer", "write"])],
    )
    @action(detail=True, methods=["post"], url_path="(?P<verb>[a-z_]+)")
    def step(self, request: Request, uid: str, verb: str) -> Response:
        """受理 accept, 不予受理 refuse, 延长 extend, 办结 decide (``note`` is what its maker reads); 认定被反映单位 identify,
        which comes before 移交 refer where no notice names the agency; 留言 write.
        """
        complaint = found(self.queryset.model.objects.visible_to(request.user).select_related("county"), uid)
        said = read(ComplaintStepSent, request, request.data)
        if verb in OFFICE_STEPS:
            getattr(complaint, verb)(by=request.user, note=said["note"])
        elif verb == "write":
            complaint.write(said["note"], by=request.user)
        elif verb == "identify":
            if said.get("agency") is None:
                raise Refused(_now("请选择被反映的单位。"), field="agency")
            complaint.identify(by=request.user, agency=said["agency"], note=said["note"])
        elif verb == "refer":
            agency = said.get("agency")
            if agency is None:
                raise Refused(_now("请选择移交给哪个单位。"), field="agency")
            complaint.refer(by=request.user, agency=agency, matter=said["note"])
        else:
            raise NotFound(_now("没有这个动作。"))
        return self.answer(complaint)


class ClaimShown(Shown):
    """企业自述被要求的财物. For 稽核 alone."""

    county = CountyNamed(read_only=True)
    enterprise = EnterpriseNamed(read_only=True)
    agency = AgencyNamed(read_only=True, allow_null=True)
    amount_fen = serializers.IntegerField(source="amount", read_only=True, allow_null=True)

    class Meta:
        model = Claim
        fields = ["uid", "county", "enterprise", "agency", "agency_said", "demand", "amount_fen", "paid", "asked_on", "words", "made_at"]


class Claims(Recorded):
    """What enterprises say they were asked for, for 稽核 alone: nobody else finds any."""

    queryset = Claim.objects.select_related("county", "enterprise", "agency")
    serializer_class = ClaimShown
    read_as = "claim"


class ReleaseShown(Shown):
    """公布的评价汇总: what anyone may know of an agency's receipts in a period."""

    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True)

    class Meta:
        model = Release
        fields = ["uid", "county", "agency", "first", "last", "receipts", "answered", "content"]


class Releases(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """The cells that were released, of the county: sums of five and more, once a month."""

    queryset = Release.objects.select_related("county", "agency")
    serializer_class = ReleaseShown


class CodeAsked(serializers.Serializer):
    """For which notice, and how the person at the counter was checked."""

    notice = ByUid(notices_seen)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    way = serializers.ChoiceField(choices=["COUNTER", "CALLBACK"], required=False, default="COUNTER")


class CodeHandedOut(serializers.Serializer):
    """The digits: in this answer alone, nobody can read them again."""

    notice = serializers.UUIDField()
    code = serializers.CharField()


class ReceiptCodes(GenericViewSet):
    """Receipt codes handed out at the counter."""

    parser_classes = [Json]
    serializer_class = CodeHandedOut

    @extend_schema(request=CodeAsked, responses={201: CodeHandedOut, 403: RefusalAnswer, 409: RefusalAnswer, 422: RefusalAnswer})
    def create(self, request: Request) -> Response:
        """发放回执码: a new code for a notice; older ones die. The Office's act."""
        said: dict[str, Any] = read(CodeAsked, request, request.data)
        digits = ReceiptCode.hand_out(said["notice"], by=request.user, note=said["note"], way=said["way"])
        return Response({"notice": str(said["notice"].uid), "code": spaced(digits)}, status=201)


VIEWSETS: list[tuple[str, type, str]] = [
    ("receipts", Receipts, "api-receipts"),
    ("complaints", Complaints, "api-complaints"),
    ("receipt-codes", ReceiptCodes, "api-receipt-codes"),
    ("claims", Claims, "api-claims"),
    ("releases", Releases, "api-releases"),
]
