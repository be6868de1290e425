"""The promise (存证回条): signed at once over what was sent, so that it cannot be dropped unnoticed.

Its digest is salted, and the salt stands only in the sender's own record: whoever is shown the picture learns a number and a
time, and can try no answers out against it.
"""

import base64
import datetime
import hashlib
import secrets
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.keys import secret
from audit.ledger.canonical import canonical

#: what a signature under this key is about: it is good for nothing else
DOMAIN = b"MINGJIAN-PROMISE-v1\x00"
_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@lru_cache
def _key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> bytes:
    """Return the public half, 32 bytes: with it anyone can check a promise."""
    return _key(secret("receipt-promise")).public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """Return the short name of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def digest_of(salt: bytes, sent: dict[str, Any]) -> str:
    """Return the digest of what was sent: SHA-256 over salt and canonical JSON."""
    return hashlib.sha256(DOMAIN + salt + canonical(sent)).hexdigest()


def number_of(digest: str) -> str:
    """Return the short number that a person writes down: fifty bits of the digest, without letters that look like digits."""
    return base64.b32encode(bytes.fromhex(digest)[:7]).decode()[:10].translate(_CROCKFORD)


def is_good(promise: dict[str, Any], public: bytes) -> bool:
    """Tell whether ``promise`` (as ``Promised.promise`` gives it) was signed by the key and is unchanged."""
    said = {name: promise.get(name) for name in ("number", "digest", "at", "county")}
    try:
        signature = base64.b64decode(str(promise.get("signature", "")))
        Ed25519PublicKey.from_public_bytes(public).verify(signature, DOMAIN + canonical(said))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return number_of(str(promise["digest"])) == promise["number"]


class Promised(models.Model):
    """Something sent, for which its sender holds a signed promise. Rows from before promises hold none."""

    short = models.CharField(_("编号"), max_length=10, unique=True, null=True, editable=False)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    digest = models.CharField(_("摘要"), max_length=64, blank=True, editable=False)
    signature = models.CharField(max_length=90, blank=True, editable=False)
    signed_by = models.CharField(max_length=16, blank=True, editable=False)

    class Meta:
        abstract = True

    def sent(self) -> dict[str, Any]:
        """Return what was sent, as it was bound."""
        raise NotImplementedError("a receipt and a complaint bind different facts")

    @property
    def sent_at(self) -> datetime.datetime:
        """Return when it was sent."""
        raise NotImplementedError("a receipt and a complaint keep their time under different names")

    def sign_promise(self) -> None:
        """Bind what was sent and sign it, before the row is first saved."""
        salt = secrets.token_bytes(32)
        self.salt, self.digest = salt.hex(), digest_of(salt, self.sent())
        self.short, self.signed_by = number_of(self.digest), key_id(public_key())
        said = DOMAIN + canonical({**self._said(), "county": self.county.code})
        self.signature = base64.b64encode(_key(secret("receipt-promise")).sign(said)).decode()

    def _said(self) -> dict[str, Any]:
        return {"number": self.number, "digest": self.digest, "at": self.sent_at.strftime("%Y-%m-%dT%H:%M:%SZ")}

    @property
    def promise(self) -> dict[str, Any]:
        """Return the promise as its holder keeps it: number, digest, time, county, key and signature."""
        return {**self._said(), "county": self.county.code, "key": self.signed_by, "signature": self.signature}

    @property
    def number(self) -> str:
        """Return the number its sender writes down; what was sent before promises were given bears the start of its uid."""
        return self.short or str(self.uid)[:8].upper()

    @property
    def proof(self) -> dict[str, Any]:
        """Return what opens the digest: salt and what was sent. For the sender's own record alone."""
        return {"salt": self.salt, "sent": self.sent()}
