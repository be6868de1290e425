"""Leaves against rows and rows against leaves, in one sweep over both in the order of the leaves' uids.

The sweep needs no list of what to expect: every leaf names its rows, every bound table is read between the
same two uids, and what is left over on either side is wrong.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hmac import digest as hmac_digest
from typing import Any

from .. import merkle
from ..canonical import Text, row_bytes
from ..leaves import Leaf
from ..tree import Place
from .report import Report
from .source import Bound, between, bound_tables, leaves, read

LEAF, PLACE = Leaf._meta.db_table, Place._meta.db_table
CHUNK = 20_000


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
    keys: dict[int, str] = field(default_factory=dict)


class Sweep:
    """The state of one sweep: the tables, and for each known list of fields how to pick them from a row."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.tables = bound_tables()
        self.readers = {bound.table: bound.reader() for bound in self.tables}
        self.picks: dict[tuple[str, tuple[str, ...]], list[int] | None] = {}

    def chunk(self, leaves: Sequence[tuple[Any, ...]], after: uuid.UUID | None, upto: uuid.UUID | None) -> None:
        """Check the leaves of one chunk and the rows between the same uids."""
        expected: dict[str, tuple[bytes, dict[int, Any], int]] = {}
        for leaf in leaves:
            self._open(leaf, expected)
        self.report.leaves += len(leaves)
        for bound in self.tables:
            self._rows(bound, expected, after, upto)
        for uid, (salt, rows, id_) in expected.items():
            if rows:
                self._left_over(uid, rows, id_)

    def _open(self, leaf: tuple[Any, ...], expected: dict[str, tuple[bytes, dict[int, Any], int]]) -> None:
        """Check one leaf by itself and note what rows it binds."""
        id_, uid, kind, at, body, digest = leaf
        if hashlib.sha256(body).digest() != bytes(digest):
            self.report.add(LEAF, f"id={id_}", "the digest is not that of the body")
        try:
            facts = json.loads(body)
            salt = bytes.fromhex(facts["salt"])
            if (facts["uid"], facts["kind"], facts["at"]) != (uid, kind, at):
                self.report.add(LEAF, f"id={id_}", "uid, kind or time differ from the body")
            rows: dict[int, Any] = {}
            for entry in facts.get("rows", ()):
                if "n" in entry:
                    many = Many(entry)
                    rows.update(dict.fromkeys(range(entry["i"], entry["i"] + entry["n"]), many))
                else:
                    rows[entry["i"]] = entry
        except (ValueError, KeyError, TypeError) as fault:
            self.report.add(LEAF, f"id={id_}", f"the body cannot be read: {fault!r}")
            salt, rows = b"", {}
        expected[uid] = (salt, rows, id_)

    def _rows(self, bound: Bound, expected: dict[str, Any], after: uuid.UUID | None, upto: uuid.UUID | None) -> None:
        table, key_at = bound.table, bound.fields.index(bound.key)
        count = 0
        for uid, number, *texts in self.readers[table](after, upto):
            count += 1
            held = expected.get(uid)
            if held is None:
                self.report.add(table, f"{bound.key}={texts[key_at]}", f"the row is bound by no leaf: there is no leaf {uid}")
                continue
            salt, rows, id_ = held
            entry = rows.pop(number, None)
            if entry is None:
                self.report.add(table, f"{bound.key}={texts[key_at]}", f"the leaf id={id_} does not know this row")
            elif type(entry) is Many:
                self._one_of_many(bound, entry, number, salt, texts, f"{bound.key}={texts[key_at]}")
            elif not self._fits(bound, entry, salt, texts):
                self.report.add(table, f"{bound.key}={texts[key_at]}", f"the values differ from those bound by the leaf id={id_}")
        self.report.rows += count

    def _digest(self, bound: Bound, entry: dict[str, Any], salt: bytes, texts: list[Text]) -> bytes | None:
        """Return the digest of a row over the fields that its leaf names; None when that cannot be."""
        if entry["t"] != bound.table:
            return None
        fields = tuple(entry["f"])
        if fields != bound.fields:
            pick = self._pick(bound, fields)
            if pick is None:
                return None
            texts = [texts[i] for i in pick]
        return hmac_digest(salt, row_bytes(bound.table, texts), "sha256")

    def _pick(self, bound: Bound, fields: tuple[str, ...]) -> list[int] | None:
        """Return where the fields of an older leaf stand in today's rows; None when one of them is gone."""
        if (bound.table, fields) not in self.picks:
            places = {name: i for i, name in enumerate(bound.fields)}
            gone = [name for name in fields if name not in places]
            if gone:
                self.report.add(bound.table, "", f"the fields {', '.join(gone)}, bound by leaves, are no longer there")
            self.picks[bound.table, fields] = None if gone else [places[name] for name in fields]
        return self.picks[bound.table, fields]

    def _fits(self, bound: Bound, entry: dict[str, Any], salt: bytes, texts: list[Text]) -> bool:
        digest = self._digest(bound, entry, salt, texts)
        return digest is not None and digest.hex() == entry.get("d")

    def _one_of_many(self, bound: Bound, many: Many, number: int, salt: bytes, texts: list[Text], key: str) -> None:
        """Take one row of a bulk act; with the last of them, compare the root."""
        many.digests[number] = self._digest(bound, many.entry, salt, texts) or b""
        many.keys[number] = key
        if len(many.digests) == many.entry["n"]:
            hashes = merkle.leaf_hashes(many.digests[i] for i in sorted(many.digests))
            if merkle.root(hashes).hex() != many.entry["root"]:
                span = f"{many.keys[min(many.keys)]} … {many.keys[max(many.keys)]}"
                self.report.add(bound.table, span, f"one of these {len(hashes)} rows of a bulk act differs from the root in its leaf")

    def _left_over(self, uid: str, rows: dict[int, Any], id_: int) -> None:
        """Name the rows that a leaf binds and that are not there."""
        for number, entry in rows.items():
            table = entry.entry["t"] if type(entry) is Many else entry["t"]
            self.report.add(table, f"leaf={uid} leaf_row={number}", f"the row bound by the leaf id={id_} is not there")
