"""The non-tax system (政府非税收入系统): gives the 缴款码, tells what came in. One module a system; a mock in the demo.

An adapter is a module with

    code_for(line) -> str          its own code for one line; asked twice, the same code
    withdraw(code) -> None         the code is good no longer
    refund(refund) -> None         asks for money to be given back
    arrived() -> list[FeedLine]    what the feed says; safe to ask again, lines are known by their number. A line it can't make
                                   out it gives as it is: what can't be booked is kept with its fault

The system never holds money: what was paid is known from the feed alone.
"""

import datetime
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from django.conf import settings


@dataclass(frozen=True)
class FeedLine:
    """One line of the feed: number, code, fen (given back: below nothing), day, collecting institution, ticket."""

    number: str
    code: str
    amount: int
    paid_on: datetime.date
    institution: str
    ticket: str = ""


class NotConnected(RuntimeError):
    """This installation has no non-tax system: notices wait for their codes."""


def nontax() -> ModuleType:
    """Return the adapter of this installation, or raise NotConnected."""
    if not settings.NONTAX_ADAPTER:
        raise NotConnected("NONTAX_ADAPTER is empty: no 缴款码 can be had")
    return import_module(settings.NONTAX_ADAPTER)
