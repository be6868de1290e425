"""The twin of the pages for machines: who one is, and the lists of who is who."""

import datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from .deputies import Deputies, DeputyEnd
from .models import (
    RULES,
    Agency,
    CalendarDay,
    Certificate,
    Contact,
    County,
    Duty,
    Enterprise,
    Establishment,
    Officer,
    Post,
    RuleValue,
    UndisturbedListing,
)
from .rest import Json, Rows, Shown, documented


# --- as others name them ----------------------------------------------------------------------------
class CountyNamed(Shown):
    """A county, named."""

    class Meta:
        model = County
        fields = ["uid", "code", "name"]


class AgencyNamed(Shown):
    """An agency, named."""

    class Meta:
        model = Agency
        fields = ["uid", "code", "name"]


class EnterpriseNamed(Shown):
    """An enterprise, named: ``name`` is what to call it, also where it has no trade name."""

    name = serializers.CharField(source="display_name", read_only=True)

    class Meta:
        model = Enterprise
        fields = ["uid", "name", "identifier"]


class EstablishmentShown(Shown):
    """经营场所: where an enterprise is met. Plans, visits and charges name it by this uid."""

    class Meta:
        model = Establishment
        fields = ["uid", "name", "address", "township", "closed_on"]


# --- who one is -------------------------------------------------------------------------------------
class PostShown(Shown):
    """A post held today."""

    role = serializers.CharField(source="role.code", read_only=True)
    role_name = serializers.CharField(source="role.name", read_only=True)
    seat = serializers.CharField(source="seat_name", read_only=True)
    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True, allow_null=True)
    duties = serializers.ListField(source="role.duties", child=serializers.CharField(), read_only=True)

    class Meta:
        model = Post
        fields = ["uid", "role", "role_name", "seat", "county", "agency", "duties", "starts", "ends"]


class MeShown(serializers.Serializer):
    """Who is signed in, and what they may do today."""

    username = serializers.CharField()
    name = serializers.CharField()
    posts = PostShown(source="posts_now", many=True)
    duties = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_duties(self, user: Any) -> list[str]:
        return sorted({duty for post in user.posts_now for duty in post.role.duties})


class Me(APIView):
    """Who is signed in."""

    parser_classes = [Json]

    @extend_schema(responses=MeShown)
    def get(self, request: Request) -> Response:
        """Return who is signed in: name, posts held today, duties."""
        return Response(MeShown(request.user).data)


# --- lists ------------------------------------------------------------------------------------------
class CountyShown(Shown):
    """A county and what its papers bear."""

    class Meta:
        model = County
        fields = ["uid", "code", "name", "office_name", "notice_prefix", "supervision_phone", "zone"]


