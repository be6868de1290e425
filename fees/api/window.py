"""The window, for machines: payment notices, what the feed told, refunds, the register of a month."""

import datetime
from typing import Any

from django.utils.translation import gettext as _now
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import AgencyNamed, CountyNamed, EnterpriseNamed, agencies_seen
from accounts.models import Duty, Enterprise
from accounts.rest import ByUid, Json, NoteSent, RefusalAnswer, Rows, Shown, StepOpen, documented, own_agency, read, steps_open

from ..models import MonthReturn, PaymentNotice, Refund, TreasuryReceipt, month_register
from ..pages.months import reader_of
from .charges import PaymentLineShown


class PaymentNoticeShown(Shown):
    """合并缴款通知单."""

    county = CountyNamed(read_only=True)
    enterprise = EnterpriseNamed(read_only=True)

    class Meta:
        model = PaymentNotice
        fields = [
            "uid",
            "county",
            "label",
            "year",
            "number",
            "status",
            "enterprise",
            "numbered_at",
            "issued_at",
            "voided_at",
            "void_reason",
        ]


class PaymentNoticeDetail(PaymentNoticeShown):
    """合并缴款通知单 with its lines, each with its own code."""

    lines = PaymentLineShown(many=True, read_only=True)
    steps = serializers.SerializerMethodField()

    class Meta(PaymentNoticeShown.Meta):
        fields = [*PaymentNoticeShown.Meta.fields, "lines", "steps"]

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, notice: PaymentNotice) -> list[dict[str, Any]]:
        open_ = [step for step in steps_open(notice, self.context["request"].user) if step["verb"] != "issue"]
        return [{**step, "verb": step["verb"].removesuffix("_waiting")} for step in open_]


class GatherSent(serializers.Serializer):
    """For which enterprise."""

    enterprise = ByUid(lambda user: Enterprise.objects.visible_to(user).select_related("county"))


class PaymentNotices(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """The payment notices of the county, for its window, finance and Office."""

    queryset = PaymentNotice.objects.select_related("county", "enterprise")
    serializer_class = PaymentNoticeShown
    detail_class = PaymentNoticeDetail

    @documented(PaymentNoticeDetail, request=GatherSent, status=201, refused=(403, 422))
    def create(self, request: Request) -> Response:
        """归集: put every open charge of one enterprise that stands on no notice into a new one. Codes and paper follow by the clock."""
        notice = PaymentNotice.gather(by=request.user, **self.sent(GatherSent))
        return self.answer(notice, 201)

    @documented(PaymentNoticeDetail, request=NoteSent)
    @action(detail=True, methods=["post"], url_path="ask-void")
    def ask_void(self, request: Request, uid: str) -> Response:
        """申请作废 with a reason; another person decides."""
        notice = self.row()
        notice.ask_void(by=request.user, **self.sent(NoteSent))
        return self.answer(notice)

    @documented(PaymentNoticeDetail, request=NoteSent)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, uid: str) -> Response:
        """复核作废 by another person than who asked; the number is kept."""
        notice = self.row()
        notice.void(by=request.user, **self.sent(NoteSent))
        return self.answer(notice)

    @documented(PaymentNoticeDetail, request=NoteSent)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, uid: str) -> Response:
        """不予作废 by another person than who asked: the notice goes on as it was; says why."""
        notice = self.row()
        notice.keep(by=request.user, **self.sent(NoteSent))
        return self.answer(notice)


class TreasuryReceiptShown(Shown):
    """到账核销: one line of the feed."""

    county = CountyNamed(read_only=True)
    charge = serializers.UUIDField(source="line.charge.uid", read_only=True, default=None, allow_null=True)
    amount_fen = serializers.IntegerField(source="amount", read_only=True)

    class Meta:
        model = TreasuryReceipt
        fields = ["uid", "county", "number", "code", "amount_fen", "paid_on", "institution", "ticket", "charge", "fault", "received_at"]


class TreasuryReceipts(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """What the non-tax system's feed told. Read only: nobody marks anything as paid."""

    queryset = TreasuryReceipt.objects.select_related("county", "line__charge")
    serializer_class = TreasuryReceiptShown


class RefundShown(Shown):
    """退付."""

    charge = serializers.UUIDField(source="charge.uid", read_only=True)
    amount_fen = serializers.IntegerField(source="amount", read_only=True)

    class Meta:
        model = Refund
        fields = ["uid", "charge", "amount_fen", "reason", "status", "answer"]


class Refunds(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """Refunds of the charges this person may see."""

    queryset = Refund.objects.select_related("charge")
    serializer_class = RefundShown

    @documented(RefundShown, request=NoteSent)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, uid: str) -> Response:
        """报国库退付: the window has checked it; the feed tells when the money is back."""
        refund = self.row()
        refund.agree(by=request.user, **self.sent(NoteSent))
        return self.answer(refund)

    @documented(RefundShown, request=NoteSent)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, uid: str) -> Response:
        """不予退付 with a reason."""
        refund = self.row()
        refund.refuse(by=request.user, **self.sent(NoteSent))
        return self.answer(refund)


class MonthRowShown(serializers.Serializer):
    """One item of one agency in a month, in fen. Never by person."""

    agency = AgencyNamed(allow_null=True)
    kind = serializers.CharField()
    item_name = serializers.CharField()
    before_fen = serializers.IntegerField(source="before")
    charges = serializers.IntegerField()
    due_fen = serializers.IntegerField(source="due")
    reduced_fen = serializers.IntegerField(source="reduced")
    received_fen = serializers.IntegerField(source="received")
    returned_fen = serializers.IntegerField(source="returned")
    open_fen = serializers.IntegerField(source="open")


class MonthShown(serializers.Serializer):
    """收费罚没月报."""

    county = CountyNamed()
    first = serializers.DateField()
    last = serializers.DateField()
    due_by = serializers.DateField()
    rows = MonthRowShown(many=True)
    total = MonthRowShown()


class MonthConfirmed(serializers.Serializer):
    """Whose month is confirmed."""

    agency = ByUid(agencies_seen, required=False)


class FeeMonth(APIView):
    """The register of a month."""

    parser_classes = [Json]

    @extend_schema(responses={200: MonthShown, 403: RefusalAnswer, 404: RefusalAnswer}, operation_id="fee_months_retrieve")
    def get(self, request: Request, year: int, month: int) -> Response:
        """Return the month by department and item; a department gets its own rows."""
        if not (2000 <= year <= 2100 and 1 <= month <= 12):
            raise NotFound(_now("月份不对。"))
        county, agencies = reader_of(request.user)
        return Response(MonthShown(month_register(county, datetime.date(year, month, 1), agencies)).data)

    @documented(MonthShown, request=MonthConfirmed, refused=(403, 422), operation_id="fee_months_confirm")
    def post(self, request: Request, year: int, month: int) -> Response:
        """确认月报: the head of a department confirms a month that is over. Twice is harmless."""
        if not (2000 <= year <= 2100 and 1 <= month <= 12):
            raise NotFound(_now("月份不对。"))
        named = read(MonthConfirmed, request, request.data).get("agency")
        agency = own_agency(request, Duty.PLAN_ENDORSE, named, _now("月报由本单位负责人确认。"))
        MonthReturn.confirm(by=request.user, agency=agency, month=datetime.date(year, month, 1))
        return self.get(request, year, month)
