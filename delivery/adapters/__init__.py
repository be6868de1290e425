"""How a letter leaves: one module a way, each with ``send(letter)``.

An adapter returns once the letter has been taken over by whoever carries it on, and raises otherwise: ``Hopeless`` where
trying again can't help. It names the letter by its uid to the next in line, so that a letter sent twice can be known for one.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from . import console, mail, sms
from .hopeless import Hopeless

if TYPE_CHECKING:
    from delivery.models import Letter

__all__ = ["ADAPTERS", "Hopeless", "send"]

#: way -> what the settings may name for it
ADAPTERS = {"sms": {"console": console, "http": sms}, "email": {"console": console, "smtp": mail}}


def send(letter: "Letter") -> None:
    """Send a letter by the adapter that the settings name for its way."""
    adapter_of(letter.way or "sms")(letter)


def adapter_of(way: str) -> "Callable[[Letter], None]":
    """Return what sends letters of this way; raises ImproperlyConfigured when the settings name none."""
    named = settings.DELIVERY[way]
    if named not in ADAPTERS[way]:
        raise ImproperlyConfigured(f"{way.upper()}_ADAPTER is {named!r}: name one of {', '.join(ADAPTERS[way])}")
    return ADAPTERS[way][named].send
