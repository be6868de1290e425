"""The twin of plates, cards and paper: what the Office makes for a gate, and what it or a village agent types in for somebody."""

import io

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import CountyNamed, EnterpriseNamed, EstablishmentShown, establishments_seen
from accounts.models import Duty, Enterprise, Plate
from accounts.rest import MOST_SENT, ByUid, InBase64, Json, NoteSent, RefusalAnswer, Rows, Shown, Word, documented, once, read
from audit.models import Refused
from inspection.models import FilingNotice

from . import papers
from .api_parts import ComplaintKept, ComplaintSent, ReceiptAnswersSent, ReceiptKept
from .models import Complaint, Receipt, ReceiptCard, keep_scan, spaced
from .models.photo import MOST
from .rules import county_of_intake, only_who_makes_plates

AGAIN = _("可由发送方指定：重复发送不会重复办理")


class GateAsked(serializers.Serializer):
    """Of which gate (经营场所)."""

    establishment = serializers.UUIDField(required=False)


class GateNamed(serializers.Serializer):
    """For which gate (经营场所); under which uid."""

    establishment = ByUid(lambda user: establishments_seen(user).select_related("enterprise__county"))
    uid = serializers.UUIDField(required=False, help_text=AGAIN)


# --- plates -----------------------------------------------------------------------------------------
class PlateShown(Shown):
    """企业码牌. ``address`` is what its QR says: public, as anyone at the gate may read it."""

    county = CountyNamed(source="establishment.enterprise.county", read_only=True)
    enterprise = EnterpriseNamed(source="establishment.enterprise", read_only=True)
    establishment = EstablishmentShown(read_only=True)
    address = serializers.CharField(source="url", read_only=True)

    class Meta:
        model = Plate
        fields = ["uid", "county", "enterprise", "establishment", "address", "made_at", "ended_at"]


class PlatesAsked(GateAsked):
    """Which plates: of one gate; those that hang (or no longer do)."""

    standing = serializers.BooleanField(required=False, allow_null=True, default=None)


class PlateReplaced(NoteSent):
    """Why it is replaced; under which uid the new one comes."""

    uid = serializers.UUIDField(required=False, help_text=AGAIN)


@extend_schema_view(
    list=extend_schema(parameters=[PlatesAsked], responses={200: PlateShown(many=True), 403: RefusalAnswer}),
    retrieve=extend_schema(responses={200: PlateShown, 403: RefusalAnswer, 404: RefusalAnswer}),
)
class Plates(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """The plates of the county, for 受理 of its Office alone: whoever else asks is refused (403), as on the pages."""

    queryset = Plate.objects.select_related("establishment__enterprise__county")
    serializer_class = PlateShown

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        only_who_makes_plates(self.request.user)
        rows, asked = super().get_queryset(), self.asked(PlatesAsked) if self.action == "list" else {}
        if "establishment" in asked:
            rows = rows.filter(establishment__uid=asked["establishment"])
        if asked.get("standing") is not None:
            rows = rows.filter(ended_at__isnull=asked["standing"])
        return rows

    @documented(PlateShown, request=GateNamed, status=201, refused=(403, 422))
    def create(self, request: Request) -> Response:
        """制作企业码牌 of an establishment (201), or the one that hangs there already (200): a gate has one."""
        said = self.sent(GateNamed)
        stood = Plate.objects.standing().filter(establishment=said["establishment"]).exists()
        plate = Plate.make(said["establishment"], by=request.user, uid=said.get("uid"))
        return self.answer(plate, 200 if stood else 201)

    @documented(PlateShown, request=PlateReplaced, status=201)
    @action(detail=True, methods=["post"])
    def replace(self, request: Request, uid: str) -> Response:
        """更换企业码牌, with the reason. The old one opens nothing from now on; answers with the new one. Cards stay good.

        409 where it was replaced already; the same uid sent twice replaces once (201, then 200).
        """
        self.get_queryset()
        old, said = self.row(), self.sent(PlateReplaced)
        plate, status = once(Plate, said.get("uid"), lambda: old.replace(by=request.user, **said))
        return self.answer(plate, status)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY, 403: RefusalAnswer, 404: RefusalAnswer, 409: RefusalAnswer})
    @action(detail=True, methods=["get"])
    def paper(self, request: Request, uid: str) -> HttpResponse:
        """The plate to be hung at the gate, one A5 page (PDF), printed as often as one likes."""
        return HttpResponse(papers.plate_pdf(self.get_object()), content_type="application/pdf")


