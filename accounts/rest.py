"""What the API of every room is made of: rows this person may see, things named by uid, words of a list, money.

Serializers here parse and show; what is decided is decided by the verbs of the models.
"""

import base64
import binascii
import datetime
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError as FormError
from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, parsers, serializers, viewsets
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from audit.models import NotYours

from .models import YuanFormField
from .paging import NewestFirst

EARLIEST = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


class Json(parsers.JSONParser):
    """JSON. What is nested too deep to be read is malformed like any other nonsense."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise exceptions.ParseError(_now("JSON 嵌套过深，无法读取。")) from None


class Pages(NewestFirst):
    """Newest first by cursor; a cursor that names no key is not found."""

    def decode_cursor(self, request: Any) -> Any:
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None and not re.fullmatch(r"[0-9]{1,18}", cursor.position):
            raise exceptions.NotFound(self.invalid_cursor_message)
        return cursor


# --- fields -----------------------------------------------------------------------------------------
class Word(serializers.ChoiceField):
    """One word of a closed list; the schema names the list once (``InspectionPlanStatus``) and says what each means."""

    default_error_messages = {"invalid_choice": _("请从列出的选项中选择。")}

    def __init__(self, choices: Any, *, component: str = "", blank: bool = False, **kwargs: Any) -> None:
        self.component = component or choices.__qualname__.replace(".", "")
        if blank and not kwargs.get("read_only"):
            kwargs["allow_blank"] = True
        self.blank = blank
        super().__init__(getattr(choices, "choices", choices), **kwargs)


class WordSchema(OpenApiSerializerFieldExtension):
    """Shows a Word in the schema as a list of its own."""

    target_class = Word

    def get_name(self) -> str:
        return self.target.component + ("OrBlank" if self.target.blank else "")

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        said = [(value, label) for value, label in self.target.choices.items() if value != ""]
        return {
            "type": "integer" if all(isinstance(value, int) for value, _label in said) else "string",
            "enum": [value for value, _label in said] + ([""] if self.target.blank else []),
            "description": "\n".join(f"* `{value}` - {label}" for value, label in said),
        }


class ByUid(serializers.UUIDField):
    """A thing named by its uid, among those that ``among(user)`` returns."""

    default_error_messages = {"unknown": _("没有找到 {uid}。")}

    def __init__(self, among: Callable[[Any], models.QuerySet], **kwargs: Any) -> None:
        self.among = among
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        uid = super().to_internal_value(data)
        found = self.among(self.context["request"].user).filter(uid=uid).first()
        return found or self.fail("unknown", uid=uid)


class ManyByUid(serializers.ListField):
    """Things named by their uids, found by one question, in the order in which they were named."""

    child = serializers.UUIDField()
    default_error_messages = {"unknown": _("没有找到 {uid}。")}

    def __init__(self, among: Callable[[Any], models.QuerySet], **kwargs: Any) -> None:
        self.among = among
        super().__init__(max_length=300, **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        wanted = dict.fromkeys(super().to_internal_value(data))
        known = {row.uid: row for row in self.among(self.context["request"].user).filter(uid__in=list(wanted))}
        for uid in wanted:
            if uid not in known:
                self.fail("unknown", uid=uid)
        return [known[uid] for uid in wanted]


class Moment(serializers.DateTimeField):
    """An instant that really was: not before 2000."""

    default_error_messages = {"too_early": _("时间不对，请核对。")}

    def to_internal_value(self, value: Any) -> datetime.datetime:
        try:
            moment = super().to_internal_value(value)
        except OverflowError:  # a day before the first: the library looks at it in UTC
            self.fail("too_early")
        return moment if moment >= EARLIEST else self.fail("too_early")


#: of one file: a body is refused from 5 MB on (DATA_UPLOAD_MAX_MEMORY_SIZE), and base64 takes a third more
MOST_SENT = 3_500_000


class InBase64(serializers.CharField):
    """A file in base64; becomes its bytes, at most ``most`` of them."""

    default_error_messages = {"not_base64": _("文件内容应当是 base64。")}

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(**{"max_length": most * 4 // 3 + 4, "help_text": "base64", **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        text = super().run_validation(data)  # its length is looked at before anything is unpacked
        try:
            return base64.b64decode(text, validate=True) if isinstance(text, str) else text
        except (binascii.Error, ValueError):
            self.fail("not_base64")


class YuanShown(serializers.CharField):
    """An amount in yuan, as text: ``"1234.56"``. The same amount in fen stands beside it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"read_only": True, "help_text": _("元，两位小数"), **kwargs})

    def to_representation(self, value: int) -> str:
        sign, fen = ("-", -value) if value < 0 else ("", value)
        return f"{sign}{fen // 100}.{fen % 100:02d}"


class YuanTyped(serializers.CharField):
    """Yuan as text (a JSON number is refused: it may already have lost a fen on its way); becomes fen."""

    default_error_messages = {"not_text": _('金额（元）请用字符串，例如 "1200.50"；整数的分请用 amount_fen。')}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, str):
            self.fail("not_text")
        try:
            return YuanFormField(max_length=30).clean(data)
        except FormError as error:
            raise serializers.ValidationError(error.messages) from None


class MoneySent(serializers.Serializer):
    """Money as sent: ``amount_fen`` (whole fen) or ``amount`` (yuan as text); both only where they agree."""

    amount_fen = serializers.IntegerField(required=False, min_value=-(10**15), max_value=10**15, help_text=_("分，整数"))
    amount = YuanTyped(required=False, help_text=_("元，字符串，最多两位小数"))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        said = {attrs.pop(name) for name in ("amount_fen", "amount") if attrs.get(name) is not None}
        if len(said) != 1:
            raise serializers.ValidationError(
                {"amount": [_now("amount_fen 和 amount 不一致，请核对。") if said else _now("请填写金额：amount_fen 或者 amount。")]}
            )
        return {**attrs, "amount": said.pop()}


