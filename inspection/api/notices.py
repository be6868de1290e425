"""Notices, for machines."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import (
    AgencyNamed,
    CountyNamed,
    EnterpriseNamed,
    EstablishmentShown,
)
from accounts.models import Enterprise
from accounts.rest import NoteSent, Rows, Shown, StepOpen, Word, documented, steps_open

from ..models import (
    FilingNotice,
    Visit,
)


class NoticeNamed(Shown):
    """A notice, named."""

    class Meta:
        model = FilingNotice
        fields = ["uid", "label", "status"]


class VisitNamed(Shown):
    """A visit, named."""

    class Meta:
        model = Visit
        fields = ["uid", "status", "arrived_at", "left_at"]


class ItemOnPaper(serializers.Serializer):
    """An item as printed."""

    name = serializers.CharField()
    basis = serializers.CharField()
    content = serializers.CharField(required=False)


class OfficerOnPaper(serializers.Serializer):
    """An officer as printed."""

    name = serializers.CharField()
    certificate = serializers.CharField()


class NoticeFacts(serializers.Serializer):
    """All that the paper says, as it stood when it was numbered."""

    number = serializers.CharField()
    office = serializers.CharField()
    county = serializers.CharField()
    supervision_phone = serializers.CharField()
    filing = serializers.CharField()
    enterprise = serializers.CharField()
    identifier = serializers.CharField()
    operator = serializers.CharField()
    address = serializers.CharField()
    agency = serializers.CharField()
    carried_out_by = serializers.CharField()
    partners = serializers.ListField(child=serializers.CharField(), required=False)
    order = serializers.CharField(required=False, help_text=_("《行政检查通知书》文号"))
    type = serializers.CharField()
    task_source = serializers.CharField()
    platform = serializers.CharField(required=False)
    purpose = serializers.CharField()
    requirements = serializers.CharField()
    items = ItemOnPaper(many=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    minutes_on_site = serializers.IntegerField(allow_null=True)
    officers = OfficerOnPaper(many=True)
    assistants = serializers.ListField(child=serializers.CharField())
    year = serializers.IntegerField(required=False)
    visits_this_year = serializers.IntegerField(required=False, help_text=_("本单位本年度已入企次数，不含本次"))
    visits_cap = serializers.IntegerField(required=False, allow_null=True)
    template = serializers.CharField(required=False)
    faces = serializers.CharField(required=False)
    numbered_on = serializers.DateField()
    provisional = serializers.BooleanField(required=False, help_text=_("紧急检查（先行实施），待补办手续"))
    by_hand = serializers.BooleanField(required=False, help_text=_("手工备案（系统中断期间），待补办手续"))
    provisional_ground = serializers.CharField(required=False)
    paper_number = serializers.CharField(required=False, help_text=_("手工备案的手工编号"))
    partners = serializers.ListField(child=serializers.CharField(), required=False, help_text=_("联合检查的配合单位"))
    replaces = serializers.CharField(required=False, help_text=_("代替的通知书文号"))
    scan_url = serializers.CharField()


class NoticeShown(Shown):
    """《涉企检查备案通知书》, in a list."""

    county = CountyNamed(read_only=True)
    plan = serializers.UUIDField(source="plan.uid", read_only=True)
    agency = AgencyNamed(source="plan.agency", read_only=True)
    enterprise = EnterpriseNamed(read_only=True)
    establishment = EstablishmentShown(read_only=True)

    class Meta:
        model = FilingNotice
        fields = [
            "uid", "county", "label", "year", "number", "status", "plan", "agency", "enterprise", "establishment", "starts_on",
            "ends_on", "unannounced", "numbered_at", "issued_at", "voided_at", "void_reason",
        ]  # fmt: skip


class NoticeDetail(NoticeShown):
    """《涉企检查备案通知书》 with all that its paper says, its document, its visits, and what is open to this person now."""

    facts = NoticeFacts(source="snapshot", read_only=True)
    scan_url = serializers.CharField(read_only=True)
    pdf_url = serializers.CharField(read_only=True)
    sha256 = serializers.CharField(source="document_id", read_only=True, allow_null=True)
    visits = VisitNamed(many=True, read_only=True)
    steps = serializers.SerializerMethodField()

    class Meta(NoticeShown.Meta):
        fields = [*NoticeShown.Meta.fields, "facts", "scan_url", "pdf_url", "sha256", "visits", "steps"]

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, notice: FilingNotice) -> list[dict[str, Any]]:
        return steps_open(notice, self.context["request"].user)


class NoticesAsked(serializers.Serializer):
    """Which notices."""

    words = serializers.CharField(required=False, max_length=120, help_text=_("企业名称、证件号码，或者通知书序号"))
    status = Word(FilingNotice.Status, required=False)
    on = serializers.DateField(required=False, help_text=_("只列这一天可以凭以入企的"))


@extend_schema_view(list=extend_schema(parameters=[NoticesAsked]))
class Notices(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """《涉企检查备案通知书》 of the own agency; for the Office those of its county."""

    queryset = FilingNotice.objects.select_related("county", "plan__agency", "enterprise", "establishment")
    serializer_class = NoticeShown
    detail_class = NoticeDetail

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        if self.action != "list":
            return rows.prefetch_related(Prefetch("visits", Visit.objects.order_by("pk")))
        asked = self.asked(NoticesAsked)
        if words := asked.get("words"):
            by_number = words.isascii() and words.isdigit() and len(words) <= 9
            rows = (
                rows.filter(number=words)
                if by_number
                else rows.filter(enterprise__in=Enterprise.objects.matching(words, self.request.user.counties()))
            )
        if "status" in asked:
            rows = rows.filter(status=asked["status"])
        return rows.for_the_day(asked["on"]).issued() if "on" in asked else rows

    @documented(NoticeDetail, request=NoteSent)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, uid: str) -> Response:
        """作废 with its reason; the number stays taken. The Office's act."""
        notice = self.row()
        notice.void(by=request.user, **self.sent(NoteSent))
        return self.answer(notice)


def notices_seen(user: Any) -> QuerySet:
    """Return the notices that ``user`` may name."""
    return FilingNotice.objects.visible_to(user).select_related("county", "plan__agency")