# --- cards ------------------------------------------------------------------------------------------
class CardShown(Shown):
    """回执卡: of which gate, and since when it counts. Never its secret."""

    county = CountyNamed(source="establishment.enterprise.county", read_only=True)
    enterprise = EnterpriseNamed(source="establishment.enterprise", read_only=True)
    establishment = EstablishmentShown(read_only=True)

    class Meta:
        model = ReceiptCard
        fields = ["uid", "county", "enterprise", "establishment", "made_at", "handed_at", "replaced_at"]


class CardsAsked(GateAsked):
    """Which cards: of one gate; those that wait to be handed over."""

    waiting = serializers.BooleanField(required=False, default=False)


class CardMade(serializers.Serializer):
    """The card with its secret, in this answer alone: nobody can read it again. Sent again it is blank."""

    card = CardShown()
    plate = PlateShown()
    code = serializers.CharField(allow_blank=True, help_text=_("回执卡上的 12 位数字，只在这一次答复里"))
    address = serializers.CharField(allow_blank=True, help_text=_("回执卡二维码里的地址，只在这一次答复里"))


@extend_schema_view(
    list=extend_schema(parameters=[CardsAsked], responses={200: CardShown(many=True), 403: RefusalAnswer}),
    retrieve=extend_schema(responses={200: CardShown, 403: RefusalAnswer, 404: RefusalAnswer}),
)
class ReceiptCards(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """The cards of the county, for its Office's 受理 and its village agents: whoever else asks is refused (403), as on the pages."""

    queryset = ReceiptCard.objects.select_related("establishment__enterprise__county")
    serializer_class = CardShown

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        county_of_intake(self.request.user)
        rows, asked = super().get_queryset(), self.asked(CardsAsked) if self.action == "list" else {}
        if "establishment" in asked:
            rows = rows.filter(establishment__uid=asked["establishment"])
        return rows.to_hand_over() if asked.get("waiting") else rows

    @documented(CardMade, request=GateNamed, status=201, refused=(403, 422))
    def create(self, request: Request) -> Response:
        """制作回执卡, and the plate it goes with where there is none: by 受理 of the Office. Making a new one is how a card is replaced.

        The secret stands in this answer alone (201). The new card opens nothing until it is handed over, and the one in use stays
        good till then; one that still waited is dead at once. The same uid sent twice is one card; the second answer (200) is without
        the secret: where the first was lost, make another.
        """
        said = self.sent(GateNamed)
        place, uid = said["establishment"], said.get("uid")
        plate = Plate.make(place, by=request.user)
        (card, made), status = once(ReceiptCard, uid, lambda: ReceiptCard.make(place, by=request.user, uid=uid))
        secret = {"code": spaced(made), "address": papers.card_address(made)} if made else {"code": "", "address": ""}
        return Response(CardMade({"card": card, "plate": plate, **secret}).data, status=status)

    @documented(CardShown, request=NoteSent)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, uid: str) -> Response:
        """交付回执卡: ``note`` says to whom, and how they were checked. From now on it counts, and the one before is dead.

        By 受理 or a village agent, never by an agency (403). 409 where it was handed over or replaced already.
        """
        self.get_queryset()
        card = self.row()
        card.hand_over(by=request.user, **self.sent(NoteSent))
        return self.answer(card)


# --- paper and telephone ------------------------------------------------------------------------------
class PaperReceiptSent(ReceiptAnswersSent):
    """A paper receipt: year and number of its notice as they stand on the paper, the answers, and the scan (picture or PDF, base64)."""

    year = serializers.IntegerField(min_value=2000, max_value=2100)
    number = serializers.IntegerField(min_value=1, max_value=999999)
    scan = InBase64(MOST_SENT, required=False, help_text=_("纸质回执的照片或者扫描件（PDF），base64，不超过 3.5 MB"))


