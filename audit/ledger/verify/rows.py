"""Leaves against rows and rows against leaves, in one sweep over both in the order of the leaves' uids.

The sweep needs no list of what to expect: every leaf names its rows, every bound table is read between the
same two uids, and what is left over on either side is wrong.
"""

import hashlib
import json
import uuid
from binascii import unhexlify
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import merkle
from ..leaves import Leaf, row_digest
from ..tree import Place
from .report import Report
from .source import Bound, between, bound_tables, leaves, read

LEAF, PLACE = Leaf._meta.db_table, Place._meta.db_table
CHUNK = 20_000
_ROWS, _SALT = b',"rows":[{"d":"', b'"}],"salt":"'


def check(report: Report, *, since: int, progress: Callable[[str, int, int], None]) -> None:
    """Check every leaf from that of place ``since`` on, and every row bound by one of them or by none."""
    sweep = Sweep(report)
    after = _before_first(since)
    total = read(f"SELECT count(*) FROM {LEAF}{(where := between(after, None, 'uid'))[0]}", where[1])[0][0]
    while True:
        found = leaves(after, CHUNK)
        upto = uuid.UUID(found[-1][1]) if len(found) == CHUNK else None
        sweep.chunk(found, after, upto)
        progress("leaves and rows", report.leaves, total)
        if upto is None:
            break
        after = upto


def _before_first(since: int) -> uuid.UUID | None:
    """Return the uid just before the smallest one of the leaves from ``since`` on and of those that wait."""
    if not since:
        return None
    rows = read(
        f'SELECT l.uid FROM {LEAF} l LEFT JOIN {PLACE} p ON p.leaf_id = l.id WHERE p."index" >= %s OR p."index" IS NULL '
        "ORDER BY l.uid LIMIT 1",
        [since],
    )
    first = uuid.UUID(str(rows[0][0])) if rows else uuid.UUID(int=(1 << 128) - 1)
    return uuid.UUID(int=first.int - 1)


@dataclass(slots=True)
class Many:
    """Rows bound together by one Merkle root, as they come in."""

    entry: dict[str, Any]
    digests: dict[int, bytes] = field(default_factory=dict)
    first: str = ""


