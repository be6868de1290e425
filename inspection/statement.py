"""What the QR of a notice says: a signed statement short enough to be an address, whole enough to be checked without a network.

    HTTPS://HOST/R/<statement>        capitals, so that the QR needs its dense alphanumeric mode (ISO/IEC 18004)
    statement = base32(body ‖ signature), without padding (RFC 4648)
    signature = over "MINGJIAN-NOTICE-v1\\0" ‖ body

The body, big-endian, bit by bit:

    4 version   4 algorithm   8 key   4 type   2 kind of the enterprise's code   4 officers   4 length of the agency's code   2 zero
    20 county (GB/T 2260)   8 year - 2000   20 number
    15 first day, as days since 2020-01-01   9 days after it to the last   16 day of issue, as days since 2020-01-01
    then bytes: the agency's code · the enterprise's code · digests of the certificates · digest of the facts (8)

The enterprise's code: a 统一社会信用代码 as its 17 characters to base 31 (11 bytes; the check character follows from them), 15 digits as
a number (7), any other number (its end) or, where there is none, the name (its beginning), as length and UTF-8. Officers 0–8: two bytes
each, in the order of the notice; 15: four bytes over the whole list. A typed certificate is compared with them: they are no secret and
prove nothing by themselves.

``docs/statement.md`` says the same for those who write a verifier of their own; ``static/verify/statement.js`` and
``docs/verify_notice.py`` read the frame, too. Any change needs a new version number: what is printed stays readable.
"""

import base64
import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stdnum.cn import uscc

from audit.issuing import ALGORITHMS, CannotSign, PublishedKey, Signer
from audit.ledger.canonical import canonical

VERSION = 1
DOMAIN = b"MINGJIAN-NOTICE-v1\0"
FILING_NOTICE = 1
DAY_ZERO = datetime.date(2020, 1, 1)
#: kinds of the enterprise's code in the frame, by IdentifierKind
KINDS = ("NONE", "USCC", "REG15", "PERMIT")
SINGLY, AS_A_LIST = 8, 15
FACTS = 8
_HEAD = (("version", 4), ("algorithm", 4), ("key", 8), ("type", 4), ("kind", 2), ("officers", 4), ("agency", 4), ("zero", 2),
         ("county", 20), ("year", 8), ("number", 20), ("starts", 15), ("days", 9), ("issued", 16))  # fmt: skip
_HEAD_BYTES = sum(bits for _name, bits in _HEAD) // 8
_BASE31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: the longest address whose QR is of version 8 at error correction M (ISO/IEC 18004, table 7: 221 alphanumeric characters)
LONGEST_ADDRESS = 221


class NotGenuine(ValueError):
    """A text that is no statement of ours. ``why``: MALFORMED, KEY (unknown), REVOKED, SIGNATURE."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Statement:
    """What is said and signed. ``certificates`` holds two bytes an officer, or one entry of four bytes over the list."""

    county: str
    agency: str
    year: int
    number: int
    kind: str
    enterprise: str
    starts_on: datetime.date
    ends_on: datetime.date
    issued_on: datetime.date
    certificates: tuple[bytes, ...]
    facts: bytes
    key: int = 0
    algorithm: int = 0

    @property
    def listed_singly(self) -> bool:
        """Tell whether each officer has a digest of their own."""
        return not (len(self.certificates) == 1 and len(self.certificates[0]) == 4)

    def names(self, certificate: str) -> bool:
        """Tell whether a typed certificate number agrees with one of the digests (one in 65,536 others does, too)."""
        return self.listed_singly and self._digest(_plain(certificate)) in self.certificates

    def with_certificates(self, numbers: Sequence[str], *, singly: bool) -> "Statement":
        """Return this statement with the digests of the officers' certificates."""
        plain = [_plain(number) for number in numbers]
        digests = [self._digest(number) for number in plain] if singly else [self._digest("\n".join(sorted(plain)), length=4)]
        return replace(self, certificates=tuple(digests))

    def _digest(self, text: str, length: int = 2) -> bytes:
        # With the notice's own number in it, so that digests of two notices can't be compared.
        about = f"MINGJIAN-CERTIFICATE-v1\0{self.county}\0{self.year}\0{self.number}\0{text}"
        return hashlib.sha256(about.encode()).digest()[:length]


