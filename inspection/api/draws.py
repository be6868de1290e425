"""The twin of the pages for machines: the same verbs, on random draws and the lines that were drawn."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AgencyNamed, CountyNamed, EnterpriseNamed, EstablishmentShown, agencies_seen, officers_seen
from accounts.models import Agency, Duty, Enterprise, EnterpriseKind, Officer
from accounts.rest import ByUid, NoteSent, Rows, Shown, StepOpen, Word, documented, once, own_agency, steps_open

from ..models import Draw, DrawnLine, DrawnOfficer, InspectionPlan
from ..models.draw import FACTS
from ..models.draw_pool import exclusion, recusal
from .plans import PlanDetail
from .plans_sent import AgencyMeant


# --- draws ------------------------------------------------------------------------------------------
class PartShown(serializers.Serializer):
    """One half of the seed. What was said stands in the public record, never here."""

    part = serializers.CharField()
    unit = serializers.CharField()
    digest = serializers.CharField(allow_blank=True)
    sealed_at = serializers.DateTimeField(allow_null=True)
    said_at = serializers.DateTimeField(allow_null=True)


class DrawShown(Shown):
    """双随机抽查, in a list."""

    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True)

    class Meta:
        model = Draw
        fields = [
            "uid", "county", "agency", "title", "year", "purpose", "programme_reference", "starts_on", "ends_on", "ratio", "number",
            "officers_each", "way", "witness", "lottery_name", "lottery_issue", "lottery_on", "status", "prepared_at", "frozen_at",
            "freeze_number", "commitment", "pool_size", "officer_pool_size", "draw_size", "seed_by", "mismatch", "drawn_at",
            "record_digest", "discarded_at", "discard_reason", "opened_at",
        ]  # fmt: skip


class DrawnOfficerShown(Shown):
    """抽中的检查人员 of one line."""

    officer = serializers.UUIDField(source="officer.uid", read_only=True)

    class Meta:
        model = DrawnOfficer
        fields = ["officer", "name", "excused", "excuse_reason"]


class DrawnLineShown(Shown):
    """抽中的一家, with its officers and its filing."""

    draw = serializers.UUIDField(source="draw.uid", read_only=True)
    enterprise = EnterpriseNamed(read_only=True)
    establishment = EstablishmentShown(read_only=True)
    officers = DrawnOfficerShown(many=True, read_only=True)
    filing = serializers.UUIDField(source="filing.uid", read_only=True, default=None, allow_null=True)
    steps = serializers.SerializerMethodField()

    class Meta:
        model = DrawnLine
        fields = ["uid", "draw", "place", "name", "enterprise", "establishment", "status", "drop_reason", "officers", "filing", "steps"]

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, line: DrawnLine) -> list[dict[str, Any]]:
        return steps_open(line, self.context["request"].user)


class DrawDetail(DrawShown):
    """双随机抽查 with its halves, and what is open to this person now. Who was drawn: ``/drawn-lines/?draw=``."""

    witness_name = serializers.CharField(read_only=True)
    parts = serializers.SerializerMethodField()
    earlier = serializers.SerializerMethodField(help_text=_("同一抽查其他各次冻结的承诺值"))
    steps = serializers.SerializerMethodField()

    class Meta(DrawShown.Meta):
        fields = [*DrawShown.Meta.fields, "witness_name", "parts", "earlier", "steps"]

    @extend_schema_field(PartShown(many=True))
    def get_parts(self, draw: Draw) -> list[dict[str, Any]]:
        units = {"A": draw.agency.name, "B": draw.witness_name}
        rows = [
            {"part": p.part, "unit": units[p.part], "digest": p.digest, "sealed_at": p.sealed_at, "said_at": p.said_at}
            for p in draw.parts.all()
        ]
        return PartShown(rows, many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_earlier(self, draw: Draw) -> list[str]:
        return list(draw.earlier.values_list("commitment", flat=True))

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, draw: Draw) -> list[dict[str, Any]]:
        return steps_open(draw, self.context["request"].user)


def enterprises_seen(user: Any) -> QuerySet:
    """Return the enterprises that ``user`` may name."""
    return Enterprise.objects.visible_to(user)


class ExclusionSent(serializers.Serializer):
    """An enterprise left out of the pool, with the reason."""

    enterprise = ByUid(enterprises_seen)
    reason = serializers.CharField(max_length=200)


class RecusalSent(ExclusionSent):
    """An officer who must not go to an enterprise, with the reason."""

    officer = ByUid(officers_seen)


class DrawRevised(serializers.Serializer):
    """What is prepared before the freeze. A key left out stays as it is."""

    title = serializers.CharField(max_length=100)
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    purpose = serializers.CharField(max_length=300)
    programme_reference = serializers.CharField(max_length=200, allow_blank=True, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    kind = Word(EnterpriseKind, required=False, blank=True)
    trade = serializers.CharField(max_length=60, allow_blank=True, required=False)
    township = serializers.CharField(max_length=60, allow_blank=True, required=False)
    exclusions = ExclusionSent(many=True, required=False)
    recusals = RecusalSent(many=True, required=False)
    ratio = serializers.IntegerField(min_value=1, max_value=100, allow_null=True, required=False, help_text=_("百分比，整数"))
    number = serializers.IntegerField(min_value=1, max_value=1_000_000, allow_null=True, required=False)
    officers_each = serializers.IntegerField(min_value=1, max_value=20)
    way = Word(Draw.Way)
    witness = Word(Draw.Witness)
    witness_agency = ByUid(agencies_seen, required=False, allow_null=True)
    lottery_name = serializers.CharField(max_length=60, allow_blank=True, required=False)
    lottery_issue = serializers.CharField(max_length=40, allow_blank=True, required=False)
    lottery_on = serializers.DateField(allow_null=True, required=False)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        if type(self) is DrawRevised:
            for field in fields.values():
                field.required = False
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only enterprises of the county and officers of the agency can be named."""
        agency: Agency = self.context["agency"]
        rows = [*attrs.get("exclusions", []), *attrs.get("recusals", [])]
        people: list[Officer] = [row["officer"] for row in attrs.get("recusals", [])]
        if any(row["enterprise"].county_id != agency.county_id for row in rows) or any(o.agency_id != agency.pk for o in people):
            raise serializers.ValidationError({"exclusions": [_now("只能列出本县的企业、本单位的人员。")]})
        if "exclusions" in attrs:
            attrs["exclusions"] = [exclusion(row["enterprise"], row["reason"]) for row in attrs["exclusions"]]
        if "recusals" in attrs:
            attrs["recusals"] = [recusal(row["enterprise"], row["officer"], row["reason"]) for row in attrs["recusals"]]
        return attrs


