"""The keys with which this installation signs what leaves it, and the list in which it publishes them.

Key files lie under ``KEYS_DIR``, outside the database: ``issuing-<id>`` signs day by day; ``offline-root`` signs nothing but
the list of those keys and is taken away from the machine after set-up (docs/guide/operate.md). The list says from which day
until which day a key may sign and, where one has been lost, from which day it counts no more. Ids are never used again.

A signer stands behind ``Signer``: another algorithm (SM2) is a line in ``ALGORITHMS`` and a class beside ``Ed25519Signer``.
"""

import base64
import datetime
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

#: what stands before the bytes of the list, so that its signature is good for nothing else
LIST_DOMAIN = b"MINGJIAN-KEYS-v1\0"
#: a key signs for a year; the next one begins while the last still may, so that no phone with last month's list is surprised
LIFE = datetime.timedelta(days=365)
OVERLAP = datetime.timedelta(days=60)
MOST_KEYS = 255
#: what set-up makes -> what it is for
FILES = {
    "offline-root": "signs the list of issuing keys, nothing else: copy it to two places off this machine, then delete it here",
    "issuing-1": "signs the statements in the QR codes of notices",
}


class CannotSign(RuntimeError):
    """There is no key to sign with; the message says to the Office what is wrong and what to do."""


class NotTrusted(ValueError):
    """The list of keys is not signed by the root, or is not a list."""


def _ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Algorithm:
    """A way of signing: its number in the frame, its name in the list, the length of a signature, and how one is checked."""

    number: int
    name: str
    length: int
    check: Callable[[bytes, bytes, bytes], bool]


ALGORITHMS = {1: Algorithm(1, "Ed25519", 64, _ed25519)}
BY_NAME = {algorithm.name: algorithm for algorithm in ALGORITHMS.values()}


class Signer(Protocol):
    """Whatever can sign: a key file here, a device elsewhere."""

    key_id: int
    algorithm: Algorithm

    def sign(self, message: bytes) -> bytes:
        """Return the signature over ``message``."""
        ...


@dataclass(frozen=True)
class Ed25519Signer:
    """Signs with a key held in memory."""

    key_id: int
    private: Ed25519PrivateKey
    algorithm: Algorithm = ALGORITHMS[1]

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


@dataclass(frozen=True)
class PublishedKey:
    """One line of the list. ``revoked``: what it signed on that day or later counts no more."""

    id: int
    algorithm: str
    public: str
    starts: str
    ends: str
    revoked: str = ""
    reason: str = ""

    @property
    def raw(self) -> bytes:
        """Return the public key's bytes."""
        return base64.b64decode(self.public)

    def may_sign_on(self, day: datetime.date) -> bool:
        """Tell whether a signature of that day counts."""
        return self.starts <= day.isoformat() <= self.ends and not (self.revoked and day.isoformat() >= self.revoked)


@dataclass(frozen=True)
class KeyList:
    """What is published: the exact text, its signature, and what the text says."""

    text: str
    signature: str
    root: str
    serial: int
    keys: dict[int, PublishedKey]

    @classmethod
    def read(cls, published: str, *, root: bytes) -> "KeyList":
        """Return the list in ``published``, or raise NotTrusted when ``root`` did not sign it."""
        try:
            outer = json.loads(published)
            text, signature = outer["list"], outer["signature"]
            if not _ed25519(root, base64.b64decode(signature), LIST_DOMAIN + text.encode()):
                raise NotTrusted("the list of keys is not signed by the root key")
            said = json.loads(text)
            keys = [PublishedKey(**line) for line in said["keys"]]
            return cls(text, signature, said["root"], said["serial"], {key.id: key for key in keys})
        except (ValueError, TypeError, KeyError) as fault:
            raise NotTrusted(str(fault)) from fault

    @property
    def published(self) -> str:
        """Return the file as it is published."""
        return json.dumps({"list": self.text, "signature": self.signature}, ensure_ascii=False)


def text_of(root: bytes, serial: int, keys: list[PublishedKey]) -> str:
    """Return the text of a list, to be signed by the root."""
    said = {"what": "mingjian issuing keys", "version": 1, "serial": serial, "root": _text(root), "keys": [asdict(key) for key in keys]}
    return json.dumps(said, ensure_ascii=False, indent=1)


def sign_list(text: str, root: Ed25519PrivateKey) -> str:
    """Return the file to publish: by whoever holds the offline root key."""
    return json.dumps({"list": text, "signature": _text(root.sign(LIST_DOMAIN + text.encode()))}, ensure_ascii=False)


# --- the files ---------------------------------------------------------------------------------------
def _folder() -> Path:
    return Path(settings.KEYS_DIR)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def root_public() -> bytes:
    """Return the root's public key: ``ISSUER_KEY`` where the issuer has set it, else the one made at set-up."""
    try:
        return base64.b64decode(settings.ISSUER_KEY or (_folder() / "offline-root.public").read_text(), validate=True)
    except FileNotFoundError:
        raise CannotSign("还没有签发密钥：请在服务器上运行 manage.py keys。") from None
    except ValueError:
        raise CannotSign("ISSUER_KEY 不是公钥（base64）：请改为 manage.py issuing_keys list 显示的根公钥。") from None


_read_once: dict[tuple[str, float, bytes], KeyList] = {}


