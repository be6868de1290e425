"""One way only to write a value as bytes: JSON with sorted keys, no spaces, no floats (RFC 8785 subset)."""

import datetime
import json
import unicodedata
import uuid
from decimal import Decimal
from typing import Any


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


def canonical(value: Any) -> bytes:
    """Return the exact bytes that are hashed and kept."""
    return json.dumps(plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