# --- serializers ------------------------------------------------------------------------------------
class Shown(serializers.ModelSerializer):
    """A row as it is shown. Nothing is set through it."""

    def get_extra_kwargs(self) -> dict[str, dict[str, Any]]:
        return {name: {"read_only": True} for name in self.Meta.fields}

    def build_standard_field(self, field_name: str, model_field: Any) -> tuple[type, dict[str, Any]]:
        if not model_field.choices:
            return super().build_standard_field(field_name, model_field)
        component = model_field.model.__name__ + "".join(part.capitalize() for part in model_field.name.split("_"))
        return Word, {"choices": model_field.choices, "component": component, "blank": model_field.blank}


class NoteSent(serializers.Serializer):
    """The one thing most acts ask for: an opinion or a reason."""

    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=500, help_text=_("意见或者理由"))


class RefusalAnswer(serializers.Serializer):
    """What every refusal answers: its class, a sentence for the person, and what to mend by field."""

    code = serializers.CharField(help_text="Refused 422 · NotYours 403 · WrongMoment 409 · Gone 410 · TooMany 429 · NotFound 404")
    detail = serializers.CharField()
    errors = serializers.DictField(help_text=_("字段名 → 需要改正之处"))


class StepOpen(serializers.Serializer):
    """A step that this person may take now, and that the door will not refuse for who or when."""

    verb = serializers.CharField()
    label = serializers.CharField()
    needs_note = serializers.BooleanField()
    grave = serializers.BooleanField(help_text=_("后果重大，请先确认"))


def steps_open(row: Any, user: Any) -> list[dict[str, Any]]:
    """Return the steps open to ``user`` as the API names them: without the underscore Python asks for."""
    return [
        {"verb": verb.rstrip("_"), "label": str(step.label), "needs_note": step.needs_note, "grave": step.grave}
        for verb, step in row.steps_open_to(user).items()
    ]


# --- views ------------------------------------------------------------------------------------------
class Rows(viewsets.GenericViewSet):
    """Rows of one kind: the first word is ``visible_to``, the address is the uid.

    ``serializer_class`` shows a row in a list, ``detail_class`` (if other) a row by itself.
    """

    lookup_field = "uid"
    parser_classes = [Json]
    pagination_class = Pages
    detail_class: type[serializers.Serializer] | None = None

    def get_queryset(self) -> models.QuerySet:
        """Return the rows this person may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        return self.queryset.visible_to(self.request.user)

    def get_serializer_class(self) -> type[serializers.Serializer]:
        return self.serializer_class if self.action == "list" else self.detail_class or self.serializer_class

    def get_object(self) -> Any:
        """Return the row of the address, as it is shown."""
        return found(self.get_queryset(), self.kwargs["uid"])

    def row(self) -> Any:
        """Return the bare row of the address, to act upon."""
        return found(self.queryset.model.objects.visible_to(self.request.user), self.kwargs["uid"])

    def asked(self, questions: type[serializers.Serializer]) -> dict[str, Any]:
        """Return the cleaned values of the query string."""
        if getattr(self, "swagger_fake_view", False):
            return {}
        return read(questions, self.request, self.request.query_params)

    def sent(self, facts: type[serializers.Serializer], **context: Any) -> dict[str, Any]:
        """Return the cleaned values of the body."""
        return read(facts, self.request, self.request.data, **context)

    def answer(self, row: Any, status: int = 200) -> Response:
        """Return the row as it stands now, read again."""
        return Response(self.get_serializer(found(self.get_queryset(), row.uid)).data, status=status)


def found(rows: models.QuerySet, uid: Any) -> Any:
    """Return the row named ``uid``, or say that it is not there: the same words for what may not be seen."""
    try:
        return get_object_or_404(rows, uid=uid)
    except Http404:
        raise exceptions.NotFound(_now("没有找到。")) from None


def read(facts: type[serializers.Serializer], request: Any, data: Any, **context: Any) -> dict[str, Any]:
    """Return ``data`` cleaned by ``facts``, or answer 422 with what to mend by field."""
    form = facts(data=data, context={"request": request, **context})
    form.is_valid(raise_exception=True)
    return form.validated_data


def once(model: type[models.Model], uid: Any, act: Callable[[], Any]) -> tuple[Any, int]:
    """Carry out an act whose sender may have named its outcome: 201 the first time, 200 when it was there already."""
    there = uid is not None and model._base_manager.filter(uid=uid).exists()
    return act(), 200 if there else 201


def own_agency(request: Any, duty: str, named: Any, refusal: Any) -> Any:
    """Return the agency for which this person acts: the one named, else that of the post which carries ``duty``.

    Whether they may act for the one named is decided by the verb.
    """
    post = request.user.holding(duty)
    if not post:
        raise NotYours(refusal)
    return named or post.agency


def documented(
    answer: Any, *, request: Any = None, status: int = 200, refused: Iterable[int] = (403, 404, 409, 422), **more: Any
) -> Callable[[Any], Any]:
    """Describe an act in the schema: what it takes, what it answers, and how it may be refused.

    ``status`` 201 may answer 200 as well: the same uid sent twice.
    """
    answers = {status: answer, **({200: answer} if status == 201 else {})}
    return extend_schema(request=request, responses=answers | {code: RefusalAnswer for code in refused}, **more)
