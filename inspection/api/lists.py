"""The public lists, for machines: read by anyone with an account, as of any day."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers

from accounts.api import (
    CountyNamed,
    OnDayAsked,
)
from accounts.rest import Rows, Shown, Word

from ..models import (
    CheckSheet,
    CheckSheetRow,
    DeclineGround,
    EnterpriseAct,
    InspectionItem,
    OutOfScopeMatter,
    ProhibitedDemand,
    QuietRule,
    VisitRight,
)


@extend_schema_view(list=extend_schema(parameters=[OnDayAsked]))
class ListLines(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """Lines of a public list, with their dates in force."""

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        day = self.asked(OnDayAsked).get("on") if self.action == "list" else None
        return rows.in_force(day) if day else rows


LINE = ["uid", "county", "code", "starts", "ends", "source"]


class ItemShown(Shown):
    """检查事项: only what is published may be carried out."""

    county = CountyNamed(read_only=True)
    basis = serializers.CharField(read_only=True)
    last_used = serializers.DateField(read_only=True, allow_null=True, help_text=_("最近一次备案的检查开始日期；从未使用为空"))

    class Meta:
        model = InspectionItem
        fields = [
            *LINE, "name", "agency_kind", "law", "article", "basis", "basis_kind", "object_kind", "method", "off_site_possible",
            "level", "published_url", "yearly_cap", "cap_source", "counts_toward_cap", "last_used",
        ]  # fmt: skip


class ItemsAsked(OnDayAsked):
    """Which inspection items."""

    kind = serializers.CharField(required=False, max_length=40, help_text=_("领域，如“市场监管”"))


@extend_schema_view(list=extend_schema(parameters=[ItemsAsked]))
class Items(ListLines):
    """检查事项清单."""

    queryset = InspectionItem.objects.select_related("county").with_last_used()
    serializer_class = ItemShown

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        kind = self.asked(ItemsAsked).get("kind") if self.action == "list" else None
        return rows.filter(agency_kind=kind) if kind else rows


class ActShown(Shown):
    """涉企行为: must be filed, may be filed, or forbidden."""

    county = CountyNamed(read_only=True)

    class Meta:
        model = EnterpriseAct
        fields = [*LINE, "act", "variant", "filing", "law", "article", "reason"]


class Acts(ListLines):
    """涉企行为: which acts must be filed, may be, or are forbidden."""

    queryset = EnterpriseAct.objects.select_related("county")
    serializer_class = ActShown


class DemandShown(Shown):
    """从不合法的要求: what no purpose makes lawful, with its article."""

    county = CountyNamed(read_only=True)
    basis = serializers.CharField(read_only=True)

    class Meta:
        model = ProhibitedDemand
        fields = [*LINE, "kind", "law", "article", "basis", "who", "rule", "basis_kind", "words"]


class Demands(ListLines):
    """从不合法的要求."""

    queryset = ProhibitedDemand.objects.select_related("county")
    serializer_class = DemandShown


class RightShown(Shown):
    """What the owner may do, with its article."""

    county = CountyNamed(read_only=True)

    class Meta:
        model = VisitRight
        fields = [*LINE, "grade", "case", "law", "article", "sentence", "on_page"]


class Rights(ListLines):
    """What the owner may do at the gate: refuse, verify first, comply first."""

    queryset = VisitRight.objects.select_related("county")
    serializer_class = RightShown


class MatterShown(Shown):
    """不适用备案的事项: it has its own procedure; no filing is made, no case is asked for."""

    county = CountyNamed(read_only=True)

    class Meta:
        model = OutOfScopeMatter
        fields = [*LINE, "matter", "law", "article", "by_whom", "explanation"]


class Matters(ListLines):
    """Matters outside the filing rule, each with its article."""

    queryset = OutOfScopeMatter.objects.select_related("county")
    serializer_class = MatterShown


class GroundShown(Shown):
    """不予备案的理由, with the county's rule that says so."""

    county = CountyNamed(read_only=True)

    class Meta:
        model = DeclineGround
        fields = [*LINE, "text", "rule"]


class Grounds(ListLines):
    """Grounds on which the Office may answer 不予备案."""

    queryset = DeclineGround.objects.select_related("county")
    serializer_class = GroundShown


class SheetRowShown(Shown):
    """One row of a check sheet."""

    class Meta:
        model = CheckSheetRow
        fields = ["uid", "place", "object", "item", "content", "standard"]


class SheetShown(Shown):
    """检查表 with its rows."""

    county = CountyNamed(read_only=True)
    rows = SheetRowShown(many=True, read_only=True)

    class Meta:
        model = CheckSheet
        fields = [*LINE, "name", "item_code", "rows"]


class Sheets(ListLines):
    """检查表: what is looked at, how, by which standard."""

    queryset = CheckSheet.objects.select_related("county").prefetch_related(Prefetch("rows", CheckSheetRow.objects.order_by("place")))
    serializer_class = SheetShown


class QuietShown(Shown):
    """宁静日: days of the month, days of the week (1 Monday … 7 Sunday), exceptions."""

    county = CountyNamed(read_only=True)
    weekdays = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    exceptions = serializers.ListField(child=Word(QuietRule.Exception), read_only=True)

    class Meta:
        model = QuietRule
        fields = [*LINE, "name", "days_from", "days_to", "weekdays", "exceptions"]


class QuietRules(ListLines):
    """宁静日: when enterprises are left alone, and who may come all the same."""

    queryset = QuietRule.objects.select_related("county")
    serializer_class = QuietShown