def facts_digest(snapshot: Mapping[str, Any]) -> bytes:
    """Return the digest of all that the paper says, but for the statement itself: SHA-256 over the canonical JSON, 8 bytes."""
    facts = {key: value for key, value in snapshot.items() if key not in ("scan_url", "statement")}
    return hashlib.sha256(canonical(facts)).digest()[:FACTS]


def code_of(kind: str, identifier: str, name: str) -> tuple[str, str]:
    """Return kind and text by which a statement names the enterprise: its number, and where it has none its name."""
    if kind == "USCC" and uscc.is_valid(identifier) and len(identifier) == 18:
        return kind, identifier
    if kind == "REG15" and len(identifier) == 15 and identifier.isascii() and identifier.isdigit():
        return kind, identifier
    return ("PERMIT", identifier) if identifier else ("NONE", name)


def agency_code(code: str) -> str:
    """Return an agency's code as it stands in a statement: a long or foreign one is shortened to a digest."""
    if code.isascii() and code.isprintable() and 0 < len(code) <= 12:
        return code
    return "~" + base64.b32encode(hashlib.sha256(code.encode()).digest())[:7].decode()


def seal(said: Statement, signer: Signer) -> str:
    """Return the statement as text, signed. Raises CannotSign when a value has no place in the frame."""
    said = replace(said, key=signer.key_id, algorithm=signer.algorithm.number)
    body = _pack(said)
    text = base64.b32encode(body + signer.sign(DOMAIN + body)).decode().rstrip("=")
    if check(text, {signer.key_id: None}) != said:
        raise CannotSign(f"通知书的内容放不进二维码：{said}。")
    return text


def seal_for(said: Statement, certificates: Sequence[str], signer: Signer, *, before: str) -> str:
    """Return the statement that fits behind the address ``before`` in a QR of version 8.

    Up to eight officers stand singly; where the host's name is long, fewer. More are bound by one digest of the list.
    """
    for singly, most in ((True, 24), (False, 24), (False, 12)):
        if singly and len(certificates) > SINGLY:
            continue
        short = replace(said, enterprise=_cut(said.kind, said.enterprise, most))
        text = seal(short.with_certificates(certificates, singly=singly), signer)
        if len(before) + len(text) <= LONGEST_ADDRESS:
            return text
    raise CannotSign(f"网址“{before}”太长，二维码放不下，请改用较短的 BASE_URL。")


def check(text: str, keys: Mapping[int, PublishedKey | None]) -> Statement:
    """Return what a statement says once its signature has been found good. Raises NotGenuine for anything else.

    ``keys`` are the published ones; None in place of a key asks for the frame only.
    """
    body, signature, said = _read(text)
    if said.key not in keys:
        raise NotGenuine("KEY")
    key = keys[said.key]
    if key is None:
        return said
    algorithm = ALGORITHMS[said.algorithm]
    if key.algorithm != algorithm.name or not algorithm.check(key.raw, signature, DOMAIN + body):
        raise NotGenuine("SIGNATURE")
    if not key.may_sign_on(said.issued_on):
        raise NotGenuine("REVOKED")
    return said


def digest_of(text: str) -> str:
    """Return the digest under which a statement is kept, looked up, and named in the revocation list."""
    return hashlib.sha256(text.strip().upper().encode()).hexdigest()


# --- bytes -------------------------------------------------------------------------------------------
def _plain(certificate: str) -> str:
    return "".join(certificate.split()).upper()


def _days(day: datetime.date) -> int:
    return (day - DAY_ZERO).days


