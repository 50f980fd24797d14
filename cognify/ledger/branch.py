"""The log branch: read it from commits, grow it by commits. Fast-forward only.

Leaves are pushed before the checkpoint over them is signed, so a lost race can never leave two
signed heads of one size (C2SP tlog-checkpoint: a log must not sign inconsistent checkpoints).
A run that was killed in between leaves leaves without a checkpoint; the next run signs for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cognify.errors import LedgerInconsistent
from cognify.git import Author, Repository, Snapshot, Workshop
from cognify.inventory import LOG_BRANCH, Files
from cognify.ledger.log import (
    CHECKPOINT,
    LEAVES,
    STATEMENTS,
    Log,
    checkpoint_path,
    is_log_path,
    parse,
)
from cognify.records.checkpoint import SignedNote, parse_note

SEQUENCER = Author("Cognify sequencer", "sequencer@cognify.dev")


@dataclass(frozen=True, slots=True)
class Stored:
    """The log as it is stored: all leaves, the newest note (None before the first), and the files."""

    log: Log
    note: SignedNote | None
    files: Files | None
    commit: str | None = None

    def statements(self) -> Mapping[str, bytes]:
        """What automation stated: path to bytes."""
        if self.files is None:
            return {}
        paths = (p for p in self.files.paths(STATEMENTS) if p.endswith(".json"))
        return {path: self.files.read(path) for path in paths}

    def sizes(self) -> tuple[int, ...]:
        """The sizes for which a checkpoint is kept, ascending."""
        if self.files is None:
            return ()
        kept = (p for p in self.files.paths("log/checkpoints/") if is_log_path(p) and p.endswith(".note"))
        return tuple(sorted(int(path.rpartition("/")[2].removesuffix(".note")) for path in kept))

    def tokens(self, size: int | None = None) -> tuple[tuple[int, str, str], ...]:
        """The timestamp tokens (size of the checkpoint, authority, path), smallest size first.

        Of the checkpoint of *size* only, if it is given.
        """
        if self.files is None:
            return ()
        found = []
        for path in self.files.paths("log/checkpoints/"):
            number, _, authority = path.rpartition("/")[2].removesuffix(".tsr").partition(".")
            if is_log_path(path) and path.endswith(".tsr") and size in (None, int(number)):
                found.append((int(number), authority, path))
        return tuple(sorted(found))

    def foreign(self) -> tuple[str, ...]:
        """The files among the log's that its layout does not know."""
        return () if self.files is None else tuple(
            path for path in self.files.paths("log/") if not is_log_path(path)
        )  # fmt: skip


def read(files: Files, commit: str | None = None) -> Stored:
    """The log in *files* (the log branch's tree, or a package's).

    Raises:
        LedgerInconsistent: the chain is broken.
        MalformedRecord: the note cannot be read.
    """
    log = parse(files.read(LEAVES)) if files.exists(LEAVES) else Log(())
    note = parse_note(files.read(CHECKPOINT), where=CHECKPOINT) if files.exists(CHECKPOINT) else None
    return Stored(log, note, files, commit)


def tip(repository: Repository) -> Snapshot | None:
    """The newest tree of the log branch here, local or `origin`'s; None where there is no log.

    Raises:
        LedgerInconsistent: `log-diverged`, the local branch and `origin`'s contradict each other.
    """
    local = repository.resolve(f"refs/heads/{LOG_BRANCH}")
    remote = repository.resolve(f"refs/remotes/origin/{LOG_BRANCH}")
    if local and remote and not _related(repository, local, remote):
        raise LedgerInconsistent(
            "the log branch here and at origin have parted: one of them was rewritten",
            where=LOG_BRANCH,
            fix="keep both, compare their checkpoints, and ask who holds the log key",
            id="log-diverged",
        )
    commit = repository.branch(LOG_BRANCH)
    return repository.snapshot(commit) if commit else None


def _related(repository: Repository, one: str, other: str) -> bool:
    """Whether one of two commits continues the other."""
    return repository.descends(one, other) or repository.descends(other, one)


class Writer:
    """Grows the log branch of one repository, locally and at `origin` if there is one."""

    def __init__(self, workshop: Workshop, *, remote: bool, at: datetime) -> None:
        self._workshop, self._remote, self._at = workshop, remote, at

    def append(self, stored: Stored, grown: Log, statements: Mapping[str, bytes]) -> str:
        """Write the leaves of *grown* and what automation stated; returns the new commit."""
        if grown.leaves[: stored.log.size] != stored.log.leaves:
            raise ValueError("a log only ever grows")
        added = grown.size - stored.log.size
        files = {LEAVES: grown.render(), **statements}
        return self._commit(files, f"log: {added} leaves, {grown.size} in all\n", stored.commit)

    def checkpoint(self, note: SignedNote, size: int, parent: str) -> str:
        """Write the signed checkpoint of *size*; returns the new commit."""
        raw = note.render()
        files = {CHECKPOINT: raw, checkpoint_path(size): raw}
        return self._commit(files, f"log: checkpoint {size}\n", parent)

    def attest(self, note: SignedNote, size: int, tokens: Mapping[str, bytes], parent: str) -> str:
        """Write what outsiders said of the checkpoint of *size*: lines of the note, and tokens."""
        raw = note.render()
        files = {CHECKPOINT: raw, checkpoint_path(size): raw, **tokens}
        return self._commit(files, f"log: checkpoint {size} attested\n", parent)

    def _commit(self, files: Mapping[str, bytes], message: str, parent: str | None) -> str:
        commit = self._workshop.commit_files(files, message, parent=parent, author=SEQUENCER, at=self._at)
        # The remote first: it alone decides a race. The local branch follows what was accepted.
        if self._remote:
            self._workshop.push(commit, LOG_BRANCH)
        self._workshop.move(LOG_BRANCH, commit)
        return commit
