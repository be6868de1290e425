"""One way only to write a value as bytes.

What stands in a leaf: JSON with sorted keys, no spaces, no floats (RFC 8785 subset).

A row: one line of text, as PostgreSQL's COPY writes it in UTC, tabs between values, ``\\N`` for nothing. So a
verifier hashes what the database hands out, byte for byte, and needs no second opinion on types; where the
database is not PostgreSQL, ``line_of`` makes the same line.
"""

import datetime
import json
import re
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django.db import models


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


def canonical(value: Any) -> bytes:
    """Return the exact bytes that are hashed and kept."""
    return _dumps(plain(value)).encode()


# --- the text of one value, by kind of field ------------------------------------------------------


def _trimmed(text: str) -> str:
    """Drop the zeros at the end of a fraction of a second, as PostgreSQL does."""
    return text.rstrip("0") if "." in text else text


def instant(value: datetime.datetime) -> str:
    """Write an instant as PostgreSQL does in UTC."""
    return _trimmed(value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ")) + "+00"


def _in_jsonb_order(value: Any) -> Any:
    match value:
        case dict():
            pairs = [(key.encode(), key, _in_jsonb_order(item)) for key, item in value.items()]
            return {key: item for _, key, item in sorted(pairs, key=lambda pair: (len(pair[0]), pair[0]))}
        case list():
            return [_in_jsonb_order(item) for item in value]
        case float():
            raise TypeError(f"{value} is a float: it has no canonical form")
    return value


def _json(field: models.JSONField) -> Callable[[Any], str]:
    """Write a document as PostgreSQL prints jsonb: shorter keys first, then by their bytes."""

    def write(value: Any) -> str:
        if value == {}:
            return "{}"
        return json.dumps(_in_jsonb_order(json.loads(json.dumps(value, cls=field.encoder))), ensure_ascii=False)

    return write


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
    "BooleanField": lambda value: "t" if value else "f",
    "UUIDField": lambda value: str(value if isinstance(value, uuid.UUID) else uuid.UUID(value)),
    "DateTimeField": instant,
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


_SPECIAL = re.compile(r"[\\\b\f\n\r\t\v]").search
_ESCAPES = str.maketrans({"\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"})


def line_of(model: type[models.Model], values: Sequence[Any]) -> bytes:
    """Return the line of one row; ``values`` stand in the order of the model's fields."""
    texts = []
    for (_, write), value in zip(columns_of(model), values, strict=True):
        if value is None:
            texts.append(r"\N")
        else:
            text = write(value)
            texts.append(text.translate(_ESCAPES) if _SPECIAL(text) else text)
    return "\t".join(texts).encode()


def line_of_row(row: models.Model) -> bytes:
    """Return the line of a row as it was saved."""
    return line_of(type(row), [getattr(row, name) for name, _ in columns_of(type(row))])
