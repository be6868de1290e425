"""The twin of the pages of programmes for machines: the same verbs."""

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

from accounts.api import AgencyNamed, CountyNamed, agencies_seen
from accounts.models import Duty
from accounts.rest import MOST_SENT, ByUid, InBase64, NoteSent, Rows, Shown, StepOpen, Word, documented, found, once, own_agency, steps_open

from ..models import InspectionProgramme, ProgrammeLine
from ..models.programme import EARLIEST_YEAR, LATEST_YEAR, PLAIN_FACTS
from ..models.programme_line import TYPED


class ProgrammeOpenPoint(serializers.Serializer):
    """What is left to be completed."""

    row = serializers.IntegerField()
    column = serializers.CharField()
    heading = serializers.CharField()
    role = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    what = serializers.CharField()
    sheet = serializers.CharField(allow_blank=True)


class CellShown(serializers.Serializer):
    """A heading and the words published under it."""

    heading = serializers.CharField()
    text = serializers.CharField(allow_blank=True)


class ProgrammeLineShown(Shown):
    """计划行: published words, what was understood, what is open."""

    words = serializers.SerializerMethodField()
    values = serializers.DictField(read_only=True)
    open = ProgrammeOpenPoint(many=True, read_only=True)

    class Meta:
        model = ProgrammeLine
        fields = ["uid", "position", "sheet", "row", "name", "words", "values", "open"]

    @extend_schema_field(CellShown(many=True))
    def get_words(self, line: ProgrammeLine) -> list[dict[str, str]]:
        return [{"heading": heading, "text": text} for heading, text in line.words]


class ProgrammeShown(Shown):
    """检查计划, in a list."""

    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True)

    class Meta:
        model = InspectionProgramme
        fields = ["uid", "county", "agency", "year", "kind", "status", *PLAIN_FACTS, "submitted_at", "public_from", "replaced_on"]


class ProgrammeDetail(ProgrammeShown):
    """检查计划 with its lines, what keeps it from being submitted, and what is open to this person now."""

    due_on = serializers.DateField(read_only=True, allow_null=True)
    late = serializers.BooleanField(read_only=True)
    lines = ProgrammeLineShown(source="standing_lines", many=True, read_only=True)
    left_out = serializers.ListField(child=serializers.DictField(), read_only=True)
    warnings = serializers.ListField(child=serializers.CharField(), read_only=True)
    steps = serializers.SerializerMethodField()
    faults = serializers.SerializerMethodField()

    class Meta(ProgrammeShown.Meta):
        fields = [*ProgrammeShown.Meta.fields, "due_on", "late", "opinion", "file_name", "lines", "left_out", "warnings", "steps", "faults"]

    @extend_schema_field(StepOpen(many=True))
    def get_steps(self, programme: InspectionProgramme) -> list[dict[str, Any]]:
        return steps_open(programme, self.context["request"].user)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_faults(self, programme: InspectionProgramme) -> list[str]:
        return programme.faults() if "submit" in programme.steps_open_to(self.context["request"].user) else []


class ProgrammesAsked(serializers.Serializer):
    """Which programmes."""

    year = serializers.IntegerField(required=False, min_value=EARLIEST_YEAR, max_value=LATEST_YEAR)
    status = Word(InspectionProgramme.Status, required=False)


class ProgrammeFacts(serializers.Serializer):
    """Title, and who approved a special programme."""

    title = serializers.CharField(required=False, allow_blank=True, max_length=200)
    approver = serializers.CharField(required=False, allow_blank=True, max_length=120)
    approval_number = serializers.CharField(required=False, allow_blank=True, max_length=80)
    approved_on = serializers.DateField(required=False, allow_null=True)


class ProgrammeBegun(ProgrammeFacts):
    """A new programme: of which agency, for which year, of which kind; under which uid."""

    agency = ByUid(agencies_seen, required=False, help_text=_("默认为本人任经办人的单位"))
    year = serializers.IntegerField(min_value=EARLIEST_YEAR, max_value=LATEST_YEAR)
    kind = Word(InspectionProgramme.Kind, required=False, default=InspectionProgramme.Kind.YEARLY)
    uid = serializers.UUIDField(required=False, help_text=_("可由发送方指定：重复发送不会重复起草"))


class FileSent(serializers.Serializer):
    """A published file, as it is: XLSX or CSV in base64."""

    agency = ByUid(agencies_seen, required=False, help_text=_("默认为本人任经办人的单位"))
    year = serializers.IntegerField(min_value=EARLIEST_YEAR, max_value=LATEST_YEAR)
    kind = Word(InspectionProgramme.Kind, required=False, default=InspectionProgramme.Kind.YEARLY)
    name = serializers.CharField(max_length=200, required=False, default="", allow_blank=True, help_text=_("文件名"))
    content = InBase64(MOST_SENT)


