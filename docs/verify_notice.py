#!/usr/bin/env python3
"""Checks the PDF of a 《涉企检查备案通知书》 without the system that issued it. Needs Python 3.10 and `cryptography`, nothing else.

    python verify_notice.py NOTICE.pdf --keys mingjian-keys.json --root ROOT_KEY [--statement TEXT] [--revoked FILE] [--json]

--keys       the published list of keys: https://HOST/.well-known/mingjian-keys.json
--root       the root's public key (base64), as the Office prints it where it can't be changed with the list
--statement  what a phone reads from the QR on the paper (the whole address): checks the paper in your hand, not only the file
--revoked    the revocation list: https://HOST/.well-known/mingjian-revoked.json

Ends with 0 when nothing is wrong, 1 when something is, 2 when it can't be told (no list, no statement). docs/statement.md explains.
"""

import argparse
import base64
import binascii
import datetime
import hashlib
import json
import re
import sys
import unicodedata
import zlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEAD = (("version", 4), ("algorithm", 4), ("key", 8), ("type", 4), ("kind", 2), ("officers", 4), ("agency", 4), ("zero", 2),
        ("county", 20), ("year", 8), ("number", 20), ("starts", 15), ("days", 9), ("issued", 16))  # fmt: skip
BASE31 = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


class Wrong(Exception):
    """Something in the notice is not as it was issued."""


def good_signature(public, signature, message):
    """Tell whether an Ed25519 signature (RFC 8032) is good."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def keys_in(published, root):
    """Return the keys by number, once the root's signature over the list has been found good."""
    outer = json.loads(published)
    if not good_signature(base64.b64decode(root), base64.b64decode(outer["signature"]), b"MINGJIAN-KEYS-v1\0" + outer["list"].encode()):
        raise Wrong("the list of keys is not signed by this root key")
    return {key["id"]: key for key in json.loads(outer["list"])["keys"]}


# --- the statement -----------------------------------------------------------------------------------
def read(text):
    """Return what a statement says, its body and its signature. Raises Wrong for any other text."""
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
        if base64.b32encode(raw).decode().rstrip("=") != text:
            raise ValueError
        packed, said = int.from_bytes(raw[:15], "big"), {}
        for name, bits in reversed(HEAD):
            said[name], packed = packed & (1 << bits) - 1, packed >> bits
        if (said["version"], said["algorithm"], said["type"], said["zero"]) != (1, 1, 1, 0) or 8 < said["officers"] != 15:
            raise ValueError
        body, rest = raw[:-64], raw[15:-64]
        said["agency"], rest = rest[: said["agency"]].decode("ascii"), rest[said["agency"] :]
        said["enterprise"], rest = enterprise(said["kind"], rest)
        width, count = (4, 1) if said["officers"] == 15 else (2, said["officers"])
        if len(rest) != width * count + 8:
            raise ValueError
        first = datetime.date(2020, 1, 1)
        said |= {
            "county": f"{said['county']:06d}", "year": 2000 + said["year"], "facts": rest[width * count :],
            "certificates": [rest[n * width : (n + 1) * width] for n in range(count)],
            "starts_on": (first + datetime.timedelta(days=said["starts"])).isoformat(),
            "ends_on": (first + datetime.timedelta(days=said["starts"] + said["days"])).isoformat(),
            "issued_on": (first + datetime.timedelta(days=said["issued"])).isoformat(),
        }  # fmt: skip
    except (ValueError, IndexError, OverflowError) as fault:
        raise Wrong("the statement is malformed") from fault
    return said, body, raw[-64:]


def enterprise(kind, rest):
    """Return the enterprise's code (kind 1: 统一社会信用代码, 2: 15 digits) or text, and the bytes after it."""
    if kind == 1:
        value, code = int.from_bytes(rest[:11], "big"), ""
        for _place in range(17):
            value, digit = divmod(value, 31)
            code = BASE31[digit] + code
        if value:
            raise ValueError
        total = sum(BASE31.index(c) * w for c, w in zip(code, WEIGHTS, strict=True))
        return code + BASE31[(31 - total) % 31], rest[11:]
    if kind == 2:
        return f"{int.from_bytes(rest[:7], 'big'):015d}", rest[7:]
    return rest[1 : 1 + rest[0]].decode(), rest[1 + rest[0] :]


def check(text, keys):
    """Return what a statement says, its signature found good under a key that could sign on that day. Raises Wrong."""
    said, body, signature = read(text)
    key = keys.get(said["key"])
    if key is None:
        raise Wrong(f"key {said['key']} is not on the list")
    if not good_signature(base64.b64decode(key["public"]), signature, b"MINGJIAN-NOTICE-v1\0" + body):
        raise Wrong("the signature of the statement is not good")
    day = said["issued_on"]
    if not key["starts"] <= day <= key["ends"] or (key["revoked"] and day >= key["revoked"]):
        raise Wrong(f"key {said['key']} could not sign on {day}: {key['reason'] or 'out of its days'}")
    return said


