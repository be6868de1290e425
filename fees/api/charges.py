"""The register, for machines: charges, and every act on one."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AgencyNamed, CountyNamed, EnterpriseNamed, EstablishmentShown, agencies_seen, establishments_seen
from accounts.models import Duty, Officer
from accounts.rest import (
    ByUid,
    MoneySent,
    NoteSent,
    Rows,
    Shown,
    StepOpen,
    Word,
    YuanShown,
    YuanTyped,
    documented,
    once,
    own_agency,
    read,
    steps_open,
)
from inspection.models import Visit

from ..acts import ACTS, open_to
from ..models import CashTaken, Charge, Dispute, Entry, PaymentLine, Stay

MOST = 10**15


class SumsShown(serializers.Serializer):
    """What became of a sum, in fen: due = received − returned + reduced + open."""

    due_fen = serializers.IntegerField(source="due")
    reduced_fen = serializers.IntegerField(source="reduced")
    received_fen = serializers.IntegerField(source="received")
    returned_fen = serializers.IntegerField(source="returned")
    open_fen = serializers.IntegerField(source="open")


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
    sums = SumsShown(read_only=True)

    class Meta:
        model = Charge
        fields = [
            "uid", "county", "label", "year", "number", "status", "agency", "enterprise", "establishment", "visit", "kind", "item",
            "item_name", "basis", "decision_number", "decision_date", "served_on", "on_the_spot", "charged_on", "due_on", "collector_name",
            "certificate_number", "amount_fen", "amount", "sums", "note", "registered_at", "voided_at", "void_reason",
        ]  # fmt: skip


class EntryShown(Shown):
    """One movement on a charge."""

    amount_fen = serializers.IntegerField(source="amount", read_only=True)

    class Meta:
        model = Entry
        fields = ["uid", "kind", "amount_fen", "on", "valued_on", "basis"]


class PaymentLineShown(Shown):
    """One line of a payment notice: its own code, or by whom it is collected."""

    notice = serializers.CharField(source="notice.label", read_only=True)
    charge = serializers.UUIDField(source="charge.uid", read_only=True)
    agency = AgencyNamed(read_only=True)
    item_name = serializers.CharField(source="charge.item_name", read_only=True)
    amount_fen = serializers.IntegerField(source="amount", read_only=True)

    class Meta:
        model = PaymentLine
        fields = [
            "uid", "notice", "charge", "agency", "item_name", "part", "parts", "amount_fen", "due_on", "institution", "code", "elsewhere",
            "dropped", "dropped_why",
        ]  # fmt: skip


class DisputeShown(Shown):
    """An objection of the enterprise, and the answer."""

    class Meta:
        model = Dispute
        fields = ["uid", "status", "words", "made_at", "answer", "answered_at"]


class CashShown(Shown):
    """Cash taken on the spot (行政处罚法 Art. 68, 69), and where it has gone."""

    amount_fen = serializers.IntegerField(source="amount", read_only=True)

    class Meta:
        model = CashTaken
        fields = ["uid", "status", "amount_fen", "article", "reason", "ticket", "taken_on", "on_water", "handed_in_on", "banked_on", "slip"]


class ChargeDetail(ChargeShown):
    """收费、罚没登记 with its reckoning, entries, lines, objections, and what is open to this person now."""

    registered_by = serializers.CharField(source="registered_by.name", read_only=True)
    explained = serializers.ListField(child=serializers.CharField(), read_only=True)
    principal = serializers.UUIDField(source="principal.uid", read_only=True, default=None, allow_null=True)
    entries = EntryShown(many=True, read_only=True)
    lines = PaymentLineShown(many=True, read_only=True)
    disputes = DisputeShown(many=True, read_only=True)
    cash = CashShown(read_only=True, allow_null=True, default=None)
    steps = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField(help_text=_("现在可以办理的动作，地址为 charges/<uid>/<动作>/"))

    class Meta(ChargeShown.Meta):
        fields = [
            *ChargeShown.Meta.fields, "registered_by", "quantity", "base", "explained", "principal", "counted_until", "entries", "lines",
            "disputes", "cash", "steps", "acts",
        ]  # fmt: skip

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, charge: Charge) -> list[dict[str, Any]]:
        return steps_open(charge, self.context["request"].user)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_acts(self, charge: Charge) -> list[str]:
        return list(open_to(self.context["request"].user, charge))


class ChargesAsked(serializers.Serializer):
    """Which charges. By no person: nobody's fines can be listed or added up (国办发〔2024〕54号, 八个不得之七)."""

    kind = Word(Charge.Kind, required=False)
    status = Word(Charge.Status, required=False)
    enterprise = serializers.UUIDField(required=False)


