"""One way only to write a value as bytes: JSON with sorted keys, no spaces, no floats (RFC 8785 subset).

A row is written as one JSON array: its table, then each value as text, in the form in which PostgreSQL
itself prints it in UTC. So a verifier may ask the database for texts and needs no second opinion on types;
where the database is not PostgreSQL, ``texts_of`` makes the same texts.
"""

import datetime
import json
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django.db import models

Text = str | None


def plain(value: Any) -> Any:
    """Return ``value`` in JSON's own types. Text is NFC, instants are UTC with microseconds; floats are refused."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case datetime.datetime():
            return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case uuid.UUID() | Decimal():
            return str(value)
        case bytes() | memoryview():
            return bytes(value).hex()
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


_dumps = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_array = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def canonical(value: Any) -> bytes:
    """Return the exact bytes that are hashed and kept."""
    return _dumps(plain(value)).encode()


def row_bytes(table: str, texts: Iterable[Text]) -> bytes:
    """Return the bytes that stand for one row: its table and the texts of its values."""
    return _array([table, *texts]).encode()


# --- the text of one value, by kind of field ------------------------------------------------------


def _trimmed(text: str) -> str:
    """Drop the zeros at the end of a fraction of a second, as PostgreSQL does."""
    return text.rstrip("0") if "." in text else text


def _instant(value: datetime.datetime) -> str:
    return _trimmed(value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ")) + "+00"


def _refuse_float(text: str) -> None:
    raise TypeError(f"{text} is a float: it has no canonical form")


def json_text(text: str) -> str:
    """Return the canonical text of a JSON document read from the database."""
    return text if text in ("{}", "[]") else _dumps(json.loads(text, parse_float=_refuse_float))


def _json(field: models.JSONField) -> Callable[[Any], str]:
    return lambda value: json_text(json.dumps(value, cls=field.encoder))


def _decimal(field: models.DecimalField) -> Callable[[Any], str]:
    unit = Decimal(1).scaleb(-field.decimal_places)
    return lambda value: format(Decimal(value).quantize(unit, ROUND_HALF_UP), "f")


def _whole(value: Any) -> str:
    return str(int(value))


_TEXTS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(["CharField", "TextField", "EmailField", "SlugField", "URLField", "FileField", "FilePathField"], str),
    **dict.fromkeys(["AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField"], _whole),
    **dict.fromkeys(["SmallIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"], _whole),
    "PositiveBigIntegerField": _whole,
    "BooleanField": lambda value: "true" if value else "false",
    "UUIDField": lambda value: str(value if isinstance(value, uuid.UUID) else uuid.UUID(value)),
    "DateTimeField": _instant,
    "DateField": datetime.date.isoformat,
    "TimeField": lambda value: _trimmed(value.isoformat()),
    "BinaryField": lambda value: "\\x" + bytes(value).hex(),
}


def text_of(field: models.Field) -> Callable[[Any], str]:
    """Return the function that writes a value of ``field`` as text. A kind it does not know is refused."""
    while field.is_relation:
        field = field.target_field
    kind = field.get_internal_type()
    if kind == "JSONField":
        return _json(field)
    if kind == "DecimalField":
        return _decimal(field)
    if kind not in _TEXTS:
        raise TypeError(f"{field}: a {kind} has no canonical text")
    return _TEXTS[kind]


@cache
def columns_of(model: type[models.Model]) -> tuple[tuple[str, Callable[[Any], str]], ...]:
    """Return name and writer of each field of ``model`` that the digest of a row binds: all, the key too."""
    return tuple((field.attname, text_of(field)) for field in model._meta.concrete_fields)


def texts_of(model: type[models.Model], values: Sequence[Any]) -> list[Text]:
    """Return the texts of ``values``, which stand in the order of the model's fields."""
    columns = columns_of(model)
    return [None if value is None else write(value) for (_, write), value in zip(columns, values, strict=True)]
