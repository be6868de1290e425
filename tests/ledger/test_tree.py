"""The tree by RFC 6962 / RFC 9162: published vectors, and every proof of every small tree against the text of the RFC."""

import hashlib

import pytest

from audit.ledger import merkle

#: the inputs and roots published with Certificate Transparency's reference implementation
INPUTS = [
    bytes.fromhex(text) for text in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
#: leaf, size -> path
PATHS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
#: two sizes -> proof
CONSISTENT = {
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
HASHES = merkle.leaf_hashes(INPUTS)


def mth(entries):
    """MTH as RFC 9162 §2.1.1 writes it."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1 << (len(entries) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def nodes(hashes):
    return lambda level, index: merkle.root(hashes[index << level : (index + 1) << level])


def test_the_empty_tree_and_each_published_root():
    assert merkle.root([]).hex() == merkle.fold([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [merkle.root(HASHES[:n]).hex() for n in range(1, 9)] == ROOTS


def test_a_tree_grown_leaf_by_leaf_has_the_same_roots():
    frontier, size, roots = [], 0, []
    for leaf in HASHES:
        size = merkle.grow(frontier, size, [leaf])
        roots.append(merkle.fold(frontier).hex())
    assert (size, roots) == (8, ROOTS)


def test_the_published_paths_and_proofs():
    for (index, size), path in PATHS.items():
        assert [p.hex() for p in merkle.inclusion_proof(index, size, nodes(HASHES))] == path
    for (first, second), proof in CONSISTENT.items():
        assert [p.hex() for p in merkle.consistency_proof(first, second, nodes(HASHES))] == proof


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 31, 64, 67])
def test_every_proof_of_a_tree_holds_and_no_other(size):
    entries = [n.to_bytes(4) for n in range(size)]
    hashes = merkle.leaf_hashes(entries)
    head, node = mth(entries), nodes(hashes)
    assert merkle.root(hashes) == head
    for index in range(size):
        path = merkle.inclusion_proof(index, size, node)
        assert merkle.verify_inclusion(hashes[index], index, size, path, head)
        assert not merkle.verify_inclusion(hashes[index - 1], index, size, path, head) or size == 1
        assert not merkle.verify_inclusion(hashes[index], index, size, [*path, bytes(32)], head)
        assert not merkle.verify_inclusion(hashes[index], (index + 1) % size, size, path, head) or size == 1
        if path:
            assert not merkle.verify_inclusion(hashes[index], index, size, path[:-1], head)
    for first in range(1, size + 1):
        proof, old = merkle.consistency_proof(first, size, node), mth(entries[:first])
        assert merkle.verify_consistency(first, size, old, head, proof)
        assert not merkle.verify_consistency(first, size, bytes(32), head, proof)
        assert not merkle.verify_consistency(first, size, old, bytes(32), proof)
        if proof:
            assert not merkle.verify_consistency(first, size, old, head, proof[1:])


def test_what_makes_no_sense_is_refused():
    node = nodes(HASHES)
    for index, size in [(-1, 8), (8, 8), (0, 0)]:
        assert not merkle.verify_inclusion(HASHES[0], index, size, [], HASHES[0])
        with pytest.raises(ValueError, match="no leaf"):
            merkle.inclusion_proof(index, size, node)
    for first, second in [(0, 8), (9, 8)]:
        assert not merkle.verify_consistency(first, second, b"", b"", [])
        with pytest.raises(ValueError, match="not the beginning"):
            merkle.consistency_proof(first, second, node)