class Sweep:
    """The state of one sweep: the tables, and for each known list of fields how to pick them from a row."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.tables = bound_tables()
        self.entries: dict[bytes, dict[str, Any]] = {}
        self.picks: dict[tuple[str, tuple[str, ...]], list[int] | None] = {}

    def chunk(self, leaves: Sequence[tuple[Any, ...]], after: uuid.UUID | None, upto: uuid.UUID | None) -> None:
        """Check the leaves of one chunk and the rows between the same uids."""
        expected: dict[str, tuple[bytes, dict[int, Any], int]] = {}
        for leaf in leaves:
            self._open(leaf, expected)
        self.report.leaves += len(leaves)
        for bound in self.tables:
            self._rows(bound, expected, after, upto)
        for uid, (_salt, rows, id_) in expected.items():
            if rows:
                self._left_over(uid, rows, id_)

    def _open(self, leaf: tuple[Any, ...], expected: dict[str, tuple[bytes, dict[int, Any], int]]) -> None:
        """Check one leaf by itself and note what rows it binds."""
        id_, uid, kind, at, body, digest = leaf
        if hashlib.sha256(body).digest() != bytes(digest):
            self.report.add(LEAF, f"id={id_}", "the digest is not that of the body")
        try:
            opened = self._quickly(body, kind, at, uid)
        except ValueError:  # no hexadecimal digits where they should be
            opened = None
        opened = opened or self._slowly(body, kind, at, uid, id_)
        expected[uid] = (*opened, id_)

    def _quickly(self, body: bytes, kind: str, at: str, uid: str) -> tuple[bytes, dict[int, Any]] | None:
        """Read salt and rows out of a body that is written exactly as ``Act`` writes it; None when it is not.

        No text in a body can look like these keys: a quote inside a text has a backslash before it.
        """
        start, end = body.find(_ROWS), body.rfind(_SALT)
        time = body.find(b'"at":"', 0, start) + 6
        if start < 0 or end < start or body[end + 76 : end + 121] != b'","uid":"' + uid.encode():
            return None
        if body[time : time + len(at) + 13] != at.encode() + b'","channel":"':
            return None
        if body.find(b'","kind":"' + kind.encode() + b'","request":"', time, start) < 0:
            return None
        rows: dict[int, Any] = {}
        for part in body[start + len(_ROWS) : end].split(b'"},{"d":"'):
            entry = self.entries.get(part[65:]) or self._entry(part[65:])
            if entry is None:
                return None
            rows[entry["i"]] = entry, unhexlify(part[:64])
        return unhexlify(body[end + 12 : end + 76]), rows

    def _entry(self, written: bytes) -> dict[str, Any] | None:
        """Read what a leaf says of one row besides its digest. Few differ: they are remembered."""
        try:
            entry = json.loads(b"{" + written.removeprefix(b",") + b'"}')
        except ValueError:
            return None
        if set(entry) != {"f", "i", "t"}:
            return None
        if len(self.entries) > 10_000:
            self.entries.clear()
        entry["f"] = tuple(entry["f"])
        self.entries[written] = entry
        return entry

    def _slowly(self, body: bytes, kind: str, at: str, uid: str, id_: int) -> tuple[bytes, dict[int, Any]]:
        """Read salt and rows out of any body."""
        try:
            facts = json.loads(body)
            salt = bytes.fromhex(facts["salt"])
            if (facts["uid"], facts["kind"], facts["at"]) != (uid, kind, at):
                self.report.add(LEAF, f"id={id_}", "uid, kind or time differ from the body")
            rows: dict[int, Any] = {}
            for entry in facts.get("rows", ()):
                entry["f"] = tuple(entry["f"])
                if "n" in entry:
                    rows.update(dict.fromkeys(range(entry["i"], entry["i"] + entry["n"]), Many(entry)))
                else:
                    rows[entry["i"]] = entry, bytes.fromhex(entry["d"])
        except (ValueError, KeyError, TypeError) as fault:
            self.report.add(LEAF, f"id={id_}", f"the body cannot be read: {fault!r}")
            return b"", {}
        return salt, rows

    def _rows(self, bound: Bound, expected: dict[str, Any], after: uuid.UUID | None, upto: uuid.UUID | None) -> None:
        """Compare the rows of one table between two leaves with what the leaves say of them."""
        table, fields, count = bound.table, bound.fields, 0
        prefix = table.encode()
        sha256, nothing = hashlib.sha256, (b"", {}, None)
        for uid, number, line in bound.lines(after, upto):
            count += 1
            salt, rows, id_ = expected.get(uid, nothing)
            held = rows.pop(number, None)
            if type(held) is tuple:
                entry, digest = held
                if entry["f"] == fields and entry["t"] == table:
                    if sha256(b"%b%b\t%b" % (salt, prefix, line)).digest() == digest:
                        continue
                elif self._digest(bound, entry, salt, line) == digest:
                    continue
                self.report.add(table, bound.key_in(line), f"the values differ from those bound by the leaf id={id_}")
            elif held is not None:
                self._one_of_many(bound, held, number, salt, line)
            elif id_ is None:
                self.report.add(table, bound.key_in(line), f"the row is bound by no leaf: there is no leaf {uid}")
            else:
                self.report.add(table, bound.key_in(line), f"the leaf id={id_} does not know this row")
        self.report.rows += count

    def _digest(self, bound: Bound, entry: dict[str, Any], salt: bytes, line: bytes) -> bytes | None:
        """Return the digest of a row over the fields that its leaf names; None when that cannot be."""
        if entry["t"] != bound.table:
            return None
        if entry["f"] != bound.fields:
            pick = self._pick(bound, entry["f"])
            if pick is None:
                return None
            texts = line.split(b"\t")
            line = b"\t".join(texts[i] for i in pick)
        return row_digest(salt, bound.table, line)

    def _pick(self, bound: Bound, fields: tuple[str, ...]) -> list[int] | None:
        """Return where the fields of an older leaf stand in today's rows; None when one of them is gone."""
        if (bound.table, fields) not in self.picks:
            places = {name: i for i, name in enumerate(bound.fields)}
            gone = [name for name in fields if name not in places]
            if gone:
                self.report.add(bound.table, "", f"the fields {', '.join(gone)}, bound by leaves, are no longer there")
            self.picks[bound.table, fields] = None if gone else [places[name] for name in fields]
        return self.picks[bound.table, fields]

    def _one_of_many(self, bound: Bound, many: Many, number: int, salt: bytes, line: bytes) -> None:
        """Take one row of a bulk act; with the last of them, compare the root."""
        many.digests[number] = self._digest(bound, many.entry, salt, line) or b""
        if number == many.entry["i"]:
            many.first = bound.key_in(line)
        if len(many.digests) == many.entry["n"]:
            hashes = merkle.leaf_hashes(many.digests[i] for i in sorted(many.digests))
            if merkle.root(hashes).hex() != many.entry["root"]:
                what = f"one of the {len(hashes)} rows of a bulk act that begins here differs from the root in its leaf"
                self.report.add(bound.table, many.first, what)

    def _left_over(self, uid: str, rows: dict[int, Any], id_: int) -> None:
        """Name the rows that a leaf binds and that are not there."""
        for number, entry in rows.items():
            table = entry.entry["t"] if type(entry) is Many else entry[0]["t"]
            self.report.add(table, f"leaf={uid} leaf_row={number}", f"the row bound by the leaf id={id_} is not there")