class PaperComplaintSent(ComplaintSent):
    """A complaint that came by telephone, on paper or through a village agent: by which way, with scan and pictures (base64)."""

    way = Word([(w.value, w.label) for w in (Complaint.Way.PHONE, Complaint.Way.PAPER, Complaint.Way.AGENT)], component="IntakeWay")
    scan = InBase64(MOST_SENT, required=False, help_text=_("纸质举报的照片或者扫描件（PDF），base64，不超过 3.5 MB；来自纸质的必须附上"))
    photos = serializers.ListField(child=InBase64(MOST_SENT), required=False, max_length=MOST)
    enterprise = ByUid(
        lambda user: Enterprise.objects.visible_to(user), required=False, allow_null=True, help_text=_("涉及的企业；匿名的不填")
    )
    uid = serializers.UUIDField(required=False, help_text=AGAIN)


class Intake(APIView):
    """What is typed in for somebody: marked so for ever. Nobody who types it in can read it afterwards."""

    parser_classes = [Json]


class PaperReceipts(Intake):
    """Paper receipts."""

    @documented(ReceiptKept, request=PaperReceiptSent, status=201, refused=(403, 409, 410, 422), operation_id="intake_receipt")
    def post(self, request: Request) -> Response:
        """代录纸质回执, with its scan: by 受理 of the Office or a village agent, never by an agency (403).

        It replaces none that the enterprise gave with its own secret. 409 before the inspection, 410 after the last day or of a void
        notice. The same uid sent twice is kept once (201, then 200).
        """
        county = county_of_intake(request.user)
        said = read(PaperReceiptSent, request, request.data)
        year, number, uid, scan = said.pop("year"), said.pop("number"), said.pop("uid", None), said.pop("scan", None)
        answers = said.pop("more", {}) | said
        notice = FilingNotice.objects.answerable().filter(county=county, year=year, number=number).first()
        if notice is None:
            raise Refused(_now("没有这个文号的通知书，请核对纸上的文号。"), field="number")
        kept = keep_scan(scan) if scan else None
        receipt, status = once(Receipt, uid, lambda: Receipt.take_in(notice, by=request.user, answers=answers, scan=kept, uid=uid))
        return Response(ReceiptKept(receipt).data, status=status)


class PaperComplaints(Intake):
    """Complaints by telephone and on paper."""

    @documented(ComplaintKept, request=PaperComplaintSent, status=201, refused=(403, 422), operation_id="intake_complaint")
    def post(self, request: Request) -> Response:
        """代录举报 that came by telephone, on paper (then with its scan) or through an agent: by the Office or a village agent.

        The follow-up code is to be told to whoever complained: it stands in this answer alone (201). The same uid sent twice is kept
        once; the second answer (200) is without the code.
        """
        county = county_of_intake(request.user, Duty.OVERSEE)
        said = read(PaperComplaintSent, request, request.data)
        way, uid, scan = said.pop("way"), said.pop("uid", None), said.pop("scan", None)
        kept, photos = keep_scan(scan) if scan else None, [io.BytesIO(photo) for photo in said.pop("photos", [])]
        (complaint, made), status = once(
            Complaint, uid,
            lambda: Complaint.complain(county, facts=said, way=way, photos=photos, by=request.user, scan=kept, uid=uid),
        )  # fmt: skip
        told = {"follow_up_digits": spaced(made), "follow_up_link": made.link} if made else {"follow_up_digits": "", "follow_up_link": ""}
        return Response(ComplaintKept({"number": complaint.number, "promise": complaint.promise, **told}).data, status=status)


VIEWSETS: list[tuple[str, type, str]] = [
    ("plates", Plates, "api-plates"),
    ("receipt-cards", ReceiptCards, "api-receipt-cards"),
]
urlpatterns: list = [
    path("intake/receipts/", PaperReceipts.as_view(), name="api-intake-receipt"),
    path("intake/complaints/", PaperComplaints.as_view(), name="api-intake-complaint"),
]
