"""The laws of RFC 6962 proofs: each holds, and no changed one does."""

from __future__ import annotations

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from cognify import merkle

SIZES = st.integers(1, 200)


def tree(size: int) -> list[bytes]:
    return [merkle.leaf_hash(f"Größe {n}".encode()) for n in range(size)]


def flipped(node: bytes, bit: int) -> bytes:
    return bytes([node[0] ^ 1 << bit % 8]) + node[1:]


@settings(max_examples=150, deadline=None)
@given(SIZES, st.data())
def test_every_leaf_is_proven_to_be_where_it_is_and_nowhere_else(size: int, data: st.DataObject) -> None:
    """A proof holds for its leaf, its index and its size; for any other of the three it does not."""
    leaves = tree(size)
    root, index = merkle.root(leaves), data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(leaves, index)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
    assert not merkle.verify_inclusion(hashlib.sha256(b"x").digest(), index, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not merkle.verify_inclusion(leaves[index], other, size, proof, root)
    if proof:
        at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 7))
        changed = [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
        assert not merkle.verify_inclusion(leaves[index], index, size, changed, root)
        assert not merkle.verify_inclusion(leaves[index], index, size, proof[:-1], root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, root], root)


@settings(max_examples=150, deadline=None)
@given(SIZES, st.data())
def test_every_growth_is_proven_and_no_rewriting_is(size: int, data: st.DataObject) -> None:
    """A proof holds between two states of one log, and fails when anything in the old one was another."""
    leaves, old = tree(size), data.draw(st.integers(1, size))
    proof = merkle.consistency_proof(leaves, old)
    before, after = merkle.root(leaves[:old]), merkle.root(leaves)
    assert merkle.verify_consistency(old, size, before, after, proof)
    at = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves[:at], merkle.leaf_hash(b"forged"), *leaves[at + 1 :]]
    assert not merkle.verify_consistency(old, size, merkle.root(rewritten[:old]), after, proof)
    assert not merkle.verify_consistency(old, size, before, merkle.root(rewritten), proof)
    forged = merkle.consistency_proof(rewritten, old)
    assert not merkle.verify_consistency(old, size, before, merkle.root(rewritten), forged)
    if proof:
        place, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 7))
        changed = [*proof[:place], flipped(proof[place], bit), *proof[place + 1 :]]
        assert not merkle.verify_consistency(old, size, before, after, changed)


@settings(max_examples=30, deadline=None)
@given(SIZES)
def test_a_tree_knows_its_root_at_every_size(size: int) -> None:
    """What `Tree` gives at a size is what `root` gives over as many leaves."""
    leaves = tree(size)
    grown = merkle.Tree(leaves)
    assert [grown.root(n) for n in range(size + 1)] == [merkle.root(leaves[:n]) for n in range(size + 1)]