def digest_of(said):
    """Return the digest of a certificate number: the first two bytes stand in the statement."""
    return lambda number: hashlib.sha256(
        f"MINGJIAN-CERTIFICATE-v1\0{said['county']}\0{said['year']}\0{said['number']}\0{''.join(number.split()).upper()}".encode()
    ).digest()


# --- the data in the file ----------------------------------------------------------------------------
def attached(pdf):
    """Return the notice's data (``notice.json``) that is attached to the PDF, or None."""
    found = []
    for place in re.finditer(rb"<<(?:(?!endobj).)*?/EmbeddedFile\b(?:(?!endobj).)*?>>\s*stream\r?\n", pdf, re.S):
        try:
            raw = pdf[place.end() :]
            data = zlib.decompressobj().decompress(raw) if b"/FlateDecode" in place[0] else raw[: raw.index(b"endstream")]
            facts = json.loads(data)
        except (zlib.error, ValueError):
            continue
        if isinstance(facts, dict) and "number" in facts:
            found.append(facts)
    if len(found) > 1:
        raise Wrong("more than one set of data is attached")
    return found[0] if found else None


def plain(value):
    """Return text as NFC, everything else as it is: one way only to write the data."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def facts_digest(facts):
    """Return the digest that the statement holds of the data: SHA-256 over its canonical JSON, 8 bytes."""
    facts = {key: plain(value) for key, value in facts.items() if key not in ("scan_url", "statement")}
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).digest()[:8]


# --- the signature of the file (PAdES) -----------------------------------------------------------------
def der(data, at=0):
    """Return tag, content, and where the next value begins (X.690; definite lengths, as short as can be)."""
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        n = length & 0x7F
        length, at = int.from_bytes(data[at : at + n], "big"), at + n
        if not n or length < 0x80 or length < 1 << 8 * (n - 1):
            raise Wrong("the file's signature is not written as it must be")
    if at + length > len(data):
        raise Wrong("the file's signature is cut off")
    return tag, data[at : at + length], at + length


def parts(content, tags=None):
    """Return the values inside a value: (tag, content, whole); ``tags`` in hex where they must be just these."""
    found, at = [], 0
    while at < len(content):
        tag, inner, after = der(content, at)
        found.append((tag, inner, content[at:after]))
        at = after
    if tags is not None and bytes(tag for tag, _inner, _whole in found) != bytes.fromhex(tags):
        raise Wrong("the file's signature is not built as it must be")
    return found


def signed_file(pdf):
    """Return who signed the file, or None where nobody did. Raises Wrong for any byte that is not as it was signed."""
    ranges = list(re.finditer(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf))
    if not ranges:
        return None
    start, first, second, rest = (int(n) for n in ranges[-1].groups())
    if start or second + rest != len(pdf) or not first < second <= len(pdf) or pdf[first : first + 1] + pdf[second - 1 : second] != b"<>":
        raise Wrong("something stands in the file beside what was signed")
    written = pdf[first + 1 : second - 1]
    try:
        raw = binascii.unhexlify(written)
        tag, content, end = der(raw)
        if raw[end:].strip(b"\0") or written not in (binascii.hexlify(raw), binascii.hexlify(raw).upper()):
            raise Wrong("the file's signature has been written over")
        (_, oid, _), (_, wrapped, _) = parts(content, "06a0")
        version, algorithms, inner, certificates, signers = parts(parts(wrapped, "30")[0][1], "023130a031")
        ((_, signer, _),) = parts(signers[1], "30")
        number, issuer, digest_algorithm, attributes, algorithm, signature = parts(signer, "023030a03004")
        certificate, hashed = _signing_certificate(certificates[1], issuer[1], attributes[1])
        if (tag, oid, version[1], number[1]) != (0x30, bytes.fromhex("2a864886f70d010702"), b"\1", b"\1"):
            raise Wrong("the file's signature is of another kind")
        names = (algorithms[1], digest_algorithm[2])
        if names[0] != names[1] or inner[1] != bytes.fromhex("06092a864886f70d010701"):
            raise Wrong("the file's signature has been changed")
        message = hashlib.sha256(pdf[:first] + pdf[second:]).digest()
        if _attribute(attributes[1], "2a864886f70d010904") != b"\x04\x20" + message:
            raise Wrong("the file is not as it was signed")
        _verify(certificate.public_key(), signature[1], b"\x31" + attributes[2][1:], algorithm[2])
    except (ValueError, IndexError, InvalidSignature, binascii.Error) as fault:
        raise Wrong(f"the file's signature is not good: {fault}") from fault
    return {"certificate": certificate.subject.rfc4514_string(), "sha256": hashed, "self_made": certificate.issuer == certificate.subject}


def _attribute(attributes, oid):
    for _tag, content, _whole in parts(attributes):
        name, values = parts(content)[:2]
        if name[1] == bytes.fromhex(oid):
            return values[1]
    raise Wrong("the file's signature lacks something")


def _signing_certificate(certificates, issuer, attributes):
    """Return the certificate of the signer, bound by its digest among what was signed (RFC 5035), and that digest."""
    bound = _attribute(attributes, "2a864886f70d010910022f")
    for _tag, _content, whole in parts(certificates):
        hashed = hashlib.sha256(whole).digest()
        if hashed not in bound:
            continue
        certificate = x509.load_der_x509_certificate(whole)
        (_, _, name), (_, serial, _) = parts(issuer, "3002")
        if name == certificate.issuer.public_bytes() and int.from_bytes(serial, "big") == certificate.serial_number:
            return certificate, hashed.hex()
    raise Wrong("the certificate in the file is not the one that signed")


def _verify(key, signature, message, algorithm):
    if isinstance(key, ec.EllipticCurvePublicKey):
        if bytes.fromhex("06082a8648ce3d040302") not in algorithm:
            raise Wrong("the file is signed by a way that this program does not know")
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    else:
        raise Wrong("the file is signed by a way that this program does not know")


# --- all together ----------------------------------------------------------------------------------------
def agrees(said, facts):
    """Yield what the statement and the data say differently."""
    label = facts.get("number", "")
    pairs = {
        "number": (f"〔{said['year']}〕{said['number']}号" in label, label),
        "starts_on": (said["starts_on"] == facts.get("starts_on"), facts.get("starts_on")),
        "ends_on": (said["ends_on"] == facts.get("ends_on"), facts.get("ends_on")),
    }
    if said["officers"] != 15:
        digest = digest_of(said)
        theirs = [digest(officer["certificate"])[:2] for officer in facts.get("officers", [])]
        pairs["officers"] = (theirs == said["certificates"], [officer["certificate"] for officer in facts.get("officers", [])])
    for name, (same, value) in pairs.items():
        if not same:
            yield f"{name}: the data says {value}, the statement does not"


def verify(pdf, keys, *, typed="", revoked=None):
    """Return (lines, whether all is good, the data). Each line: (good, words); good None says that it can't be told."""
    lines = []
    facts = attached(pdf)
    text = (typed or (facts or {}).get("statement", "")).rstrip("/").rsplit("/", 1)[-1].upper()
    if not text:
        return [(None, "no statement: read the QR on the paper with a phone and give it by --statement")], None, facts
    said = check(text, keys)
    lines.append((True, f"statement: signed by key {said['key']} on {said['issued_on']}"))
    if facts is None:
        lines.append((None, "no data is attached to this file: only what the statement says can be relied on"))
        facts = {name: said[name] for name in ("county", "agency", "year", "number", "enterprise", "starts_on", "ends_on")}
    else:
        different = list(agrees(said, facts))
        same = facts_digest(facts) == said["facts"] and not different
        lines.append((same, "data: as it was signed" if same else f"data: not what was signed. {'; '.join(different)}"))
        if facts.get("statement", text) != text:
            lines.append((False, "the paper bears another statement than the file"))
    signer = signed_file(pdf)
    if signer is None:
        lines.append((None, "the file bears no signature of its own: compare what you read on it with the data printed here"))
    else:
        lines.append((True, f"file: not one byte changed since it was signed by {signer['certificate']} (SHA-256 {signer['sha256']})"))
    lines.append(void_line(text, keys, revoked))
    return lines, all(good is not False for good, _words in lines), facts


