"""Papers that are printed, for machines."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import AgencyNamed, CountyNamed, agencies_seen
from accounts.rest import ByUid, Rows, Shown, Word, documented, once
from audit.models import Refused

from ..models import FilingNotice, InspectionPlan, Printout, Visit


class PrintoutShown(Shown):
    """打印任务: what was asked for, how far it is, and its files once made."""

    county = CountyNamed(read_only=True)
    agency = AgencyNamed(read_only=True)
    plan = serializers.UUIDField(source="plan.uid", read_only=True, allow_null=True)
    notice = serializers.UUIDField(source="notice.uid", read_only=True, allow_null=True)
    visit = serializers.UUIDField(source="visit.uid", read_only=True, allow_null=True)
    progress = serializers.IntegerField(read_only=True)
    sha256 = serializers.CharField(source="document_id", read_only=True, allow_null=True)
    archive_sha256 = serializers.CharField(source="archive_id", read_only=True, allow_null=True)

    class Meta:
        model = Printout
        fields = [
            "uid", "county", "agency", "kind", "status", "plan", "notice", "visit", "asked_at", "total", "progress", "ended_at", "said",
            "sha256", "archive_sha256",
        ]  # fmt: skip


class PrintoutSent(serializers.Serializer):
    """What is asked for: a kind, and one thing it is about."""

    kind = Word(Printout.Kind)
    plan = ByUid(lambda user: InspectionPlan.objects.visible_to(user), required=False)
    notice = ByUid(lambda user: FilingNotice.objects.visible_to(user), required=False)
    visit = ByUid(lambda user: Visit.objects.visible_to(user), required=False)
    agency = ByUid(agencies_seen, required=False)
    uid = serializers.UUIDField(required=False)


class Printouts(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """打印任务 of filings and visits this person may see, and their own."""

    queryset = Printout.objects.select_related("county", "agency", "plan", "notice", "visit")
    serializer_class = PrintoutShown

    @documented(PrintoutShown, request=PrintoutSent, status=201, refused=(403, 409, 422))
    def create(self, request: Request) -> Response:
        """打印. The files are made by the clock and taken from the pages; the same uid sent twice is one task (201, then 200)."""
        said = self.sent(PrintoutSent)
        named: list[Any] = [said[name] for name in ("plan", "notice", "visit", "agency") if said.get(name)]
        if len(named) != 1:
            raise Refused(_("请写明一件备案、一份通知书、一次入企或者一个单位。"), field="kind")
        asked, status = once(
            Printout, said.get("uid"), lambda: Printout.ask(by=request.user, kind=said["kind"], about=named[0], uid=said.get("uid"))
        )
        return self.answer(asked, status)
