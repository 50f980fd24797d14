"""RFC 6962 trees, against the published vectors and against the RFC's own recursive definition."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from cognify import merkle

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/foreign/rfc6962/vectors.json").read_text())
LEAVES = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]


def defined(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + defined(entries[:k]) + defined(entries[k:])).digest()


def hexed(proof: tuple[bytes, ...]) -> list[str]:
    return [node.hex() for node in proof]


def test_the_eight_published_roots() -> None:
    """Every root of the shared vectors, and the empty one."""
    assert [merkle.root(LEAVES[: size + 1]) for size in range(8)] == ROOTS
    assert merkle.root([]).hex() == VECTORS["empty_root"]


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=lambda c: f"{c['index']} in {c['size']}")
def test_published_audit_paths(case: dict[str, object]) -> None:
    """We write the published path, and accept it."""
    index, size, proof = case["index"], case["size"], case["proof"]
    assert hexed(merkle.inclusion_proof(LEAVES[:size], index)) == proof  # type: ignore[misc, arg-type]
    raw = [bytes.fromhex(node) for node in proof]  # type: ignore[attr-defined]
    assert merkle.verify_inclusion(LEAVES[index], index, size, raw, ROOTS[size - 1])  # type: ignore[index, arg-type, operator]


@pytest.mark.parametrize("case", VECTORS["consistency"], ids=lambda c: f"{c['old']} to {c['new']}")
def test_published_consistency_proofs(case: dict[str, object]) -> None:
    """We write the published proof, and accept it."""
    old, new, proof = case["old"], case["new"], case["proof"]
    assert hexed(merkle.consistency_proof(LEAVES[:new], old)) == proof  # type: ignore[misc, arg-type]
    raw = [bytes.fromhex(node) for node in proof]  # type: ignore[attr-defined]
    assert merkle.verify_consistency(old, new, ROOTS[old - 1], ROOTS[new - 1], raw)  # type: ignore[arg-type, operator]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 63, 64, 65])
def test_the_one_pass_root_is_the_defined_one(size: int) -> None:
    """The root in one pass and logarithmic memory is the recursive definition's."""
    entries = [f"Größe {n}".encode() for n in range(size)]
    assert merkle.root(map(merkle.leaf_hash, entries)) == defined(entries)


def test_there_is_no_proof_for_what_is_not_there() -> None:
    """An index or an old size outside the tree has no proof."""
    for index in (-1, 8):
        with pytest.raises(IndexError):
            merkle.inclusion_proof(LEAVES, index)
    for old in (0, 9, -1):
        with pytest.raises(IndexError):
            merkle.consistency_proof(LEAVES, old)


def test_a_tree_has_no_root_at_a_size_it_never_had() -> None:
    """Neither before nothing nor beyond its last leaf."""
    for size in (-1, 4):
        with pytest.raises(IndexError):
            merkle.Tree([merkle.leaf_hash(b"x")] * 3).root(size)


def test_impossible_claims_are_not_accepted() -> None:
    """Nothing is included in, and nothing extends, an empty tree; no old tree is larger."""
    assert not merkle.verify_inclusion(LEAVES[0], 0, 0, [], merkle.EMPTY_ROOT)
    assert not merkle.verify_inclusion(LEAVES[0], -1, 8, [], ROOTS[7])
    assert not merkle.verify_consistency(0, 8, merkle.EMPTY_ROOT, ROOTS[7], [])
    assert not merkle.verify_consistency(8, 7, ROOTS[7], ROOTS[6], [])
    assert not merkle.verify_consistency(3, 5, ROOTS[2], ROOTS[4], [])
    assert not merkle.verify_consistency(8, 8, ROOTS[7], ROOTS[6], [])


def test_a_proof_that_is_too_long_is_not_accepted() -> None:
    """What follows the end of a valid proof spoils it."""
    path = [*merkle.inclusion_proof(LEAVES, 2), ROOTS[0]]
    assert not merkle.verify_inclusion(LEAVES[2], 2, 8, path, ROOTS[7])
    proof = [*merkle.consistency_proof(LEAVES, 6), ROOTS[0]]
    assert not merkle.verify_consistency(6, 8, ROOTS[5], ROOTS[7], proof)


def test_a_node_is_never_taken_for_a_leaf() -> None:
    """The prefixes keep the hash of two nodes from being shown as an entry (second preimage)."""
    entry = LEAVES[0] + LEAVES[1]
    assert merkle.leaf_hash(entry) != merkle.node_hash(LEAVES[0], LEAVES[1])
    assert not merkle.verify_inclusion(merkle.leaf_hash(entry), 0, 1, [], ROOTS[1])
