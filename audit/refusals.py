"""The ways in which an act is refused. The gate (``config/errors.py``) turns each into an answer."""

from typing import Any


class Refusal(Exception):
    """An act that did not happen. The message is for the person and says how to mend it.

    ``field`` names the form field to mend, if one; ``facts`` is what was asked for, in plain
    values, kept so that the Office can see what was tried.
    """

    status = 422

    def __init__(self, message: str, *, field: str | None = None, facts: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = str(message)
        self.field = field
        self.facts = facts or {}


class Refused(Refusal):
    """The act is against a rule (422)."""


class NotYours(Refusal):
    """The act is lawful, but not for this person (403)."""

    status = 403


class WrongMoment(Refusal):
    """Too early or too late: the thing is in another state by now (409)."""

    status = 409


class Gone(Refusal):
    """A token or code that was good once: void, closed, or replaced by a newer one (410)."""

    status = 410


class TooMany(Refusal):
    """Too many tries in too short a time (429)."""

    status = 429
