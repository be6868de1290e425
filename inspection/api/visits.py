"""Arrivals and departures, for machines."""

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
    agencies_seen,
    establishments_seen,
    officers_seen,
)
from accounts.models import Duty
from accounts.rest import ByUid, ManyByUid, Moment, Rows, Shown, StepOpen, Word, documented, once, own_agency, steps_open

from ..models import (
    Visit,
    VisitPerson,
)
from .notices import NoticeNamed, notices_seen


class PersonShown(Shown):
    """Someone who came."""

    officer = serializers.UUIDField(source="officer.uid", read_only=True, default=None, allow_null=True)

    class Meta:
        model = VisitPerson
        fields = ["officer", "name", "certificate_number", "named_on_notice"]


class VisitShown(Shown):
    """入企登记: who came, when, what was found."""

    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True)
    notice = NoticeNamed(read_only=True, allow_null=True)
    enterprise = EnterpriseNamed(read_only=True)
    establishment = EstablishmentShown(read_only=True)
    people = PersonShown(many=True, read_only=True)
    minutes = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Visit
        fields = [
            "uid", "county", "agency", "notice", "enterprise", "establishment", "platform_task", "platform_code", "unfiled_ground",
            "status", "arrived_at",
            "left_at", "minutes", "result", "result_note", "people",
        ]  # fmt: skip


class VisitDetail(VisitShown):
    """入企登记, and what is open to this person now."""

    steps = serializers.SerializerMethodField()

    class Meta(VisitShown.Meta):
        fields = [*VisitShown.Meta.fields, "steps"]

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, visit: Visit) -> list[dict[str, Any]]:
        return steps_open(visit, self.context["request"].user)


class VisitsAsked(serializers.Serializer):
    """Which visits."""

    unfiled = serializers.BooleanField(required=False, help_text=_("只列没有备案的"))
    status = Word(Visit.Status, required=False)


class ArrivalSent(serializers.Serializer):
    """Who is at the gate, under which notice."""

    notice = ByUid(notices_seen)
    officers = ManyByUid(officers_seen, help_text=_("实际到场的检查人员"))
    others = serializers.CharField(required=False, allow_blank=True, default="", max_length=200, help_text=_("其他到场人员姓名"))
    arrived_at = Moment(required=False, help_text=_("只用于系统中断期间的手工备案：当时的入企时间"))
    uid = serializers.UUIDField(required=False)


class UnfiledSent(serializers.Serializer):
    """A visit that had no filing, written down afterwards."""

    agency = ByUid(agencies_seen, required=False, help_text=_("默认为本人任执法人员的单位"))
    establishment = ByUid(establishments_seen)
    officers = ManyByUid(officers_seen)
    arrived_at = Moment()
    ground = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    uid = serializers.UUIDField(required=False)


class LeaveSent(serializers.Serializer):
    """What was found."""

    result = Word(Visit.Result)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    left_at = Moment(required=False, help_text=_("只用于系统中断期间的手工备案：当时的离企时间"))


@extend_schema_view(list=extend_schema(parameters=[VisitsAsked]))
class Visits(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """入企登记 of the own agency; for the Office those of its county."""

    queryset = Visit.objects.select_related("county", "agency", "notice", "enterprise", "establishment").prefetch_related(
        Prefetch("people", VisitPerson.objects.select_related("officer").order_by("pk"))
    )
    serializer_class = VisitShown
    detail_class = VisitDetail

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        asked = self.asked(VisitsAsked) if self.action == "list" else {}
        if "status" in asked:
            rows = rows.filter(status=asked["status"])
        return rows.unfiled() if asked.get("unfiled") else rows

    @documented(VisitDetail, request=ArrivalSent, status=201, refused=(403, 409, 422))
    def create(self, request: Request) -> Response:
        """入企登记 under a notice, by an officer named on it. The same uid sent twice is one visit (201, then 200)."""
        said = self.sent(ArrivalSent)
        visit, status = once(Visit, said.get("uid"), lambda: Visit.arrive(by=request.user, **said))
        return self.answer(visit, status)

    @documented(VisitDetail, request=UnfiledSent, status=201, refused=(403, 422))
    @action(detail=False, methods=["post"])
    def unfiled(self, request: Request) -> Response:
        """补记 a visit that had no filing. It is kept, and marked."""
        said = self.sent(UnfiledSent)
        agency = own_agency(request, Duty.VISIT_LOG, said.pop("agency", None), _("只有执法人员可以登记入企。"))
        visit, status = once(Visit, said.get("uid"), lambda: Visit.record_unfiled(by=request.user, agency=agency, **said))
        return self.answer(visit, status)

    @documented(VisitDetail, request=LeaveSent)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, uid: str) -> Response:
        """离企登记 with one of five results; other than 未发现问题 it is explained."""
        visit = self.row()
        visit.leave(by=request.user, **self.sent(LeaveSent))
        return self.answer(visit)
