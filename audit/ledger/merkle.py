"""Merkle tree hashing by RFC 9162 §2.1: 0x00 before a leaf, 0x01 before a node."""

import hashlib
from collections.abc import Sequence


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the tree head over ``hashes`` (already leaf hashes); of an empty list, the hash of nothing."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    # Level by level: an odd one at the end rises unchanged, which gives the same tree as RFC 9162's
    # split at the largest power of two.
    level = list(hashes)
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]
