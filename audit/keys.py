"""Keys kept outside the database, one file each under ``KEYS_DIR``, readable by the owner only.

They are made once, at set-up (``manage.py keys``). A key that is missing later is never replaced in
silence: what was locked with it could no longer be opened, so the caller stops and says so.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

#: name of the key file -> what it is for
SECRETS = {
    "receipt-code-pepper": "hardens the twelve digits of a receipt code against a stolen database",
    "address-pepper": "turns network addresses into digests that cannot be reversed",
    "receipt-promise": "signs what whoever sends a receipt or complaint is promised (Ed25519)",
    "callback-draw": "chooses whom the Office calls back, so that nobody can foresee it",
}


def make_missing() -> list[str]:
    """Make the keys that do not exist yet. Return their names."""
    folder = Path(settings.KEYS_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = []
    for name in SECRETS:
        try:
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
        made.append(name)
    return made


def secret(name: str) -> bytes:
    """Return the 32 bytes of the key ``name``; fail loudly when it is not there."""
    return _read(str(settings.KEYS_DIR), name)


@lru_cache
def _read(folder: str, name: str) -> bytes:
    try:
        return (Path(folder) / name).read_bytes()
    except FileNotFoundError:
        raise ImproperlyConfigured(
            f"the key {name!r} ({SECRETS[name]}) is missing in {folder}: restore it from the backup of keys; "
            "on a new installation run `manage.py keys`"
        ) from None
