"""What was accepted before: the log as it stands, the policies, and what waits to be sequenced."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import cached_property

from cognify import canonical, merkle
from cognify.git import Part, Repository, changes
from cognify.inventory import Inventory, is_statement
from cognify.ledger.log import CHECKPOINT, LEAVES, STATEMENTS
from cognify.records import leaf as leaves
from cognify.records import policy as policies
from cognify.records import statement as statements
from cognify.records.checkpoint import parse_note
from cognify.records.policy import Policy
from cognify.records.settings import Settings

INVENTORY = ("policy/", "trust/", "statements/")
_MOST_PENDING = 2000


@dataclass(frozen=True)
class Remembered:
    """The accepted state, read but not judged again.

    `pending` names the folder of every record id that a statement which waits to be sequenced brings.
    """

    settings: Settings
    policies: dict[int, Policy]
    own: dict[str, str]
    lines: tuple[bytes, ...]
    log: Part
    last: str
    pending: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _hashes(self) -> list[bytes]:
        return [merkle.leaf_hash(line) for line in self.lines]

    @cached_property
    def _roots(self) -> dict[int, str]:
        return {}

    def root(self, size: int) -> str:
        """The root over the first *size* leaves, in base64."""
        if size not in self._roots:
            self._roots[size] = base64.b64encode(merkle.root(self._hashes[:size])).decode()
        return self._roots[size]

    @cached_property
    def digests(self) -> frozenset[bytes]:
        """The digest of every sequenced statement, as the leaves spell it."""
        return frozenset(line.partition(b'"sha256":"')[2][:64] for line in self.lines)


def remembered(repository: Repository, commit: str, log: str) -> Remembered | None:
    """What was accepted at *commit* and *log*, or None where that is not an everyday state."""
    part, kept = Part(repository, commit, INVENTORY), Part(repository, log)
    lines = tuple(kept.read(LEAVES).split(b"\n")[:-1])
    note = parse_note(kept.read(CHECKPOINT), where=CHECKPOINT).checkpoint(where=CHECKPOINT)
    if not lines or note.size != len(lines):
        return None  # a seal is under way
    last = seal_at(kept, lines[-1], len(lines))
    inventory = Inventory(part)
    known = {n: policies.parse(part.read(path), where=path) for n, path in inventory.policies().items()}
    if last is None or list(known) != list(range(1, len(known) + 1)):
        return None
    own = {canonical.sha256(part.read(p)): p for p in part.paths("statements/") if is_statement(p)}
    pending = _pending(repository, str(last.predicate["commit"]), commit)
    if pending is None:
        return None
    return Remembered(inventory.settings, known, own, lines, kept, str(last.predicate["commit"]), pending)


def seal_at(log: Part, line: bytes, size: int) -> statements.Statement | None:
    """The seal or heartbeat that the leaf *line*, one of *size*, stands for; None if it is neither."""
    leaf = leaves.parse(line, where=f"{LEAVES}:{size}")
    path = f"{STATEMENTS}{leaf.kind}.{leaf.sha256[:8]}.json"
    if leaf.kind not in statements.CLAIM_KINDS or not log.exists(path):
        return None
    raw = log.read(path)
    return statements.parse(raw, where=path) if canonical.sha256(raw) == leaf.sha256 else None


def _pending(repository: Repository, sealed: str, commit: str) -> dict[str, str] | None:
    """Record id to folder of what was merged since *sealed*; None where more than sign-offs was."""
    found: dict[str, str] = {}
    for count, change in enumerate(changes(repository, sealed, commit)):
        if not is_statement(change.path) and not change.path.startswith(INVENTORY):
            continue
        if count > _MOST_PENDING or change.before or not change.after or change.path.startswith(INVENTORY):
            return None
        stated = statements.parse(repository.blob(change.after.oid), where=change.path)
        found[stated.record] = change.path.rpartition("statements/")[0]
    return found