class ChargeSent(serializers.Serializer):
    """One charge. A fee names its item by code or whole name; a fine or confiscation its decision and its sum."""

    agency = ByUid(agencies_seen, required=False, help_text=_("默认为本人任收费登记员的单位"))
    establishment = ByUid(establishments_seen)
    kind = Word(Charge.Kind)
    charged_on = serializers.DateField()
    amount_fen = serializers.IntegerField(required=False, min_value=-(MOST), max_value=MOST, help_text=_("分；有标准的收费项目可不填"))
    amount = YuanTyped(required=False, help_text=_("元，字符串，最多两位小数"))
    item = serializers.CharField(required=False, allow_blank=True, max_length=120, help_text=_("收费的填写：目录编码或项目全称"))
    quantity = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST, help_text=_("数量，千分之一"))
    base_fen = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=100 * MOST, source="base", help_text=_("计费基数，分")
    )
    reduction_fen = serializers.IntegerField(required=False, min_value=0, max_value=MOST, source="reduction")
    reduction_basis = serializers.CharField(required=False, allow_blank=True, max_length=300)
    decision_number = serializers.CharField(required=False, allow_blank=True, max_length=80)
    decision_date = serializers.DateField(required=False, allow_null=True)
    served_on = serializers.DateField(required=False, allow_null=True)
    article = serializers.CharField(required=False, allow_blank=True, max_length=300)
    on_the_spot = serializers.BooleanField(required=False)
    collector = ByUid(lambda user: Officer.objects.visible_to(user), required=False, allow_null=True)
    visit = ByUid(lambda user: Visit.objects.visible_to(user), required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=300)
    uid = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        said = {attrs.pop(name) for name in ("amount_fen", "amount") if attrs.get(name) is not None}
        if len(said) > 1:
            raise serializers.ValidationError({"amount": [_now("amount_fen 和 amount 不一致，请核对。")]})
        return {**attrs, "amount": said.pop() if said else None}


# --- what single acts ask for ---------------------------------------------------------------------------
class SumAndNote(MoneySent):
    """A sum and its reason."""

    note = serializers.CharField(allow_blank=True, max_length=300)


class DeferSent(serializers.Serializer):
    """暂缓、分期: the decision, and for each part its last day and fen."""

    class Part(serializers.Serializer):
        """One part."""

        day = serializers.DateField()
        fen = serializers.IntegerField(min_value=1, max_value=MOST)

    decision = serializers.CharField(max_length=80)
    parts = Part(many=True)
    note = serializers.CharField(allow_blank=True, max_length=300)

    def validate_parts(self, parts: list[dict[str, Any]]) -> list[tuple[datetime.date, int]]:
        return [(part["day"], part["fen"]) for part in parts]


class ImposeSent(serializers.Serializer):
    """加处罚款 under its decision, or 滞纳金 by the item's own basis."""

    until = serializers.DateField()
    decision_number = serializers.CharField(required=False, allow_blank=True, max_length=80)
    decision_date = serializers.DateField(required=False, allow_null=True)
    served_on = serializers.DateField(required=False, allow_null=True)
    article = serializers.CharField(required=False, allow_blank=True, max_length=300)


class StaySent(serializers.Serializer):
    """A review or lawsuit that began."""

    kind = Word(Stay.Kind)
    case_number = serializers.CharField(max_length=80)
    first = serializers.DateField()


class StayEndSent(serializers.Serializer):
    """Its last day."""

    last = serializers.DateField()


class CashSent(serializers.Serializer):
    """Cash taken on the spot."""

    article = Word(CashTaken.Article)
    reason = serializers.CharField(allow_blank=True, max_length=300)
    ticket = serializers.CharField(allow_blank=True, max_length=60)
    taken_on = serializers.DateField()
    on_water = serializers.BooleanField(required=False)


class DaySent(serializers.Serializer):
    """On which day."""

    on = serializers.DateField()


class SlipSent(DaySent):
    """On which day, under which slip."""

    slip = serializers.CharField(allow_blank=True, max_length=60)


class RefundSent(MoneySent):
    """How much is to be given back, and why."""

    reason = serializers.CharField(allow_blank=True, max_length=300)


class WordsSent(serializers.Serializer):
    """What is objected."""

    words = serializers.CharField(allow_blank=True, max_length=500)
    uid = serializers.UUIDField(required=False)


SENT: dict[str, type[serializers.Serializer]] = {
    "correct": SumAndNote, "reduce": SumAndNote, "defer": DeferSent, "impose": ImposeSent, "stay": StaySent, "stay-end": StayEndSent,
    "cash": CashSent, "cash-hand-in": DaySent, "cash-bank": SlipSent, "refund": RefundSent, "dispute": WordsSent,
}  # fmt: skip


@extend_schema_view(list=extend_schema(parameters=[ChargesAsked]))
class Charges(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """The register: charges of the own agency; all of the county for its Office and for finance."""

    queryset = Charge.objects.select_related(
        "county", "agency", "enterprise", "establishment", "visit", "item", "registered_by", "sums", "principal"
    )
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
        own = own_agency(request, Duty.CHARGE_REGISTER, None, _("只有收费登记员可以登记收费、罚没。"))
        said = self.sent(ChargeSent)
        agency = said.pop("agency", None) or own
        charge, status = once(Charge, said.get("uid"), lambda: Charge.register(by=request.user, agency=agency, **said))
        return self.answer(charge, status)

    @documented(
        ChargeDetail,
        request=NoteSent,
        operation_id="charges_act",
        parameters=[OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=list(ACTS))],
    )
    @action(detail=True, methods=["post"], url_path="(?P<verb>[a-z-]+)", url_name="act")
    def act(self, request: Request, uid: str, verb: str) -> Response:
        """One act on a charge: correct, reduce, defer, impose, stay, stay-end, cash, cash-hand-in, cash-bank, refund, dispute, reply,
        uphold, ask-void, void, keep. ``acts`` of the charge says which are open; what each asks for stands in docs/api.md.

        None of them marks anything as paid.
        """
        if verb not in ACTS:
            raise NotFound(_now("没有这个动作。"))
        charge = self.row()
        made = ACTS[verb].call(charge, request.user, read(SENT.get(verb, NoteSent), request, request.data))
        return self.answer(made if isinstance(made, Charge) else charge)
