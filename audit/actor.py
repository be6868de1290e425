"""Who acts, as plain facts that outlive the account, and through which channel."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Actor:
    """The person, clock or bearer behind an act, written in clear into history and leaf.

    ``id`` is the account's number (None for the bearer of a code), ``post`` the role in which
    the act was done, ``agency`` the name of the agency or Office it was done for.
    """

    id: int | None
    name: str
    post: str = ""
    agency: str = ""
    county: str = ""


class Acting(Protocol):
    """Anyone who may sign: a user, the system's user, the bearer of a receipt code."""

    def as_actor(self, post: object | None = None) -> Actor:
        """Return the facts to be written down; ``post`` is the post that entitles."""


@dataclass(frozen=True, slots=True)
class Channel:
    """How the act reached us: page, api, command, task; and the id shared by all it changed."""

    name: str
    request_id: str


_channel: ContextVar[Channel | None] = ContextVar("channel", default=None)


def current_channel() -> Channel:
    """Return the channel of the running request or task; a bare shell says so."""
    return _channel.get() or Channel("shell", str(uuid.uuid4()))


@contextmanager
def acting_through(name: str, request_id: str | None = None) -> Iterator[Channel]:
    """Mark everything signed inside as having come through ``name``."""
    channel = Channel(name, request_id or str(uuid.uuid4()))
    token = _channel.set(channel)
    try:
        yield channel
    finally:
        _channel.reset(token)