class LineSent(serializers.Serializer):
    """A line typed in, by field: item, object and months are needed."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            name: serializers.CharField(required=must, allow_blank=not must, max_length=500, help_text=label)
            for name, (label, _role, must) in TYPED.items()
        }


class AnswersSent(serializers.Serializer):
    """What completes the open points of a line, by column letter; 无: rightly empty."""

    answers = serializers.DictField(child=serializers.CharField(max_length=500))


class LineDropped(serializers.Serializer):
    """Why a line is taken out."""

    note = serializers.CharField(max_length=300)


#: the verbs of the table as the address says them
VERBS = {verb.rstrip("_"): verb for verb in InspectionProgramme.STEPS if verb not in InspectionProgramme.BY_THEMSELVES}


@extend_schema_view(list=extend_schema(parameters=[ProgrammesAsked]))
class Programmes(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """检查计划: those of the own agency, for the Office those sent to it, and all that are public in the county."""

    queryset = InspectionProgramme.objects.select_related("county", "agency__county")
    serializer_class = ProgrammeShown
    detail_class = ProgrammeDetail

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        return rows.filter(**self.asked(ProgrammesAsked)) if self.action == "list" else rows

    @documented(ProgrammeDetail, request=ProgrammeBegun, status=201, refused=(403, 422))
    def create(self, request: Request) -> Response:
        """起草: begin a programme without lines. The same uid sent twice gives the same draft (201, then 200)."""
        said = dict(self.sent(ProgrammeBegun))
        agency = own_agency(request, Duty.PLAN_FILE, said.pop("agency", None), _("只有检查单位的经办人可以起草检查计划。"))
        uid, year, kind = said.pop("uid", None), said.pop("year"), said.pop("kind")
        programme, status = once(
            InspectionProgramme, uid,
            lambda: InspectionProgramme.draft(by=request.user, agency=agency, year=year, kind=kind, facts=said, uid=uid),
        )  # fmt: skip
        return self.answer(programme, status)

    @documented(ProgrammeDetail, request=FileSent, status=201, refused=(403, 422), operation_id="programmes_import")
    @action(detail=False, methods=["post"], url_path="import", url_name="import")
    def import_file(self, request: Request) -> Response:
        """导入: make a draft of a published file; what was not understood is left open. The same file again: the same draft."""
        said = dict(self.sent(FileSent))
        agency = own_agency(request, Duty.PLAN_FILE, said.pop("agency", None), _("只有检查单位的经办人可以起草检查计划。"))
        return self.answer(InspectionProgramme.import_file(by=request.user, agency=agency, **said), 201)

    @documented(ProgrammeDetail, request=ProgrammeFacts)
    def partial_update(self, request: Request, uid: str) -> Response:
        """修改 the title, or who approved a special programme."""
        programme = self.row()
        programme.revise(by=request.user, facts=dict(self.sent(ProgrammeFacts)))
        return self.answer(programme)

    @documented(ProgrammeDetail, request=LineSent, status=201)
    @action(detail=True, methods=["post"], url_path="lines", url_name="lines")
    def lines(self, request: Request, uid: str) -> Response:
        """添加一行: a line typed in, read like a cell of a file; what is not understood is refused."""
        programme = self.row()
        programme.add_line(by=request.user, words=dict(self.sent(LineSent)))
        return self.answer(programme, 201)

    def _line(self, programme: InspectionProgramme, line: str) -> ProgrammeLine:
        return found(programme.lines.filter(dropped=False), line)

    @documented(ProgrammeDetail, request=AnswersSent, parameters=[OpenApiParameter("line", str, OpenApiParameter.PATH)])
    @action(detail=True, methods=["post"], url_path="lines/(?P<line>[0-9a-f-]{36})/complete", url_name="line-complete")
    def complete(self, request: Request, uid: str, line: str) -> Response:
        """补充一行: complete open points; the published words stay."""
        programme = self.row()
        programme.complete_line(by=request.user, line=self._line(programme, line), answers=self.sent(AnswersSent)["answers"])
        return self.answer(programme)

    @documented(ProgrammeDetail, request=LineDropped, parameters=[OpenApiParameter("line", str, OpenApiParameter.PATH)])
    @action(detail=True, methods=["post"], url_path="lines/(?P<line>[0-9a-f-]{36})/drop", url_name="line-drop")
    def drop(self, request: Request, uid: str, line: str) -> Response:
        """删去一行, saying why. It stays in the record."""
        programme = self.row()
        programme.drop_line(by=request.user, line=self._line(programme, line), note=self.sent(LineDropped)["note"])
        return self.answer(programme)

    @documented(
        ProgrammeDetail,
        request=NoteSent,
        operation_id="programmes_step",
        parameters=[OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=list(VERBS))],
    )
    @action(detail=True, methods=["post"], url_path="(?P<verb>[a-z_]+)")
    def step(self, request: Request, uid: str, verb: str) -> Response:
        """One step of the table: submit, endorse, send_back, accept, return, withdraw."""
        name = VERBS.get(verb.rstrip("_"))
        if name is None:
            raise NotFound(_now("没有这个动作。"))
        programme, said = self.row(), self.sent(NoteSent)
        getattr(programme, name)(by=request.user, **({} if name == "submit" else said))
        return self.answer(programme)