def published() -> KeyList:
    """Return the list in force, its signature checked. Raises CannotSign where there is none that the root signed."""
    path, root = _folder() / "published-keys.json", root_public()
    try:
        mark = (str(path), path.stat().st_mtime, root)
        if mark not in _read_once:
            _read_once.clear()
            _read_once[mark] = KeyList.read(path.read_text(encoding="utf-8"), root=root)
        return _read_once[mark]
    except FileNotFoundError:
        raise CannotSign("还没有公布的签发密钥清单：请在服务器上运行 manage.py keys，或者从密钥备份恢复。") from None
    except NotTrusted:
        raise CannotSign("公布的签发密钥清单不是根密钥签署的：请从密钥备份恢复 published-keys.json。") from None


def signer(day: datetime.date) -> Signer:
    """Return the newest key that may sign on ``day``. Raises CannotSign: no key in date, its file lost, or not the one published."""
    fit = [key for key in published().keys.values() if key.may_sign_on(day)]
    if not fit:
        raise CannotSign("没有今天可以使用的签发密钥（已过期或者已停用）：请运行 manage.py issuing_keys rotate 换发新密钥。")
    key = max(fit, key=lambda key: (key.starts, key.id))
    try:
        private = Ed25519PrivateKey.from_private_bytes((_folder() / f"issuing-{key.id}").read_bytes())
    except (OSError, ValueError):
        raise CannotSign(f"签发密钥 {key.id} 的文件读不出来：请从密钥备份恢复 issuing-{key.id}。") from None
    if private.public_key().public_bytes_raw() != key.raw:
        raise CannotSign(f"签发密钥 {key.id} 的文件与公布的公钥不符：请从密钥备份恢复 issuing-{key.id}。")
    return Ed25519Signer(key.id, private)


def _write_new(name: str, content: bytes, mode: int = 0o600) -> None:
    with os.fdopen(os.open(_folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


def _new_key(number: int, starts: datetime.date) -> PublishedKey:
    file = _folder() / f"issuing-{number}"
    if file.exists():  # made before, and its list not put in force yet
        private = Ed25519PrivateKey.from_private_bytes(file.read_bytes())
    else:
        private = Ed25519PrivateKey.generate()
        _write_new(file.name, private.private_bytes_raw())
    public = _text(private.public_key().public_bytes_raw())
    return PublishedKey(number, "Ed25519", public, starts.isoformat(), (starts + LIFE + OVERLAP).isoformat())


def make_first() -> list[str]:
    """Make root, first key and list where there is no list yet. Returns the names of what was made; never replaces one."""
    if (_folder() / "published-keys.json").exists() or (_folder() / "offline-root.public").exists() or settings.ISSUER_KEY:
        return []
    root = Ed25519PrivateKey.generate()
    public = root.public_key().public_bytes_raw()
    _write_new("offline-root", root.private_bytes_raw())
    _write_new("offline-root.public", _text(public).encode(), 0o644)
    # A county may tell of weeks gone by (the demo does): the first key has been good since before.
    first = _new_key(1, datetime.date.today() - LIFE)
    first = replace(first, ends=(datetime.date.today() + LIFE + OVERLAP).isoformat())
    _publish(sign_list(text_of(public, 1, [first]), root))
    return ["offline-root", "issuing-1"]


def _publish(content: str) -> None:
    aside = _folder() / ".published-keys.part"
    aside.write_text(content, encoding="utf-8")
    aside.chmod(0o644)
    aside.replace(_folder() / "published-keys.json")


def adopt(content: str) -> KeyList:
    """Put a signed list in force. Raises NotTrusted: not the root's, older than the one in force, or a key of it left out or changed."""
    new, now = KeyList.read(content, root=root_public()), published()
    if new.serial <= now.serial:
        raise NotTrusted(f"the list in force has serial {now.serial}, this one {new.serial}")
    for key in now.keys.values():
        if key.id not in new.keys or new.keys[key.id].public != key.public:
            raise NotTrusted(f"key {key.id} may be ended or revoked, not left out or changed")
    _publish(content)
    return new


def rotated(starts: datetime.date) -> str:
    """Make a new key that signs from ``starts`` on; return the text of the list with it. The one before ends after the overlap."""
    now = published()
    number = max(now.keys) + 1
    if number > MOST_KEYS:
        raise CannotSign("密钥编号已用完（255 个）。")
    last_day = (starts + OVERLAP).isoformat()
    older = [replace(key, ends=min(key.ends, last_day)) for key in now.keys.values()]
    return text_of(root_public(), now.serial + 1, [*older, _new_key(number, starts)])


def revoked(number: int, since: datetime.date, reason: str) -> str:
    """Return the text of the list in which a key counts no more from ``since`` on."""
    now = published()
    if number not in now.keys:
        raise NotTrusted(f"there is no key {number}")
    keys = [replace(key, revoked=since.isoformat(), reason=reason) if key.id == number else key for key in now.keys.values()]
    return text_of(root_public(), now.serial + 1, keys)


def signed_list(domain: str, said: dict[str, object], day: datetime.date) -> str:
    """Return something else to publish, signed by the issuing key of the day: ``domain`` keeps one kind from passing for another."""
    hand, text = signer(day), json.dumps(said, ensure_ascii=False, sort_keys=True)
    signature = _text(hand.sign(domain.encode() + b"\0" + text.encode()))
    return json.dumps({"list": text, "key": hand.key_id, "algorithm": hand.algorithm.name, "signature": signature}, ensure_ascii=False)
