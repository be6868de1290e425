"""The order and the tree: read from the first place to the last, hashed anew, compared with all that is stored."""

from collections.abc import Callable, Sequence
from typing import Any

from .. import merkle
from ..leaves import Leaf, Waiting
from ..tree import STRIDE, Head, Place, Subtree, node
from .report import Report
from .source import read

PLACE, LEAF, HEAD, SUBTREE, QUEUE = (m._meta.db_table for m in (Place, Leaf, Head, Subtree, Waiting))
#: how many places are read at a time; a complete subtree of this many is one node of the frontier
LEVEL = 16
CHUNK = 1 << LEVEL


def check(report: Report, *, since: int, roots: Sequence[tuple[int, bytes]], progress: Callable[[str, int, int], None]) -> None:
    """Check places, tree, heads, queue, and the roots written down elsewhere."""
    start = since - since % CHUNK
    tree = Tree(report, start)
    tree.roots = [(size, root) for size, root in roots if size > start]
    total = _end(report, start)
    while True:
        rows = read(
            f'SELECT "index", entry FROM {PLACE} WHERE "index" >= %s AND "index" < %s ORDER BY "index"',
            [tree.size, tree.size + CHUNK],
        )
        tree.take(rows, last=tree.size + CHUNK >= total)
        progress("order and tree", tree.size, total)
        if tree.size >= total:
            break
    report.places, report.size = max(0, total - start), total
    tree.end()
    for size, root in roots:
        if size <= start and size > 0:
            _old_root(report, size, root)
    _against_leaves(report, start)


def _end(report: Report, start: int) -> int:
    """Return where the order ends. A place far beyond the number of places is named and left out."""
    count, end = read(f'SELECT count(*), coalesce(max("index") + 1, 0) FROM {PLACE} WHERE "index" >= %s', [start])[0]
    if end <= start + 2 * count + CHUNK:
        return end
    report.add(PLACE, f"index={end - 1}", f"this place stands beyond a gap: there are only {start + count} places")
    return start + count


class Tree:
    """The tree, grown again from the places."""

    def __init__(self, report: Report, size: int) -> None:
        self.report, self.size = report, size
        self.roots: list[tuple[int, bytes]] = []
        self.frontier: list[bytes] = []
        self.misfits = 0
        for level, index in merkle.complete_subtrees(0, size):
            try:
                self.frontier.append(node(level, index))
            except LookupError as fault:
                report.add(SUBTREE, f"level={level} index={index}", str(fault))
                self.frontier.append(bytes(32))

    def take(self, rows: Sequence[tuple[int, Any]], last: bool) -> None:
        """Take in the places of one chunk."""
        start = self.size
        entries = self._entries(rows, start, last)
        levels = [merkle.leaf_hashes(entries)]
        while len(levels[-1]) > 1:
            levels.append(merkle.next_level(levels[-1]))
        self._subtrees(start, levels)
        end = start + len(entries)
        grown = list(self.frontier)
        if len(entries) == CHUNK:
            self._grow(grown, start >> LEVEL, levels[LEVEL][0])

        def frontier_of(size: int) -> list[bytes]:
            if size == start + CHUNK:
                return grown
            return self.frontier + [levels[level][index - (start >> level)] for level, index in merkle.complete_subtrees(start, size)]

        self._heads(start, end, frontier_of)
        self.frontier, self.size = (grown if len(entries) == CHUNK else frontier_of(end)), end

    def _entries(self, rows: Sequence[tuple[int, Any]], start: int, last: bool) -> list[bytes]:
        """Return the entries in order. A gap, a twin or a wrong length is named; where one is missing stands nothing."""
        want = len(rows) if last else CHUNK
        if len(rows) == want and (not rows or rows[0][0] == start) and [r[0] for r in rows] == list(range(start, start + want)):
            return [bytes(entry) for _, entry in rows]
        found: dict[int, bytes] = {}
        for index, entry in rows:
            if index in found:
                self.report.add(PLACE, f"index={index}", "this place is taken twice")
            found[index] = bytes(entry)
        end = max(found) + 1 if last and found else start if last else start + CHUNK
        missing = [index for index in range(start, end) if index not in found]
        for index in missing[:100]:
            self.report.add(PLACE, f"index={index}", "this place is missing from the order")
        if len(missing) > 100:
            self.report.add(PLACE, f"index={missing[100]}", f"and {len(missing) - 100} more up to {missing[-1]}")
        return [found.get(index, b"") for index in range(start, end)]

    def _subtrees(self, start: int, levels: list[list[bytes]]) -> None:
        """Compare the stored subtrees under this chunk, and the chunk's own."""
        for level in range(STRIDE, min(LEVEL, len(levels) - 1) + 1, STRIDE):
            self._compare(level, start >> level, levels[level])

    def _compare(self, level: int, first: int, hashes: list[bytes]) -> None:
        rows = read(
            f'SELECT "index", hash FROM {SUBTREE} WHERE level = %s AND "index" >= %s AND "index" < %s',
            [level, first, first + len(hashes)],
        )
        stored = {index: bytes(found) for index, found in rows}
        for index, right in enumerate(hashes, first):
            if stored.get(index) != right:
                what = "is missing" if index not in stored else "does not fit the places under it"
                width = 1 << level
                self.report.add(
                    SUBTREE, f"level={level} index={index}", f"places {index * width}–{(index + 1) * width - 1}: the subtree {what}"
                )

    def _grow(self, frontier: list[bytes], index: int, hash_: bytes) -> None:
        """Put the node of a whole chunk on the frontier."""
        level = LEVEL
        while index & 1:
            hash_, index, level = merkle.node_hash(frontier.pop(), hash_), index >> 1, level + 1
            if level % STRIDE == 0:
                self._compare(level, index, [hash_])
        frontier.append(hash_)

    def _heads(self, start: int, end: int, frontier_of: Callable[[int], list[bytes]]) -> None:
        """Compare the stored heads and the given roots of the sizes reached in this chunk."""
        rows = read(f"SELECT size, root, frontier FROM {HEAD} WHERE size > %s AND size <= %s ORDER BY size", [start, end])
        for size, root, stored in rows:
            frontier = frontier_of(size)
            if bytes(root) != merkle.fold(frontier) or bytes(stored) != b"".join(frontier):
                if not self.misfits:  # all later ones are wrong with it
                    self.report.add(HEAD, f"size={size}", "the head does not fit the places before it")
                self.misfits += 1
        for size, root in self.roots:
            if start < size <= end and merkle.fold(frontier_of(size)) != root:
                self.report.add(HEAD, f"size={size}", f"the places before it do not give the root written down, {root.hex()}")

    def end(self) -> None:
        """Compare where the order ends with where heads, subtrees and the given roots say it ends."""
        if self.misfits > 1:
            self.report.add(HEAD, "", f"{self.misfits - 1} later heads do not fit either")
        newest = read(f"SELECT coalesce(max(size), 0) FROM {HEAD}")[0][0]
        if newest > self.size:
            self.report.add(HEAD, f"size={newest}", f"the order ends after {self.size} places: its tail has been cut")
        elif newest < self.size:
            self.report.add(PLACE, f"index={newest}", f"{self.size - newest} places stand after the newest head")
        for size, root in self.roots:
            if size > self.size:
                self.report.add(PLACE, f"index={self.size}", f"the order ends here, but a root over {size} was written down, {root.hex()}")
        stray = f'SELECT level, "index" FROM {SUBTREE} WHERE (("index" + 1) << level) > %s OR level NOT IN (8, 16, 24, 32, 40)'
        for level, index in read(stray, [self.size]):
            self.report.add(SUBTREE, f"level={level} index={index}", "no places stand under this subtree")
        for (index,) in read(f'SELECT "index" FROM {PLACE} WHERE "index" < 0'):
            self.report.add(PLACE, f"index={index}", "the order begins at 0")


