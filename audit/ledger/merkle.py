"""Merkle tree hashing by RFC 9162 §2.1: 0x00 before a leaf, 0x01 before a node. Pure functions, no database.

A *complete subtree* is named by its level and its index there: (0, i) is the i-th leaf, (3, 1) stands
over the leaves 8 to 15. A tree of any size is a row of complete subtrees, one for each 1 in the binary
form of its size: its *frontier*, from the largest to the smallest.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

_sha256 = hashlib.sha256
Node = Callable[[int, int], bytes]
"""level, index -> the hash of that complete subtree"""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return _sha256(b"\x01" + left + right).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return the hashes of many entries."""
    return [_sha256(b"\x00" + entry).digest() for entry in entries]


def next_level(level: Sequence[bytes]) -> list[bytes]:
    """Return the parents of the complete pairs of one level."""
    return [_sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the tree head over ``hashes`` (already leaf hashes); of an empty list, the hash of nothing."""
    # Level by level: an odd one at the end rises unchanged, which gives the same tree as RFC 9162's
    # split at the largest power of two.
    level = list(hashes)
    while len(level) > 1:
        paired = next_level(level)
        level = paired + level[len(paired) * 2 :]
    return level[0] if level else _sha256(b"").digest()


# --- the frontier ---------------------------------------------------------------------------------


def complete_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Return level and index of the largest complete subtrees that tile the leaves from ``start`` up to ``end``."""
    tiles = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        tiles.append((level, start >> level))
        start += 1 << level
    return tiles


def fold(frontier: Sequence[bytes]) -> bytes:
    """Return the tree head of a frontier, from the smallest subtree up."""
    if not frontier:
        return _sha256(b"").digest()
    head = frontier[-1]
    for left in reversed(frontier[:-1]):
        head = node_hash(left, head)
    return head


def grow(frontier: list[bytes], size: int, hashes: Iterable[bytes], made: Callable[[int, int, bytes], None] | None = None) -> int:
    """Append leaf hashes to a tree of ``size`` in place; ``made`` hears of each complete subtree. Return the new size."""
    for node in hashes:
        level, index = 0, size
        while index & 1:
            node, level, index = node_hash(frontier.pop(), node), level + 1, index >> 1
            if made:
                made(level, index, node)
        frontier.append(node)
        size += 1
    return size


# --- proofs ---------------------------------------------------------------------------------------


def _range(start: int, end: int, node: Node) -> bytes:
    """Return the hash over the leaves from ``start`` up to ``end``, where ``start`` is a multiple of the tree's width."""
    return fold([node(level, index) for level, index in complete_subtrees(start, end)])


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return the path from leaf ``index`` to the head of the tree of ``size`` (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(first: int, second: int, node: Node) -> list[bytes]:
    """Return the proof that the tree of ``first`` is the beginning of that of ``second`` (RFC 9162 §2.1.4.1)."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {first} is not the beginning of one of {second}")
    path, start, end, whole = [], 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start, whole = middle, False
    if not whole:
        path.append(_range(start, end, node))
    return path[::-1]


def verify_inclusion(entry_hash: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes) -> bool:
    """Tell whether ``proof`` leads from the leaf hash at ``index`` to ``head`` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, node = index, size - 1, entry_hash
    for part in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(part, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and node == head


def verify_consistency(first: int, second: int, first_head: bytes, second_head: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether ``proof`` shows the first tree to be the beginning of the second (RFC 9162 §2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_head == second_head
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_head)
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for part in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(part, old), node_hash(part, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_head and new == second_head
