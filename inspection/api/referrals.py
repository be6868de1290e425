"""Referrals (线索移送), for machines: the Office enters them, from its own systems too."""

from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AgencyNamed, CountyNamed, EnterpriseNamed, agencies_seen
from accounts.models import Enterprise
from accounts.rest import ByUid, Rows, Shown, Word, documented, once

from ..models import Referral


class ReferralShown(Shown):
    """线索移送: what an individual-case check rests on."""

    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True)
    enterprise = EnterpriseNamed(read_only=True, allow_null=True)

    class Meta:
        model = Referral
        fields = ["uid", "county", "agency", "enterprise", "kind", "number", "received_on", "source", "matter"]


class ReferralSent(serializers.Serializer):
    """A referral, as the Office enters it: never who complained."""

    agency = ByUid(agencies_seen, help_text=_("移送给哪个单位"))
    enterprise = ByUid(lambda user: Enterprise.objects.visible_to(user), required=False, allow_null=True)
    kind = Word(Referral.Kind)
    number = serializers.CharField(
        max_length=100, required=False, allow_blank=True, default="", help_text=_("本办公室自己的交办单不填，由系统编号")
    )
    received_on = serializers.DateField()
    source = serializers.CharField(max_length=120)
    matter = serializers.CharField(max_length=300, help_text=_("写事，不写投诉举报人的姓名、电话、住址"))
    uid = serializers.UUIDField(required=False)


class Referrals(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """线索移送 made to the own agency; for the Office those of its county."""

    queryset = Referral.objects.select_related("county", "agency", "enterprise")
    serializer_class = ReferralShown

    @documented(ReferralShown, request=ReferralSent, status=201, refused=(403, 422))
    def create(self, request: Request) -> Response:
        """登记 by the Office. The same uid sent twice is one referral (201, then 200)."""
        said = self.sent(ReferralSent)
        referral, status = once(Referral, said.get("uid"), lambda: Referral.enter(by=request.user, **said))
        return self.answer(referral, status)
