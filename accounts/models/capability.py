"""A secret that opens one thing: a random link, to be tapped or scanned, and twelve digits for whoever has to type.

Only hashes are kept. A link of 128 random bits needs no slow hash (ASVS 6.5.2): its SHA-256 is looked up. Twelve digits could be
tried out, so they are hashed by Argon2id over an HMAC whose key lies outside the database, and are valid only together with
what they belong to (the number of a notice, a plate, the number of a complaint).
"""

import base64
import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.keys import secret
from audit.models import Audited, AuditedQuerySet

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
#: letters of a link: 16 random bytes in base32
LINK_LENGTH = 26


class Secret(str):
    """Twelve digits, and beside them the ``link``. Exists only in the answer of the verb that made it."""

    link: str

    @classmethod
    def fresh(cls) -> "Secret":
        """Return a new secret."""
        made = cls("".join(secrets.choice("0123456789") for _place in range(12)))
        made.link = base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")
        return made


def link_hash(link: str) -> str:
    """Return the hash under which a link is kept; empty for what can't be one."""
    link = link.upper()
    if len(link) != LINK_LENGTH or not (link.isascii() and link.isalnum()):
        return ""
    return hashlib.sha256(link.encode()).hexdigest()


def digits_in(typed: str) -> str:
    """Return the digits of what was typed: of either width, whatever stands between them."""
    return "".join(c for c in typed.translate(_WIDE) if c.isdecimal())


def spaced(digits: str) -> str:
    """Return the digits in three groups, as people read them aloud."""
    return f"{digits[:4]} {digits[4:8]} {digits[8:]}"


def _peppered(scope: str, digits: str) -> str:
    return hmac.new(secret("receipt-code-pepper"), f"{scope}:{digits}".encode(), hashlib.sha256).hexdigest()


def hash_in_vain() -> None:
    """Take the time that a right guess would take, so that the time tells nothing."""
    _hasher.hash(secrets.token_hex(8))


class CapabilityQuerySet(AuditedQuerySet):
    """Questions about secrets."""

    def by_link(self, link: str) -> "Capability | None":
        """Return the row that ``link`` opens, replaced ones too; None for any other word."""
        hashed = link_hash(link)
        return self.filter(link_hash=hashed).first() if hashed else None

    def standing(self) -> "CapabilityQuerySet":
        """Return those that no newer one has replaced."""
        return self.filter(replaced_at__isnull=True)


class Capability(Audited):
    """The hashes of one secret. A new one replaces the old; nothing is ever shown twice."""

    link_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    hash = models.CharField(max_length=200, blank=True, editable=False)
    made_at = models.DateTimeField(_("发放时间"))
    replaced_at = models.DateTimeField(_("被替换时间"), null=True)

    objects = CapabilityQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def scope(self) -> str:
        """Return what the digits belong to: they open nothing else."""
        raise NotImplementedError

    def lock_with(self, made: Secret) -> None:
        """Take the hashes of a fresh secret."""
        self.link_hash, self.hash = link_hash(made.link), _hasher.hash(_peppered(self.scope, made))

    def is_opened_by(self, digits: str) -> bool:
        """Tell whether these are its digits. A row from before digits were given is opened by none."""
        try:
            return bool(self.hash) and _hasher.verify(self.hash, _peppered(self.scope, digits))
        except VerifyMismatchError:
            return False
