"""A secret on its way: sealed with HPKE (RFC 9180) to whoever delivers the letter, so that the database never holds it in clear.

The sealed text is bound to its letter: moved into another row it does not open.
"""

import base64
import uuid

from cryptography.hazmat.primitives import hpke

from audit import keys

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def seal(secret: str, *, to: str, letter: uuid.UUID) -> str:
    """Return ``secret`` sealed to the pair named ``to``, for this letter alone."""
    return base64.b64encode(_SUITE.encrypt(secret.encode(), keys.public(to), info=_bound_to(letter))).decode()


def unseal(sealed: str, *, to: str, letter: uuid.UUID) -> str:
    """Return the secret; raises cryptography's InvalidTag for another key, another letter or a changed text."""
    return _SUITE.decrypt(base64.b64decode(sealed), keys.private(to), info=_bound_to(letter)).decode()


def _bound_to(letter: uuid.UUID) -> bytes:
    return b"mingjian: secret of a letter, 1\x00" + letter.bytes
