"""The twin of the register's pages for machines: the same verbs."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AgencyNamed, CountyNamed, EnterpriseNamed, EstablishmentShown, agencies_seen, establishments_seen
from accounts.models import Duty
from accounts.rest import (
    ByUid,
    MoneySent,
    NoteSent,
    Rows,
    Shown,
    StepOpen,
    Word,
    YuanShown,
    documented,
    once,
    own_agency,
    steps_open,
)
from inspection.api import LINE, ListLines
from inspection.models import Visit

from .models import Charge, FeeItem


class FeeItemShown(Shown):
    """收费项目: what is not on the list may not be charged."""

    county = CountyNamed(read_only=True)
    basis = serializers.CharField(read_only=True)
    unit_price_fen = serializers.IntegerField(source="unit_price", read_only=True, allow_null=True)
    unit_price = YuanShown(allow_null=True)

    class Meta:
        model = FeeItem
        fields = [
            *LINE, "kind", "name", "collecting_unit", "payer", "level", "destination", "basis", "law_basis", "documents", "standard",
            "unit_price_fen", "unit_price",
        ]  # fmt: skip


class FeeItems(ListLines):
    """收费项目目录."""

    queryset = FeeItem.objects.select_related("county")
    serializer_class = FeeItemShown


class ChargeShown(Shown):
    """收费、罚没登记. Money in whole fen, and in yuan beside it."""

    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True)
    enterprise = EnterpriseNamed(read_only=True)
    establishment = EstablishmentShown(read_only=True)
    visit = serializers.UUIDField(source="visit.uid", read_only=True, default=None, allow_null=True)
    item = serializers.CharField(source="item.code", read_only=True, default=None, allow_null=True, help_text=_("收费项目编码"))
    label = serializers.CharField(source="__str__", read_only=True)
    amount_fen = serializers.IntegerField(source="amount", read_only=True)
    amount = YuanShown()

    class Meta:
        model = Charge
        fields = [
            "uid", "county", "label", "year", "number", "status", "agency", "enterprise", "establishment", "visit", "kind", "item",
            "item_name", "basis", "decision_number", "decision_date", "on_the_spot", "charged_on", "amount_fen", "amount", "note",
            "registered_at", "voided_at", "void_reason",
        ]  # fmt: skip


class ChargeDetail(ChargeShown):
    """收费、罚没登记, who registered it, and what is open to this person now."""

    registered_by = serializers.CharField(source="registered_by.name", read_only=True)
    steps = serializers.SerializerMethodField()

    class Meta(ChargeShown.Meta):
        fields = [*ChargeShown.Meta.fields, "registered_by", "steps"]

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, charge: Charge) -> list[dict[str, Any]]:
        return steps_open(charge, self.context["request"].user)


class ChargesAsked(serializers.Serializer):
    """Which charges."""

    kind = Word(Charge.Kind, required=False)
    status = Word(Charge.Status, required=False)
    enterprise = serializers.UUIDField(required=False)


class ChargeSent(MoneySent):
    """One charge. A fee names its item by code or whole name; a fine or confiscation its decision."""

    agency = ByUid(agencies_seen, required=False, help_text=_("默认为本人任收费登记员的单位"))
    establishment = ByUid(establishments_seen)
    kind = Word(Charge.Kind)
    charged_on = serializers.DateField()
    item = serializers.CharField(required=False, allow_blank=True, max_length=120, help_text=_("收费的填写：目录编码或项目全称"))
    decision_number = serializers.CharField(required=False, allow_blank=True, max_length=80)
    decision_date = serializers.DateField(required=False, allow_null=True)
    article = serializers.CharField(required=False, allow_blank=True, max_length=300)
    on_the_spot = serializers.BooleanField(required=False)
    visit = ByUid(lambda user: Visit.objects.visible_to(user), required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=300)
    uid = serializers.UUIDField(required=False)


@extend_schema_view(list=extend_schema(parameters=[ChargesAsked]))
class Charges(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """The register: charges of the own agency; all of the county for its Office and for finance."""

    queryset = Charge.objects.select_related("county", "agency", "enterprise", "establishment", "visit", "item", "registered_by")
    serializer_class = ChargeShown
    detail_class = ChargeDetail

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        asked = self.asked(ChargesAsked) if self.action == "list" else {}
        if "enterprise" in asked:
            rows = rows.filter(enterprise__uid=asked.pop("enterprise"))
        return rows.filter(**asked)

    @documented(ChargeDetail, request=ChargeSent, status=201, refused=(403, 422))
    def create(self, request: Request) -> Response:
        """登记: a fee under an item in force, a fine or confiscation under its decision.

        The same uid sent twice is one charge (201, then 200). What is refused stays visible to the Office.
        """
        said = self.sent(ChargeSent)
        agency = own_agency(request, Duty.CHARGE_REGISTER, said.pop("agency", None), _("只有收费登记员可以登记收费、罚没。"))
        charge, status = once(Charge, said.get("uid"), lambda: Charge.register(by=request.user, agency=agency, **said))
        return self.answer(charge, status)

    @documented(ChargeDetail, request=NoteSent)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, uid: str) -> Response:
        """作废 with a reason; the number is kept."""
        charge = self.row()
        charge.void(by=request.user, **self.sent(NoteSent))
        return self.answer(charge)


VIEWSETS: list[tuple[str, type, str]] = [
    ("fee-items", FeeItems, "api-fee-items"),
    ("charges", Charges, "api-charges"),
]
urlpatterns: list = []
