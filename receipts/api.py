"""The twin of the public pages behind the QR, and of what the Office does with codes, receipts and complaints."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.api import AgencyNamed, CountyNamed, EnterpriseNamed, EstablishmentShown
from accounts.rest import ByUid, Json, RefusalAnswer, Rows, Shown, Word, documented, once, read
from audit.models import Reading
from inspection.api import NoticeFacts, NoticeNamed, notices_seen
from inspection.models import FilingNotice, VisitRight

from .models import Complaint, Receipt, ReceiptCode, Window, spaced
from .views import _state as state_of


# --- open to whoever holds the token: nobody is signed in here --------------------------------------
def held(token: str) -> FilingNotice:
    """Return the notice whose QR was scanned; upper or lower case. Any other word is not found."""
    notices = FilingNotice.objects.select_related("county", "plan__agency", "enterprise", "establishment")
    notice = notices.by_address(token)
    if notice is None:
        raise NotFound(_("没有找到这份通知书：可能是假的，请拨打监督电话核实。"))
    return notice


class RightNamed(Shown):
    """What the owner may do, with its article."""

    class Meta:
        model = VisitRight
        fields = ["grade", "case", "law", "article", "sentence"]


class WindowShown(serializers.Serializer):
    """When a receipt may be given."""

    opens_at = serializers.DateTimeField()
    last_day = serializers.DateField(allow_null=True, help_text=_("检查人员尚在现场的，为空"))
    open = serializers.BooleanField()


class ScanShown(serializers.Serializer):
    """Is it real, for whom, by whom, what, when; and what the owner may do."""

    state = serializers.ChoiceField(
        choices=["good", "early", "late", "numbered", "void"],
        help_text="good: for today · early, late: not today · numbered: its paper is being made · void: no longer good",
    )
    void_reason = serializers.CharField(allow_blank=True)
    facts = NoticeFacts()
    window = WindowShown()
    rights = RightNamed(many=True)


class ReceiptSent(serializers.Serializer):
    """The receipt code, and the answers. Only ``notice_shown`` and ``overall`` are asked of everybody."""

    uid = serializers.UUIDField(required=False)
    code = serializers.CharField(max_length=40, help_text=_("回执码，12 位数字，空格不计"))
    notice_shown = Word(Receipt.NoticeShown)
    certificates = Word(Receipt.Shown, required=False, blank=True)
    people = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=99)
    money = Word(Receipt.YesNo, required=False, blank=True)
    goods = Word(Receipt.YesNo, required=False, blank=True)
    disturbed = Word(Receipt.YesNo, required=False, blank=True)
    overall = Word(Receipt.Overall)
    made_to = serializers.BooleanField(required=False, help_text=_("我是被现场要求填写的"))
    words = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class ReceiptKept(serializers.Serializer):
    """That it has been kept: its number, nothing of what was said."""

    uid = serializers.UUIDField()
    number = serializers.CharField()
    given_at = serializers.DateTimeField()


class ComplaintSent(serializers.Serializer):
    """What happened: no code, no name."""

    category = Word(Complaint.Category)
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    phone = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)


class ComplaintKept(serializers.Serializer):
    """That it has been kept, with its number."""

    number = serializers.CharField()


TOKEN = OpenApiParameter("token", str, OpenApiParameter.PATH, description="二维码地址中的令牌，大小写不限")


class OpenToTheBearer(APIView):
    """Open to whoever holds the token."""

    authentication_classes: list = []
    permission_classes = [AllowAny]
    parser_classes = [Json]


class Scan(OpenToTheBearer):
    """The scanned notice."""

    @extend_schema(parameters=[TOKEN], responses={200: ScanShown, 410: ScanShown, 404: RefusalAnswer}, operation_id="scan")
    def get(self, request: Request, token: str) -> Response:
        """扫码核验: is it real, for us, for today, for these people? Changes nothing. 410 when void, with the same body."""
        notice = held(token)
        window, today = Window.of(notice), notice.county.today()
        rights = VisitRight.objects.filter(county=notice.county, on_page=True).in_force(today)
        shown = {
            "state": state_of(notice),
            "void_reason": notice.void_reason,
            "facts": notice.snapshot,
            "window": {
                "opens_at": window.opens_at,
                "last_day": window.last_day,
                "open": notice.status != notice.Status.VOID and not window.is_before() and not window.is_after(today),
            },
            "rights": rights.order_by("code"),
        }
        return Response(ScanShown(shown).data, status=410 if notice.status == notice.Status.VOID else 200)


class GiveReceipt(OpenToTheBearer):
    """The receipt of the scanned notice."""

    @documented(
        ReceiptKept, request=ReceiptSent, status=201, refused=(404, 409, 410, 422, 429), parameters=[TOKEN], operation_id="scan_receipt"
    )
    def post(self, request: Request, token: str) -> Response:
        """提交回执 by the bearer of the receipt code. A second one replaces the first while the window is open.

        The same uid sent twice is kept once (201, then 200). It goes to the Office alone.
        """
        notice = held(token)
        Receipt.refuse_at_wrong_time(notice)
        said = read(ReceiptSent, request, request.data)
        uid, code = said.pop("uid", None), said.pop("code")
        receipt, status = once(
            Receipt, uid, lambda: Receipt.give(notice, code=code, answers=said, uid=uid, address=request.META["REMOTE_ADDR"])
        )
        return Response(ReceiptKept(receipt).data, status=status)


class Report(OpenToTheBearer):
    """A complaint about the scanned notice."""

    @documented(ComplaintKept, request=ComplaintSent, status=201, refused=(404, 422), parameters=[TOKEN], operation_id="scan_report")
    def post(self, request: Request, token: str) -> Response:
        """投诉举报: about the notice or those who came with it. Void and closed notices can be complained of too."""
        notice = held(token)
        complaint = Complaint.make(notice, **read(ComplaintSent, request, request.data))
        return Response(ComplaintKept(complaint).data, status=201)


# --- the Office -------------------------------------------------------------------------------------
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

    class Meta:
        model = Receipt
        fields = ["uid", "number", "county", "notice", "agency", "enterprise", "establishment", "given_at", "questions", *Receipt.ANSWERS]


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
    number = serializers.CharField(read_only=True)

    class Meta:
        model = Complaint
        fields = ["uid", "number", "county", "notice", "category", "words", "phone", "made_at"]


class Complaints(Recorded):
    """The complaints of the county, for 稽核 alone: nobody else finds any."""

    queryset = Complaint.objects.select_related("county", "notice")
    serializer_class = ComplaintShown
    read_as = "complaint"


class CodeAsked(serializers.Serializer):
    """For which notice, and how the person at the counter was checked."""

    notice = ByUid(notices_seen)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


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
        digits = ReceiptCode.hand_out(said["notice"], by=request.user, note=said["note"])
        return Response({"notice": str(said["notice"].uid), "code": spaced(digits)}, status=201)


VIEWSETS: list[tuple[str, type, str]] = [
    ("receipts", Receipts, "api-receipts"),
    ("complaints", Complaints, "api-complaints"),
    ("receipt-codes", ReceiptCodes, "api-receipt-codes"),
]
urlpatterns: list = [
    path("scan/<str:token>/", Scan.as_view(), name="api-scan"),
    path("scan/<str:token>/receipt/", GiveReceipt.as_view(), name="api-scan-receipt"),
    path("scan/<str:token>/report/", Report.as_view(), name="api-scan-report"),
]
