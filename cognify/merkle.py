"""RFC 6962 Merkle trees: hashes, proofs, and their verification. Pure.

Proof verification follows RFC 9162 sections 2.1.3.2 and 2.1.4.2, which state the algorithms
that RFC 6962 only implies.
Roots and proofs are computed from leaf *hashes*, so a caller can hold 32 bytes per entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one log entry (RFC 6962 section 2.1: prefix 0x00)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an interior node (RFC 6962 section 2.1: prefix 0x01)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in one pass and O(log n) memory."""
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        _push(stack, leaf)
    return _folded(stack)


class Tree:
    """A tree that tells its root at any size it ever had, for one hash per leaf and a few per question."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)  # what has no neighbour yet stays below
            self._levels.append([node_hash(left, right) for left, right in pairs])

    def root(self, size: int) -> bytes:
        """The root over the first *size* leaves.

        Raises:
            IndexError: there are not so many.
        """
        if not 0 <= size <= len(self._levels[0]):
            raise IndexError(size)
        # The complete subtrees, one for each bit of *size*, largest first.
        whole = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
        return _folded([(level, self._levels[level][(size >> level) - 1]) for level in whole])


def _push(stack: list[tuple[int, bytes]], leaf: bytes) -> None:
    """Add *leaf* to the complete subtrees (level and root) in *stack*, largest first."""
    level, digest = 0, leaf
    while stack and stack[-1][0] == level:
        digest = node_hash(stack.pop()[1], digest)
        level += 1
    stack.append((level, digest))


def _folded(stack: Sequence[tuple[int, bytes]]) -> bytes:
    if not stack:
        return EMPTY_ROOT
    digest = stack[-1][1]
    for _, left in reversed(stack[:-1]):
        digest = node_hash(left, digest)
    return digest


def _split(size: int) -> int:
    """The largest power of two smaller than *size*."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The audit path for leaf *index* (RFC 6962 section 2.1.1).

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*inclusion_proof(leaves[:split], index), root(leaves[split:]))
    return (*inclusion_proof(leaves[split:], index - split), root(leaves[:split]))


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> bool:
    """Whether *proof* shows that *leaf* is entry *index* of the tree of *size* (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            digest = node_hash(sibling, digest)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and digest == expected_root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """The proof that the tree of *old_size* is a prefix of this one (RFC 6962 section 2.1.2).

    Raises:
        IndexError: the old tree is empty or larger than this one.
    """
    if not 0 < old_size <= len(leaves):
        raise IndexError(old_size)
    return _subproof(leaves, old_size, complete=True)


def _subproof(leaves: Sequence[bytes], old_size: int, *, complete: bool) -> tuple[bytes, ...]:
    if old_size == len(leaves):
        return () if complete else (root(leaves),)
    split = _split(len(leaves))
    if old_size <= split:
        below = _subproof(leaves[:split], old_size, complete=complete)
        return (*below, root(leaves[split:]))
    below = _subproof(leaves[split:], old_size - split, complete=False)
    return (*below, root(leaves[:split]))


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether *proof* shows that the new tree only appended to the old one (RFC 9162 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_digest = new_digest = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_digest = node_hash(sibling, old_digest)
            new_digest = node_hash(sibling, new_digest)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_digest = node_hash(new_digest, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_digest == old_root and new_digest == new_root
