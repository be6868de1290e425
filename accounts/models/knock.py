"""Who knocks how often: network addresses as keyed digests whose key changes each day and is destroyed after thirty.

A digest tells one line from another on one day; it says of no line whose it is, and after thirty days nobody can even
try addresses out against it. None of this is evidence, so it stands outside history and ledger.
"""

import datetime
import hashlib
import hmac
import ipaddress
import secrets
from typing import Any

from django.db import models
from django.utils import timezone

from audit.keys import secret
from audit.models import TooMany

#: days after which the key of a day is destroyed
KEPT_DAYS = 30


def block_of(address: str) -> str:
    """Return what one line holds: the IPv4 address itself, or the /64 of an IPv6 address, whose other half anybody changes at will."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped) if found.ipv4_mapped else f"{int(found) >> 64:x}::/64"


class AddressKey(models.Model):
    """The key of one day."""

    day = models.DateField(unique=True)
    key = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.day)

    @classmethod
    def digest(cls, address: str) -> str:
        """Return the digest of the line behind a network address for today: under the key of the day and one outside the database."""
        row, _made = cls.objects.get_or_create(day=timezone.now().date(), defaults={"key": secrets.token_bytes(32)})
        key = hmac.new(secret("address-pepper"), bytes(row.key), hashlib.sha256).digest()
        return hmac.new(key, block_of(address).encode(), hashlib.sha256).hexdigest()[:32]

    @classmethod
    def forget_due(cls, *, by: Any) -> int:
        """Derived from the calendar: destroy the keys of days gone by, and the knocks kept under them. Returns how many keys."""
        last = timezone.now().date() - datetime.timedelta(days=KEPT_DAYS)
        Knock.objects.filter(at__date__lte=last).delete()
        return cls.objects.filter(day__lte=last).delete()[0]


class Knock(models.Model):
    """One sending at one door from one address: kept to slow down whoever sends too many."""

    door = models.CharField(max_length=80)
    address = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["door", "at"], name="knocks_at_a_door"),
            models.Index(fields=["address", "at"], name="knocks_of_an_address"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.at}"

    @classmethod
    def count(cls, door: str, address: str = "", *, hours: int = 1) -> int:
        """Return how often somebody has knocked at ``door`` (from that ``address``, if given) in the last hours.

        ``door`` may end with a colon: then all doors beginning so are counted.
        """
        since = timezone.now() - datetime.timedelta(hours=hours)
        rows = cls.objects.filter(at__gte=since)
        rows = rows.filter(door__startswith=door) if door.endswith(":") else rows.filter(door=door)
        return rows.filter(address=AddressKey.digest(address)).count() if address else rows.count()

    @classmethod
    def keep(cls, door: str, address: str) -> None:
        """Keep one knock."""
        cls.objects.create(door=door, address=AddressKey.digest(address))

    @classmethod
    def refuse_too_many(cls, door: str, address: str, most: int, message: Any, *, hours: int = 1) -> None:
        """Raise TooMany when ``most`` knocks at the door are used up in the hours."""
        if cls.count(door, address, hours=hours) >= most:
            raise TooMany(str(message))