class Counties(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """The counties in which one holds a post."""

    queryset = County.objects.all()
    serializer_class = CountyShown


class AgencyShown(Shown):
    """检查单位: a subject of enforcement, and what a filing by it leads to."""

    county = CountyNamed(read_only=True)
    delegator = AgencyNamed(read_only=True, allow_null=True)

    class Meta:
        model = Agency
        fields = [
            "uid", "county", "code", "name", "short_name", "kind", "standing", "legal_status", "effect", "effect_source",
            "delegator", "delegation_letter", "grant_text", "confirmed_on", "phone", "starts", "ends",
        ]  # fmt: skip


class Agencies(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """Who may inspect in the county."""

    queryset = Agency.objects.select_related("county", "delegator")
    serializer_class = AgencyShown


class CertificateShown(Shown):
    """行政执法证."""

    class Meta:
        model = Certificate
        fields = ["uid", "number", "field", "region", "valid_from", "valid_to", "revoked_on"]


class OfficerShown(Shown):
    """执法人员 with certificates."""

    agency = AgencyNamed(read_only=True)
    certificates = CertificateShown(many=True, read_only=True)

    class Meta:
        model = Officer
        fields = ["uid", "name", "agency", "starts", "ends", "certificates"]


class Officers(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """The officers of the own agency; for the Office those of its county."""

    queryset = Officer.objects.select_related("agency").prefetch_related(Prefetch("certificates", Certificate.objects.order_by("pk")))
    serializer_class = OfficerShown


class EnterpriseShown(Shown):
    """经营主体 and the places where it is met. ``display_name`` is what to call it."""

    county = CountyNamed(read_only=True)
    display_name = serializers.CharField(read_only=True)
    establishments = EstablishmentShown(many=True, read_only=True)

    class Meta:
        model = Enterprise
        fields = [
            "uid", "county", "kind", "name", "display_name", "operator", "identifier_kind", "identifier", "trade", "region",
            "risk_class", "closed_on", "establishments",
        ]  # fmt: skip


class EnterprisesAsked(serializers.Serializer):
    """Which enterprises."""

    q = serializers.CharField(
        required=False, max_length=120, help_text=_("名称、拼音、首字母包含，或者证件号码开头；两个字起；最相近的在前，最多 50 家，不分页")
    )
    words = serializers.CharField(required=False, max_length=120, help_text=_("同上，但不排序，逐页列出全部"))


class ContactSent(serializers.Serializer):
    """How the enterprise is reached; the note says how whoever asked was checked."""

    person = serializers.CharField(max_length=60)
    phone = serializers.CharField(max_length=40)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


@extend_schema_view(list=extend_schema(parameters=[EnterprisesAsked]))
class Enterprises(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """The enterprises of the county, each with its establishments."""

    queryset = Enterprise.objects.select_related("county").prefetch_related(
        Prefetch("establishments", Establishment.objects.order_by("pk"))
    )
    serializer_class = EnterpriseShown

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        words = self.asked(EnterprisesAsked).get("words") if self.action == "list" else None
        return rows.matching(words, self.request.user.counties()) if words else rows

    def list(self, request: Request) -> Response:
        """Return the enterprises page by page; with ``q`` the best found first, on one page."""
        words = self.asked(EnterprisesAsked).get("q")
        if not words:
            return super().list(request)
        found = self.get_queryset().search(words, counties=request.user.counties(), limit=50)
        return Response({"next": None, "previous": None, "results": self.get_serializer(found, many=True).data})

    @documented(EnterpriseShown, request=ContactSent, refused=(403, 404, 422))
    @action(detail=True, methods=["post"])
    def contact(self, request: Request, uid: str) -> Response:
        """变更联系方式: the Office's act, after checking who asks. An agency can't, else codes could be sent to itself."""
        enterprise, said = self.row(), self.sent(ContactSent)
        Contact.of(enterprise).change(by=request.user, **said)
        return self.answer(enterprise)


class OnDayAsked(serializers.Serializer):
    """As of which day."""

    on = serializers.DateField(required=False, help_text=_("只列这一天有效的；不填则列全部"))


class UndisturbedShown(Shown):
    """A row of the 无事不扰清单."""

    enterprise = EnterpriseNamed(read_only=True)

    class Meta:
        model = UndisturbedListing
        fields = ["uid", "enterprise", "starts", "ends", "source"]


@extend_schema_view(list=extend_schema(parameters=[OnDayAsked]))
class Undisturbed(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """无事不扰清单: enterprises that are left alone unless something has happened."""

    queryset = UndisturbedListing.objects.select_related("enterprise")
    serializer_class = UndisturbedShown

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        day = self.asked(OnDayAsked).get("on") if self.action == "list" else None
        return rows.in_force(day) if day else rows


class CalendarDayShown(Shown):
    """An exception of the working calendar: a holiday on a weekday, or a worked day on a weekend."""

    county = CountyNamed(read_only=True)

    class Meta:
        model = CalendarDay
        fields = ["uid", "county", "date", "working", "name", "source"]


class YearAsked(serializers.Serializer):
    """Of which year."""

    year = serializers.IntegerField(required=False, min_value=2000, max_value=2200)


@extend_schema_view(list=extend_schema(parameters=[YearAsked]))
class CalendarDays(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """工作日历: its exceptions; all other days follow Monday to Friday."""

    queryset = CalendarDay.objects.select_related("county")
    serializer_class = CalendarDayShown

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        year = self.asked(YearAsked).get("year") if self.action == "list" else None
        return rows.filter(date__year=year) if year else rows


class RuleShown(serializers.Serializer):
    """What holds in one county today: its own value, else the default."""

    county = serializers.CharField(help_text=_("行政区划代码"))
    code = serializers.CharField()
    label = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField()
    source = serializers.CharField()
    own = serializers.BooleanField(help_text=_("县自行规定的数值；否则为默认值"))
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True)


class RuleSent(serializers.Serializer):
    """A value of one rule, from a day on, with its source."""

    code = serializers.CharField(max_length=60)
    value = serializers.CharField(max_length=200)
    starts = serializers.DateField()
    source = serializers.CharField(max_length=300)


class Rules(APIView):
    """The rule values in force today in the counties where one holds a post."""

    parser_classes = [Json]

    @extend_schema(responses=RuleShown(many=True))
    def get(self, request: Request) -> Response:
        """Return the rule values in force today, county by county; the default stands where a county has none."""
        answer = []
        for county in County.objects.visible_to(request.user).order_by("code"):
            answer += _rules_of(county, county.today())
        return Response(RuleShown(answer, many=True).data)

    @extend_schema(request=RuleSent, responses={201: RuleShown(many=True)})
    def post(self, request: Request) -> Response:
        """设定规则 from a day on, by the keeper of lists of the county; returns the values of the county in force today."""
        sent = RuleSent(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        post = request.user.holding(Duty.LIST_KEEP)
        county = post.county if post else next((held.county for held in request.user.posts_now), None)
        RuleValue.set_value(by=request.user, county=county, **said)
        return Response(RuleShown(_rules_of(county, county.today()), many=True).data, status=201)


def _rules_of(county: County, today: datetime.date) -> list[dict[str, Any]]:
    rows = RuleValue.objects.filter(Q(ends__isnull=True) | Q(ends__gt=today), county=county, starts__lte=today)
    own = {row.code: row for row in rows.order_by("starts")}
    answer = []
    for code in [*RULES, *sorted(own.keys() - RULES.keys())]:
        row, default = own.get(code), RULES.get(code)
        answer.append(
            {
                "county": county.code,
                "code": code,
                "label": str(default.label) if default else code,
                "value": row.value if row else str(default.default),
                "unit": row.unit if row else default.unit,
                "source": row.source if row else default.source,
                "own": row is not None,
                "starts": row and row.starts,
                "ends": row and row.ends,
            }
        )
    return answer


def officers_seen(user: Any) -> Any:
    """Return the officers that ``user`` may name."""
    return Officer.objects.visible_to(user)


def establishments_seen(user: Any) -> Any:
    """Return the establishments that ``user`` may name."""
    return Establishment.objects.filter(enterprise__county__in=user.counties()).select_related("enterprise")


def agencies_seen(user: Any) -> Any:
    """Return the agencies that ``user`` may name."""
    return Agency.objects.visible_to(user).select_related("county")


VIEWSETS: list[tuple[str, type, str]] = [
    ("counties", Counties, "api-counties"),
    ("agencies", Agencies, "api-agencies"),
    ("officers", Officers, "api-officers"),
    ("enterprises", Enterprises, "api-enterprises"),
    ("undisturbed", Undisturbed, "api-undisturbed"),
    ("calendar-days", CalendarDays, "api-calendar-days"),
]
urlpatterns: list = [
    path("me/", Me.as_view(), name="api-me"),
    path("rules/", Rules.as_view(), name="api-rules"),
    path("deputies/", Deputies.as_view(), name="api-deputies"),
    path("deputies/<str:uid>/end/", DeputyEnd.as_view(), name="api-deputy-end"),
]
