"""The order of the leaves and the tree over it, as it is stored. Append-only, all three.

Place      index 0, 1, 2 … without a gap: which leaf stands there, and its entry
Subtree    the hash over 256, 65,536 … complete leaves: so that a proof reads hundreds of rows, not millions
Head       the root after each sealing, with the frontier from which the next one grows
"""

from collections.abc import Sequence

from django.db import models

from . import merkle
from .leaves import Leaf, Sealed

#: subtrees are stored at every eighth level
STRIDE = 8


class Place(Sealed):
    """The place of one leaf in the total order. ``entry`` is the digest of its body: all that an outsider sees."""

    index = models.BigIntegerField(primary_key=True)
    leaf = models.OneToOneField(Leaf, models.PROTECT, related_name="place")
    entry = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(index__gte=0), name="the_order_begins_at_nought")]

    def __str__(self) -> str:
        return f"place {self.index}"


class Subtree(Sealed):
    """The hash of a complete subtree of 2 ** ``level`` leaves."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_hash_for_each_subtree")]

    def __str__(self) -> str:
        return f"subtree {self.level}/{self.index}"


class Head(Sealed):
    """The root of the tree after one sealing."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.size}:{bytes(self.root).hex()}"

    @classmethod
    def newest(cls) -> "Head | None":
        """Return the head of the whole tree; None before anything was sealed."""
        return cls.objects.order_by("-size").first()

    @property
    def subtrees(self) -> list[bytes]:
        """Return the hashes of the frontier, from the largest subtree to the smallest."""
        frontier = bytes(self.frontier)
        return [frontier[i : i + 32] for i in range(0, len(frontier), 32)]


def node(level: int, index: int) -> bytes:
    """Return the hash of one complete subtree from what is stored."""
    stored = level - level % STRIDE
    width = 1 << level - stored
    first = index * width
    if stored:
        rows = Subtree.objects.filter(level=stored, index__gte=first, index__lt=first + width).order_by("index")
        hashes = [bytes(h) for h in rows.values_list("hash", flat=True)]
    else:
        rows = Place.objects.filter(index__gte=first, index__lt=first + width).order_by("index")
        hashes = merkle.leaf_hashes(bytes(e) for e in rows.values_list("entry", flat=True))
    if len(hashes) != width:
        raise LookupError(f"the subtree {level}/{index} is not complete: {len(hashes)} of {width} nodes are there")
    return merkle.root(hashes)


def root_of(size: int) -> bytes:
    """Return the root of the tree over the first ``size`` places."""
    return merkle.fold([node(*tile) for tile in merkle.complete_subtrees(0, size)])


def prove_inclusion(index: int, size: int) -> list[bytes]:
    """Return the proof that the leaf at ``index`` is in the tree of ``size``."""
    return merkle.inclusion_proof(index, size, node)


def prove_consistency(first: int, second: int) -> list[bytes]:
    """Return the proof that the tree of ``second`` only added to that of ``first``."""
    return merkle.consistency_proof(first, second, node)


def prove_row(leaf_rows: Sequence[bytes], position: int) -> list[bytes]:
    """Return the proof of one row of a bulk act within the root in its leaf; ``leaf_rows`` are its rows' digests."""
    hashes = merkle.leaf_hashes(leaf_rows)

    def within(level: int, index: int) -> bytes:
        return merkle.root(hashes[index << level : index + 1 << level])

    return merkle.inclusion_proof(position, len(hashes), within)
