"""Keys kept outside the database, one file each under ``KEYS_DIR``, readable by the owner only.

They are made once, at set-up (``manage.py keys``). A key that is missing later is never replaced in
silence: what was locked with it could no longer be opened, so the caller stops and says so.

Of a pair the private half is the file ``NAME``, the public half ``NAME.pub``: who only seals needs only the latter.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

#: name of the key file -> what it is for
SECRETS = {
    "receipt-code-pepper": "hardens the twelve digits of a receipt code against a stolen database",
    "address-pepper": "turns network addresses into digests that cannot be reversed",
    "receipt-promise": "signs what whoever sends a receipt or complaint is promised (Ed25519)",
    "callback-draw": "chooses whom the Office calls back, so that nobody can foresee it",
}
#: name of an X25519 pair -> what it is for
PAIRS = {
    "letters-out": "opens the secrets in letters that leave by themselves; wanted by the sweep alone",
    "letters-printed": "opens the secrets in letters that are printed at the Office; wanted by the server alone",
}


def make_missing() -> list[str]:
    """Make the keys that do not exist yet. Return their names."""
    folder = Path(settings.KEYS_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    for name in SECRETS:
        if _make(folder / name, secrets.token_bytes(32)):
            made.append(name)
    for name in PAIRS:
        # A public half without its private one is that of a machine that only seals.
        if not (folder / f"{name}.pub").exists():
            if _make(folder / name, X25519PrivateKey.generate().private_bytes_raw()):
                made.append(name)
            _make(folder / f"{name}.pub", X25519PrivateKey.from_private_bytes((folder / name).read_bytes()).public_key().public_bytes_raw())
    return made


def _make(file: Path, content: bytes) -> bool:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
    return True


def secret(name: str) -> bytes:
    """Return the 32 bytes of the key ``name``; fail loudly when it is not there."""
    return _read(str(settings.KEYS_DIR), name)


def private(name: str) -> X25519PrivateKey:
    """Return the private half of the pair ``name``; fail loudly when it is not there."""
    return X25519PrivateKey.from_private_bytes(secret(name))


def public(name: str) -> X25519PublicKey:
    """Return the public half of the pair ``name``; fail loudly when it is not there."""
    return X25519PublicKey.from_public_bytes(secret(f"{name}.pub"))


@lru_cache
def _read(folder: str, name: str) -> bytes:
    try:
        return (Path(folder) / name).read_bytes()
    except FileNotFoundError:
        purpose = (SECRETS | PAIRS)[name.removesuffix(".pub")]
        raise ImproperlyConfigured(
            f"the key {name!r} ({purpose}) is missing in {folder}: restore it from the backup of keys; "
            "on a new installation run `manage.py keys`"
        ) from None
