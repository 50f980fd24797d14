"""The inventory as it was at a time: which run of the sequencer was the newest then, and what that rests on.

Nothing here is believed for being found: the state that a run left is verified by the nine steps like
any other, as of that time. What is judged is that state alone, and none of what was stated since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cognify import canonical, ledger
from cognify.errors import CognifyError, ConfigurationError, LedgerInconsistent, SurroundingsError
from cognify.git import Repository
from cognify.inventory import LOG_BRANCH
from cognify.ledger import Log
from cognify.ledger.log import LEAVES
from cognify.records import statement as statements
from cognify.records.statement import CLAIM_KINDS, Statement
from cognify.verification import times
from cognify.verification.examination import Source
from cognify.verification.procedure import open_repository
from cognify.verification.result import Verification

_COMPARE = "compare with another clone, a package or an older receipt, and ask who holds the log key"


@dataclass(frozen=True, slots=True)
class Then:
    """The run that an inventory is shown as of: the newest stated no later than `asked`.

    `size` is that of the log with it, and `stated_at` what the sequencer's own clock said.
    """

    asked: datetime
    kind: str
    size: int
    stated_at: datetime

    def sentences(self, result: Verification) -> tuple[str, ...]:
        """What is shown, and what the time rests on, given what *result* found in that state."""
        shown = (
            f"As of {times.rfc3339(self.asked)}: the log with {self.size} leaves, by the {self.kind} "
            f"that the sequencer states it made at {times.rfc3339(self.stated_at)}."
        )
        by = result.log.checkpoint_time
        if by is None or datetime.fromisoformat(by) > self.asked:
            return shown, "The time rests on the sequencer's own clock alone: no trusted time bears it out."
        return shown, (
            f"That this state existed by {by} rests on a trusted time; that nothing newer was sealed by "
            "the time asked for rests on the sequencer's own clock."
        )


def open_as_of(repository: Repository, at: datetime) -> tuple[Source, Then]:
    """What there is to verify of *repository* as it was at *at*, and which run that state is of.

    The branch is shown as that run saw it: what was merged after it and before *at* is left out.

    Raises:
        ConfigurationError: `as-of-before-log`, nothing was sealed yet.
        LedgerInconsistent: `first-parent-break`, what that run sealed is not the branch's past any more.
        SurroundingsError: `as-of-missing`, the log's history does not hold that state; whatever
            `open_repository` raises.
    """
    newest = open_repository(repository)
    if newest.log_files is None or newest.log_commit is None or newest.commit is None:
        raise SurroundingsError(
            "the log branch is not here", where=LOG_BRANCH,
            fix="fetch it: `git fetch origin cognify-log:cognify-log`", id="log-missing",
        )  # fmt: skip
    stored = ledger.read(newest.log_files, newest.log_commit)
    runs = tuple(_runs(stored.log, stored.statements()))
    before = [run for run in runs if run[2] <= at]
    if not before:
        raise _too_early(at, runs)
    # Times rise from run to run where nobody cheats; where they do not, verification says so.
    seq, run, stated_at = before[-1]
    commit = str(run.predicate["commit"])
    if commit not in repository.first_parents(newest.commit):
        raise LedgerInconsistent(
            f"the {run.kind} of {times.rfc3339(stated_at)} was made at commit {commit[:12]}, which is not "
            "on the branch's first-parent line", where=LOG_BRANCH, fix=_COMPARE, id="first-parent-break",
        )  # fmt: skip
    log_commit = _log_commit(repository, newest.log_commit, stored.log.first(seq + 1))
    source = replace(
        newest, files=repository.snapshot(commit), log_files=repository.snapshot(log_commit), commit=commit,
        log_commit=log_commit, past=True,
    )  # fmt: skip
    return source, Then(at, run.kind, seq + 1, stated_at)


def _runs(log: Log, stated: Mapping[str, bytes]) -> Iterator[tuple[int, Statement, datetime]]:
    """Each run of the sequencer that can be read, in log order: leaf, statement, and its time."""
    by_digest = {canonical.sha256(raw): (path, raw) for path, raw in stated.items()}
    for leaf in log.leaves:
        if leaf.kind in CLAIM_KINDS and leaf.sha256 in by_digest:
            path, raw = by_digest[leaf.sha256]
            try:
                run = statements.parse(raw, where=path)
            except CognifyError:
                continue  # verification says what is wrong with it
            yield leaf.seq, run, datetime.fromisoformat(str(run.predicate["stated_at"])).astimezone(UTC)


def _log_commit(repository: Repository, tip: str, log: Log) -> str:
    """The newest commit of the log branch that holds exactly *log*: with all that was attested of it."""
    wanted = log.render()
    for commit in repository.first_parents(tip):
        oid = repository.entry(commit, LEAVES) if repository.size(commit, LEAVES) == len(wanted) else None
        if oid is not None and repository.blob(oid) == wanted:
            return commit
    raise SurroundingsError(
        f"the log branch's own history does not hold its state of {log.size} leaves", where=LOG_BRANCH,
        fix="fetch the whole log branch; where it was replaced, ask who did, and take it from another clone",
        id="as-of-missing",
    )  # fmt: skip


def _too_early(at: datetime, runs: tuple[tuple[int, Statement, datetime], ...]) -> ConfigurationError:
    first = f"the sequencer's first run states {times.rfc3339(runs[0][2])}" if runs else "no run is there"
    return ConfigurationError(
        f"nothing was sealed yet at {times.rfc3339(at)}: {first}", where=LOG_BRANCH,
        fix="ask for a later time", id="as-of-before-log",
    )  # fmt: skip
