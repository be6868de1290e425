"""The twin of the public pages behind the QR."""

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import County
from accounts.rest import Json, RefusalAnswer, Shown, Word, documented, once, read
from audit.models import Refused
from inspection.api import NoticeFacts
from inspection.models import FilingNotice, VisitRight

from . import intake_api, office_api
from .api_parts import ComplaintKept, ComplaintSent, ReceiptAnswersSent, ReceiptKept
from .models import Complaint, Follower, Question, QuestionSet, Receipt, ReceiptCode, Window, key_id, public_key, spaced
from .models.promise import DOMAIN
from .office_api import MessageShown


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
        choices=["good", "early", "late", "numbered", "void", "altered"],
        help_text="good: for today · early, late: not today · numbered: its paper is being made · void · altered: not what was signed",
    )
    void_reason = serializers.CharField(allow_blank=True)
    facts = NoticeFacts()
    window = WindowShown()
    rights = RightNamed(many=True)


class ReceiptSent(ReceiptAnswersSent):
    """The receipt code, and the answers."""

    code = serializers.CharField(max_length=40, help_text=_("回执码，12 位数字，空格不计"))


class PromiseKeyShown(serializers.Serializer):
    """The key that promises are signed with."""

    key = serializers.CharField()
    public = serializers.CharField(help_text="Ed25519, hex")
    domain = serializers.CharField(help_text=_("签名前缀，十六进制"))


class QuestionShown(serializers.Serializer):
    """One question of the receipt."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=Question.KINDS)
    label = serializers.CharField()
    rule = serializers.CharField(allow_blank=True)
    asked = serializers.BooleanField(help_text=_("必须回答"))
    screen = serializers.IntegerField()
    opened_by = serializers.CharField(source="by", allow_blank=True)
    opened_on = serializers.ListField(source="on", child=serializers.CharField())
    options = serializers.ListField(source="choices", child=serializers.ListField())


class QuestionsShown(serializers.Serializer):
    """The questions that are asked today, with their version."""

    version = serializers.IntegerField()
    questions = QuestionShown(many=True, source="rows")


class PublicComplaintSent(ComplaintSent):
    """The same from anywhere: the county is named."""

    county = serializers.SlugRelatedField(slug_field="code", queryset=County.objects.all())


class FollowSent(serializers.Serializer):
    """The number and the digits; words to write, or to ask for another look with."""

    number = serializers.CharField(max_length=20)
    code = serializers.CharField(max_length=40)
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    reopen = serializers.BooleanField(required=False, default=False)


class ComplaintFollowed(serializers.Serializer):
    """Where a complaint stands, for whoever made it."""

    number = serializers.CharField()
    status = Word(Complaint.Status)
    accept_by = serializers.DateField(allow_null=True)
    decide_by = serializers.DateField(allow_null=True)
    answer = serializers.CharField(allow_blank=True)
    messages = MessageShown(many=True)


LINK = OpenApiParameter("link", str, OpenApiParameter.PATH, description="短信里自己的链接的最后一段，大小写不限")
TOKEN = OpenApiParameter("token", str, OpenApiParameter.PATH, description="二维码地址中的令牌，大小写不限")


#: bytes of JSON that anybody may send
MOST_SENT = 1024 * 1024


class OpenToTheBearer(APIView):
    """Open to whoever holds the token."""

    authentication_classes: list = []
    permission_classes = [AllowAny]
    parser_classes = [Json]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Turn away unread what is longer than any receipt or complaint in words."""
        super().initial(request, *args, **kwargs)
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_SENT:
            raise Refused(_("发送的内容太长，请缩短后再试。"))