class DrawBegun(DrawRevised):
    """A new draw: for which agency, under which uid."""

    agency = serializers.UUIDField(required=False, help_text=_("默认为本人任经办人的单位"))
    uid = serializers.UUIDField(required=False, help_text=_("可由发送方指定：重复发送不会重复准备"))


class DigestSent(serializers.Serializer):
    """The digest of a secret: SHA-256 of ``commitment:part:secret``."""

    digest = serializers.CharField(max_length=100)


class SecretSent(serializers.Serializer):
    """The secret whose digest was handed in."""

    secret = serializers.CharField(max_length=200)


class NumberSent(serializers.Serializer):
    """The number of the lottery that was named at the freeze."""

    number = serializers.CharField(max_length=200)


class DrawsAsked(serializers.Serializer):
    """Which draws."""

    status = Word(Draw.Status, required=False)


@extend_schema_view(list=extend_schema(parameters=[DrawsAsked]))
class Draws(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """双随机抽查 of the own agency; once frozen also those of the Office's county and those one's unit gives a half of the seed for."""

    queryset = Draw.objects.select_related("county", "agency__county", "witness_agency").prefetch_related("parts")
    serializer_class = DrawShown
    detail_class = DrawDetail

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        asked = self.asked(DrawsAsked) if self.action == "list" else {}
        return rows.filter(status=asked["status"]) if "status" in asked else rows

    @documented(DrawDetail, request=DrawBegun, status=201, refused=(403, 422))
    def create(self, request: Request) -> Response:
        """准备名单. The same uid sent twice gives the same draw (201, then 200)."""
        named = self.sent(AgencyMeant).get("agency")
        agency = own_agency(request, Duty.PLAN_FILE, named, _("只有检查单位的经办人可以准备抽查名单。"))
        said = dict(self.sent(DrawBegun, agency=agency))
        facts = {name: said[name] for name in FACTS if name in said}
        uid = said.get("uid")
        draw, status = once(Draw, uid, lambda: Draw.prepare(by=request.user, agency=agency, facts=facts, uid=uid))
        return self.answer(draw, status)

    @documented(DrawDetail, request=DrawRevised)
    def partial_update(self, request: Request, uid: str) -> Response:
        """修改 what is prepared, before the freeze."""
        draw = self.row()
        draw.revise(by=request.user, facts=dict(self.sent(DrawRevised, agency=draw.agency)))
        return self.answer(draw)

    @documented(DrawDetail)
    @action(detail=True, methods=["post"])
    def freeze(self, request: Request, uid: str) -> Response:
        """冻结名单: its commitment is public from now on."""
        draw = self.row()
        draw.freeze(by=request.user)
        return self.answer(draw)

    @documented(DrawDetail, request=DigestSent)
    @action(detail=True, methods=["post"])
    def seal(self, request: Request, uid: str) -> Response:
        """封存暗语: hand in the digest of a secret."""
        draw = self.row()
        draw.seal(by=request.user, **self.sent(DigestSent))
        return self.answer(draw)

    @documented(DrawDetail, request=SecretSent)
    @action(detail=True, methods=["post"])
    def reveal(self, request: Request, uid: str) -> Response:
        """揭示暗语, once both are sealed. The second reveal makes the lot fall."""
        draw = self.row()
        draw.reveal(by=request.user, **self.sent(SecretSent))
        return self.answer(draw)

    @documented(DrawDetail, request=NumberSent)
    @action(detail=True, methods=["post"])
    def tell(self, request: Request, uid: str) -> Response:
        """录入开奖号码. The second typing makes the lot fall; where the two differ, ``mismatch`` shows both and neither counts."""
        draw = self.row()
        draw.tell(by=request.user, **self.sent(NumberSent))
        return self.answer(draw)

    @documented(DrawDetail, request=NoteSent)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, uid: str) -> Response:
        """废弃 with its reason, before the lot has fallen. What was frozen stays public."""
        draw = self.row()
        draw.drop(by=request.user, **self.sent(NoteSent))
        return self.answer(draw)