def _pack(said: Statement) -> bytes:
    agency = said.agency.encode("ascii")
    head = {
        "version": VERSION, "algorithm": said.algorithm, "key": said.key, "type": FILING_NOTICE, "kind": KINDS.index(said.kind),
        "officers": len(said.certificates) if said.listed_singly else AS_A_LIST, "agency": len(agency), "zero": 0,
        "county": int(said.county), "year": said.year - 2000, "number": said.number,
        "starts": _days(said.starts_on), "days": (said.ends_on - said.starts_on).days, "issued": _days(said.issued_on),
    }  # fmt: skip
    packed = 0
    for name, bits in _HEAD:
        if not 0 <= head[name] < 1 << bits:
            raise CannotSign(f"通知书的内容放不进二维码：{name} = {head[name]}。")
        packed = packed << bits | head[name]
    enterprise = _pack_enterprise(said.kind, said.enterprise)
    return packed.to_bytes(_HEAD_BYTES, "big") + agency + enterprise + b"".join(said.certificates) + said.facts


def _pack_enterprise(kind: str, code: str) -> bytes:
    if kind == "USCC":
        value = 0
        for character in code[:17]:
            value = value * 31 + _BASE31.index(character)
        return value.to_bytes(11, "big")
    if kind == "REG15":
        return int(code).to_bytes(7, "big")
    raw = code.encode()
    return bytes([len(raw)]) + raw


def _cut(kind: str, text: str, most: int) -> str:
    """Return a code or name that is not too long: the end of a number, where numbers differ; the beginning of a name."""
    if kind in ("USCC", "REG15"):
        return text
    raw = text.encode()
    return (raw[-most:] if kind == "PERMIT" else raw[:most]).decode(errors="ignore")  # never half a character


def _read(text: str) -> tuple[bytes, bytes, Statement]:
    """Return body, signature and content; one text only for one content. Raises NotGenuine("MALFORMED")."""
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
        if base64.b32encode(raw).decode().rstrip("=") != text:
            raise ValueError("another text for the same bytes")
        return _unpack(raw)
    except (ValueError, IndexError, OverflowError) as fault:
        raise NotGenuine("MALFORMED") from fault


def _unpack(raw: bytes) -> tuple[bytes, bytes, Statement]:
    packed, head = int.from_bytes(raw[:_HEAD_BYTES], "big"), {}
    for name, bits in reversed(_HEAD):
        head[name], packed = packed & (1 << bits) - 1, packed >> bits
    if (head["version"], head["type"], head["zero"]) != (VERSION, FILING_NOTICE, 0) or head["algorithm"] not in ALGORITHMS:
        raise ValueError("another frame")
    if SINGLY < head["officers"] != AS_A_LIST:
        raise ValueError("no such number of officers")
    signature = ALGORITHMS[head["algorithm"]].length
    body, rest = raw[:-signature], raw[_HEAD_BYTES:-signature]
    agency, rest = rest[: head["agency"]].decode("ascii"), rest[head["agency"] :]
    enterprise, rest = _unpack_enterprise(KINDS[head["kind"]], rest)
    width, count = (4, 1) if head["officers"] == AS_A_LIST else (2, head["officers"])
    if len(rest) != width * count + FACTS:
        raise ValueError("too short or too long")
    starts = DAY_ZERO + datetime.timedelta(days=head["starts"])
    said = Statement(
        county=f"{head['county']:06d}",
        agency=agency,
        year=2000 + head["year"],
        number=head["number"],
        kind=KINDS[head["kind"]],
        enterprise=enterprise,
        starts_on=starts,
        ends_on=starts + datetime.timedelta(days=head["days"]),
        issued_on=DAY_ZERO + datetime.timedelta(days=head["issued"]),
        certificates=tuple(rest[n * width : (n + 1) * width] for n in range(count)),
        facts=rest[width * count :],
        key=head["key"],
        algorithm=head["algorithm"],
    )
    return body, raw[-signature:], said


def _unpack_enterprise(kind: str, rest: bytes) -> tuple[str, bytes]:
    if kind == "USCC":
        value, characters = int.from_bytes(rest[:11], "big"), []
        for _place in range(17):
            value, digit = divmod(value, 31)
            characters.append(_BASE31[digit])
        if value:
            raise ValueError("too large for a code")
        code = "".join(reversed(characters))
        return code + uscc.calc_check_digit(code + "0"), rest[11:]
    if kind == "REG15":
        return f"{int.from_bytes(rest[:7], 'big'):015d}", rest[7:]
    length = rest[0]
    return rest[1 : 1 + length].decode(), rest[1 + length :]
