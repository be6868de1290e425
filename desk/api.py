"""The twin of the Office's letters."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Duty
from accounts.rest import RefusalAnswer, Rows, Shown, Word, documented
from audit.models import NotYours
from delivery.models import Letter

from .letters import MOST, pdf_answer, piles_of

PILES = [("failed", _("未能发出")), ("print", _("待打印")), ("waiting", _("等待发出")), ("sent", _("已发出"))]


class LetterShown(Shown):
    """信件: envelope and fate, never its words."""

    way = Word(Letter.Way, read_only=True, component="LetterWay", blank=True)
    state = serializers.ChoiceField(choices=["WAITING", "TO_PRINT", "SENT", "FAILED", "REPLACED"], read_only=True)
    address = serializers.CharField(source="masked_address", read_only=True)

    class Meta:
        model = Letter
        fields = [
            *("uid", "county", "about", "kind", "way", "address", "subject", "enterprise", "state"),
            *("written_at", "due_at", "sent_at", "failed_at", "replaced_at", "replaced_by", "tries", "fault"),
        ]


class LettersAsked(serializers.Serializer):
    """Which letters."""

    show = serializers.ChoiceField(choices=PILES, required=False)


class AgainSent(serializers.Serializer):
    """Why it is sent again, and how: by the enterprise's contact, or printed."""

    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    channel = serializers.ChoiceField(choices=["paper"], required=False, allow_blank=True, default="")


class PrintSent(serializers.Serializer):
    """Which letters are printed."""

    letters = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST)


@extend_schema_view(list=extend_schema(parameters=[LettersAsked], responses={200: LetterShown(many=True), 403: RefusalAnswer}))
class Letters(mixins.ListModelMixin, mixins.RetrieveModelMixin, Rows):
    """The letters of the county, for intake and auditor of the Office."""

    queryset = Letter.objects.all()
    serializer_class = LetterShown

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        user: Any = self.request.user
        if not user.carries([Duty.CODE_HAND_OUT, Duty.OVERSEE]):
            raise NotYours(_now("这里只有备案机关的受理、稽核岗位可以查阅。"))
        shown = self.asked(LettersAsked).get("show") if self.action == "list" else None
        return piles_of(user)[shown][1] if shown else self.queryset.visible_to(user)

    @documented(LetterShown, request=AgainSent, status=201)
    @action(detail=True, methods=["post"])
    def again(self, request: Request, uid: str) -> Response:
        """重新发送: written anew, with a new code where there was one. Answers with the new letter."""
        self.get_queryset()
        return self.answer(self.row().again(by=request.user, **self.sent(AgainSent)), status=201)

    @extend_schema(
        request=PrintSent,
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            403: RefusalAnswer,
            404: RefusalAnswer,
            409: RefusalAnswer,
            422: RefusalAnswer,
        },
    )
    @action(detail=False, methods=["post"], url_path="print")
    def print_out(self, request: Request) -> HttpResponse:
        """打印信件: the answer is their paper. A letter with a code is printed this once."""
        wanted = self.sent(PrintSent)["letters"]
        return pdf_answer(self.get_queryset().filter(uid__in=wanted), by=request.user)


VIEWSETS: list[tuple[str, type, str]] = [("letters", Letters, "api-letters")]
urlpatterns: list = []