# --- lines ------------------------------------------------------------------------------------------
class LinesAsked(serializers.Serializer):
    """Which drawn lines."""

    draw = serializers.UUIDField(required=False)


class ExcuseSent(NoteSent):
    """Who can't come, and why."""

    officer = ByUid(officers_seen)


@extend_schema_view(list=extend_schema(parameters=[LinesAsked]))
class DrawnLines(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """抽中的企业和人员: for the agency that drew them and the Office of its county alone."""

    queryset = DrawnLine.objects.select_related("draw__agency__county", "enterprise__county", "establishment").prefetch_related(
        Prefetch("officers", DrawnOfficer.objects.select_related("officer").order_by("pk")), "plans"
    )
    serializer_class = DrawnLineShown

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        asked = self.asked(LinesAsked) if self.action == "list" else {}
        return rows.filter(draw__uid=asked["draw"]) if "draw" in asked else rows

    @documented(PlanDetail, status=201, refused=(403, 404, 409))
    @action(detail=True, methods=["post"])
    def file(self, request: Request, uid: str) -> Response:
        """起草备案 from the line: enterprise, officers, dates and source are those of the draw."""
        plan: InspectionPlan = self.row().begin_filing(by=request.user)
        return Response(PlanDetail(plan, context=self.get_serializer_context()).data, status=201)

    @documented(DrawnLineShown, request=NoteSent)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, uid: str) -> Response:
        """不再检查, by the head, with a reason that is public after the opening."""
        line = self.row()
        line.drop(by=request.user, **self.sent(NoteSent))
        return self.answer(line)

    @documented(DrawnLineShown, request=ExcuseSent)
    @action(detail=True, methods=["post"])
    def excuse(self, request: Request, uid: str) -> Response:
        """更换人员: the next in the order of the draw stands in."""
        line = self.row()
        line.excuse(by=request.user, **self.sent(ExcuseSent))
        return self.answer(line)


VIEWSETS: list[tuple[str, type, str]] = [("draws", Draws, "api-draws"), ("drawn-lines", DrawnLines, "api-drawn-lines")]