def void_line(text, keys, revoked):
    """Return the line about the revocation list."""
    if not revoked:
        return None, "no revocation list was given: whether it is void can't be told"
    outer = json.loads(revoked)
    key, message = keys.get(outer["key"]), b"MINGJIAN-REVOKED-v1\0" + outer["list"].encode()
    if key is None or key["revoked"] or not good_signature(base64.b64decode(key["public"]), base64.b64decode(outer["signature"]), message):
        return False, "the revocation list is not signed by a published key"
    said = json.loads(outer["list"])
    if hashlib.sha256(text.encode()).hexdigest() in said["statements"]:
        return False, f"VOID, by the list of {said['at']}"
    return True, f"not on the revocation list of {said['at']}"


def main(arguments=None):
    """Check one file; see the top of this page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--keys", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--statement", default="")
    parser.add_argument("--revoked")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)

    def content(name):
        with open(name, "rb") as file:
            return file.read()

    try:
        keys = keys_in(content(asked.keys), asked.root)
        revoked = content(asked.revoked) if asked.revoked else None
        lines, good, facts = verify(content(asked.file), keys, typed=asked.statement, revoked=revoked)
    except (Wrong, OSError, ValueError, KeyError, TypeError) as fault:
        lines, good, facts = [(False, str(fault) or type(fault).__name__)], False, None
    if asked.json:
        print(json.dumps({"genuine": good, "lines": lines, "facts": facts}, ensure_ascii=False, indent=2))
    else:
        for fine, words in lines:
            print({True: "✓", False: "✗", None: "?"}[fine], words)
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    return 2 if good is None else 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
