"""The lists of this room, for machines: what may be charged, and the most an article lets anybody be fined."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api import CountyNamed
from accounts.rest import Shown, YuanShown
from inspection.api import LINE, ListLines

from ..models import FeeItem, FineCeiling


class FeeItemShown(Shown):
    """收费项目: what is not on the list may not be charged."""

    county = CountyNamed(read_only=True)
    basis = serializers.CharField(read_only=True)
    unit_price_fen = serializers.IntegerField(source="unit_price", read_only=True, allow_null=True)
    unit_price = YuanShown(allow_null=True)
    ceiling_fen = serializers.IntegerField(source="ceiling", read_only=True, allow_null=True)
    standard_in_words = serializers.CharField(read_only=True)
    collected_here = serializers.BooleanField(read_only=True, help_text=_("由统一缴款窗口收取"))

    class Meta:
        model = FeeItem
        fields = [
            *LINE, "kind", "name", "collecting_unit", "payer", "level", "destination", "goes_to", "voucher", "where_to_pay", "basis",
            "law_basis", "documents", "standard", "standard_in_words", "way", "unit_price_fen", "unit_price", "rate", "steps",
            "ceiling_fen", "unit", "period", "pay_within", "late_rate", "late_basis", "published_url", "collected_here",
        ]  # fmt: skip


class FeeItems(ListLines):
    """收费项目目录."""

    queryset = FeeItem.objects.select_related("county")
    serializer_class = FeeItemShown


class CeilingShown(Shown):
    """罚款上限: the most that one article lets anybody be fined."""

    county = CountyNamed(read_only=True)
    ceiling_fen = serializers.IntegerField(source="ceiling", read_only=True)

    class Meta:
        model = FineCeiling
        fields = [*LINE, "law", "article", "case", "basis_kind", "ceiling_fen", "safety_or_ecology"]


class Ceilings(ListLines):
    """罚款上限."""

    queryset = FineCeiling.objects.select_related("county")
    serializer_class = CeilingShown