class Scan(OpenToTheBearer):
    """The scanned notice."""

    @extend_schema(parameters=[TOKEN], responses={200: ScanShown, 410: ScanShown, 404: RefusalAnswer}, operation_id="scan")
    def get(self, request: Request, token: str) -> Response:
        """扫码核验: is it real, for us, for today, for these people? Changes nothing. 410 when void, with the same body."""
        notice = held(token)
        window, today = Window.of(notice), notice.county.today()
        rights = VisitRight.objects.filter(county=notice.county, on_page=True).in_force(today)
        shown = {
            "state": notice.state_on(today),
            "void_reason": notice.void_reason,
            "facts": notice.snapshot,
            "window": {
                "opens_at": window.opens_at,
                "last_day": window.last_day,
                "open": window.is_open(today),
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
        uid, code, answers = said.pop("uid", None), said.pop("code"), said.pop("more", {}) | said
        receipt, status = once(
            Receipt, uid, lambda: Receipt.give(notice, code=code, answers=answers, uid=uid, address=request.META["REMOTE_ADDR"])
        )
        return Response(ReceiptKept(receipt).data, status=status)


class GiveByLink(OpenToTheBearer):
    """The receipt opened by its own link."""

    @documented(
        ReceiptKept,
        request=ReceiptAnswersSent,
        status=201,
        refused=(404, 409, 410, 422, 429),
        parameters=[LINK],
        operation_id="link_receipt",
    )
    def post(self, request: Request, link: str) -> Response:
        """提交回执 by the bearer of the link out of the message: nothing to type. Otherwise as with the digits."""
        code = ReceiptCode.objects.select_related("notice__county", "notice__plan__agency", "notice__enterprise").by_link(link)
        if code is None:
            raise NotFound(_("没有找到这个链接，请核对。"))
        said = read(ReceiptAnswersSent, request, request.data)
        uid, answers = said.pop("uid", None), said.pop("more", {}) | said
        opened = code.opened()
        receipt, status = once(Receipt, uid, lambda: Receipt.keep(opened, answers=answers, uid=uid, address=request.META["REMOTE_ADDR"]))
        return Response(ReceiptKept(receipt).data, status=status)


class QuestionsAsked(OpenToTheBearer):
    """What the receipt asks."""

    @extend_schema(responses={200: QuestionsShown}, operation_id="questions")
    def get(self, request: Request) -> Response:
        """Return the questions in force today, in the language of the reader."""
        return Response(QuestionsShown(QuestionSet.in_force(timezone.localdate())).data)


class PromiseKey(OpenToTheBearer):
    """What anyone needs to check a promise."""

    @extend_schema(responses={200: PromiseKeyShown}, operation_id="promise_key")
    def get(self, request: Request) -> Response:
        """Return the public key that promises are signed with, and what stands before the signed bytes."""
        public = public_key()
        return Response({"key": key_id(public), "public": public.hex(), "domain": DOMAIN.hex()})


def _kept(complaint: Complaint, made: Any) -> Response:
    said = {"number": complaint.number, "promise": complaint.promise, "follow_up_digits": spaced(made), "follow_up_link": made.link}
    return Response(ComplaintKept(said).data, status=201)


class Report(OpenToTheBearer):
    """A complaint about the scanned notice."""

    @documented(ComplaintKept, request=ComplaintSent, status=201, refused=(404, 422, 429), parameters=[TOKEN], operation_id="scan_report")
    def post(self, request: Request, token: str) -> Response:
        """投诉举报: about the notice or those who came with it. Void and closed notices can be complained of too."""
        notice = held(token)
        facts = read(ComplaintSent, request, request.data)
        facts |= {"notice": notice, "enterprise": notice.enterprise, "agency": notice.plan.agency}
        address = request.META["REMOTE_ADDR"]
        return _kept(*Complaint.complain(notice.county, facts=facts, way=Complaint.Way.NOTICE, address=address))


class ReportPublicly(OpenToTheBearer):
    """A complaint without any notice."""

    @documented(ComplaintKept, request=PublicComplaintSent, status=201, refused=(422, 429), operation_id="report")
    def post(self, request: Request) -> Response:
        """投诉举报 from anywhere, by nobody if one likes."""
        facts = read(PublicComplaintSent, request, request.data)
        county = facts.pop("county")
        return _kept(*Complaint.complain(county, facts=facts, way=Complaint.Way.PUBLIC, address=request.META["REMOTE_ADDR"]))


class Follow(OpenToTheBearer):
    """Following a complaint up without an account."""

    @documented(ComplaintFollowed, request=FollowSent, refused=(409, 410, 422, 429), operation_id="follow")
    def post(self, request: Request) -> Response:
        """Return where the complaint stands; write to the Office, or ask for another look (once), where words are sent."""
        said = read(FollowSent, request, request.data)
        complaint = Complaint.follow(number=said["number"], digits=said["code"], address=request.META["REMOTE_ADDR"])
        if said["reopen"]:
            complaint.reopen(by=Follower(complaint), note=said["words"])
        elif said["words"].strip():
            complaint.write(said["words"], by=Follower(complaint))
        complaint.refresh_from_db()
        return Response(ComplaintFollowed(complaint).data)


VIEWSETS: list[tuple[str, type, str]] = [*office_api.VIEWSETS, *intake_api.VIEWSETS]
urlpatterns: list = [
    *intake_api.urlpatterns,
    path("scan/<str:token>/", Scan.as_view(), name="api-scan"),
    path("scan/<str:token>/receipt/", GiveReceipt.as_view(), name="api-scan-receipt"),
    path("scan/<str:token>/report/", Report.as_view(), name="api-scan-report"),
    path("receipt-links/<str:link>/", GiveByLink.as_view(), name="api-link-receipt"),
    path("questions/", QuestionsAsked.as_view(), name="api-questions"),
    path("promise-key/", PromiseKey.as_view(), name="api-promise-key"),
    path("report/", ReportPublicly.as_view(), name="api-report"),
    path("follow/", Follow.as_view(), name="api-follow"),
]
