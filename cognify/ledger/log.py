"""The log as data: leaves in a hash chain, all of them under one RFC 6962 root. Never rewrites."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cognify import canonical, merkle
from cognify.errors import LedgerInconsistent
from cognify.records import leaf as leaves
from cognify.records.checkpoint import Checkpoint
from cognify.records.leaf import GENESIS_PREV, Leaf

LEAVES = "log/leaves"
CHECKPOINT = "log/checkpoint"
STATEMENTS = "log/statements/"
_KEPT = re.compile(
    r"log/(checkpoints/[1-9][0-9]{0,14}\.(note|[a-z0-9][a-z0-9-]{0,63}\.tsr)|statements/[a-z][a-z0-9._-]{0,120}\.json)\Z"
)


def checkpoint_path(size: int) -> str:
    """Where the checkpoint of *size* is kept for ever."""
    return f"log/checkpoints/{size}.note"


def token_path(size: int, authority: str) -> str:
    """Where the timestamp token of *authority* over the checkpoint of *size* is kept."""
    return f"log/checkpoints/{size}.{authority}.tsr"


def is_log_path(path: str) -> bool:
    """Whether the layout of the log branch knows *path*."""
    return path in (LEAVES, CHECKPOINT) or _KEPT.match(path) is not None


@dataclass(frozen=True)
class Log:
    """A chain of leaves that was checked link by link."""

    leaves: tuple[Leaf, ...]

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self.leaves)

    @cached_property
    def hashes(self) -> tuple[bytes, ...]:
        """The RFC 6962 leaf hashes."""
        return tuple(merkle.leaf_hash(leaf.line()) for leaf in self.leaves)

    @cached_property
    def _tree(self) -> merkle.Tree:
        return merkle.Tree(self.hashes)

    @cached_property
    def _roots(self) -> dict[int, bytes]:
        """The roots that were asked for: many statements embed the same few."""
        return {}

    @property
    def head(self) -> str:
        """The digest of the last line: what the next leaf's `prev` will be."""
        return canonical.sha256(self.leaves[-1].line()) if self.leaves else GENESIS_PREV

    def root(self, size: int | None = None) -> bytes:
        """The root over the first *size* leaves (all of them by default)."""
        asked = self.size if size is None else min(size, self.size)
        if asked not in self._roots:
            self._roots[asked] = self._tree.root(asked)
        return self._roots[asked]

    def first(self, size: int) -> Log:
        """The log as it was at *size*."""
        return self if size >= self.size else Log(self.leaves[:size])

    def extend(self, entries: Iterable[tuple[str, str, bytes]]) -> Log:
        """The log with a leaf for each (kind, record id, statement bytes) appended."""
        grown, head = list(self.leaves), self.head
        for kind, record, raw in entries:
            leaf = Leaf(kind, head, record, len(grown), canonical.sha256(raw), len(raw))
            head = canonical.sha256(leaf.line())
            grown.append(leaf)
        return Log(tuple(grown))

    def render(self) -> bytes:
        """The bytes of `log/leaves`."""
        return b"".join(leaf.line() + b"\n" for leaf in self.leaves)

    def checkpoint(self, origin: str) -> Checkpoint:
        """The checkpoint over all leaves."""
        return Checkpoint(origin, self.size, self.root())


def parse(raw: bytes, *, where: str = LEAVES) -> Log:
    """The log in *raw*, every link of the chain checked.

    Raises:
        LedgerInconsistent: `leaf-malformed`, `chain-broken` at the first bad link, or
            `duplicate-leaf` when one statement has two leaves.
    """
    if raw and not raw.endswith(b"\n"):
        raise _broken("leaf-malformed", "the last line has no newline", where)
    chain: list[Leaf] = []
    prev = GENESIS_PREV
    seen: set[str] = set()
    for number, line in enumerate(raw.split(b"\n")[:-1]):
        place = f"{where}:{number + 1}"
        leaf = leaves.parse(line, where=place)
        if leaf.seq != number or leaf.prev != prev:
            raise _broken("chain-broken", f"the chain breaks at seq {number}", place)
        if leaf.sha256 in seen:
            raise _broken("duplicate-leaf", f"the statement {leaf.sha256[:8]} has two leaves", place)
        seen.add(leaf.sha256)
        chain.append(leaf)
        prev = canonical.sha256(line)
    return Log(tuple(chain))


def _broken(id: str, what: str, where: str) -> LedgerInconsistent:
    fix = "take the log branch from another clone or a package, and find out who changed it"
    return LedgerInconsistent(what, where=where, fix=fix, id=id)