def _old_root(report: Report, size: int, root: bytes) -> None:
    """Compare a root from before the place at which the verification begins, from the stored subtrees."""
    try:
        found = merkle.fold([node(*tile) for tile in merkle.complete_subtrees(0, size)])
    except LookupError as fault:
        report.add(SUBTREE, "", str(fault))
        return
    if found != root:
        report.add(HEAD, f"size={size}", f"the stored tree does not give the root written down, {root.hex()}")


def _against_leaves(report: Report, start: int) -> None:
    """Compare each place with the digest of its leaf, and leaves without a place with the queue."""
    rows = read(
        f'SELECT p."index", p.leaf_id, l.id IS NULL FROM {PLACE} p LEFT JOIN {LEAF} l ON l.id = p.leaf_id '
        f'WHERE p."index" >= %s AND (l.id IS NULL OR l.digest <> p.entry)',
        [start],
    )
    for index, leaf, gone in rows:
        if gone:
            report.add(LEAF, f"id={leaf}", f"the leaf of place {index} is not there")
        else:
            report.add(LEAF, f"id={leaf}", f"the digest of the leaf differs from the entry at place {index}")
    for (leaf,) in read(
        f"SELECT l.id FROM {LEAF} l LEFT JOIN {PLACE} p ON p.leaf_id = l.id LEFT JOIN {QUEUE} w ON w.leaf_id = l.id "
        "WHERE p.leaf_id IS NULL AND w.leaf_id IS NULL"
    ):
        report.add(LEAF, f"id={leaf}", "the leaf has no place and does not wait for one")
    for leaf, twice in read(
        f"SELECT w.leaf_id, p.leaf_id IS NOT NULL FROM {QUEUE} w LEFT JOIN {LEAF} l ON l.id = w.leaf_id "
        f"LEFT JOIN {PLACE} p ON p.leaf_id = w.leaf_id WHERE l.id IS NULL OR p.leaf_id IS NOT NULL"
    ):
        report.add(QUEUE, f"leaf_id={leaf}", "it waits, but has a place" if twice else "it waits, but is not there")
    report.waiting = read(f"SELECT count(*) FROM {QUEUE}")[0][0]
