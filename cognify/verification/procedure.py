"""The numbered procedure. Each step may only add findings; nothing here weakens another step.

1 object access · 2 log · 3 freshness · 4 genesis, trust files, policy · 5 completeness both ways ·
6 sealed bytes · 7 statements · 8 evidence and replay · 9 state, recomputed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from cognify.errors import MalformedRecord, SurroundingsError, VerificationError
from cognify.git import Repository
from cognify.inventory import Inventory, NoFiles
from cognify.ledger import tip
from cognify.records import settings
from cognify.records.finding import Severity
from cognify.records.settings import Settings
from cognify.verification import account, times
from cognify.verification.bringing import History
from cognify.verification.completeness import step_5_completeness, step_6_sealed_bytes
from cognify.verification.evidence import step_8_evidence, step_9_state
from cognify.verification.examination import Examination, Source, log_files
from cognify.verification.freshness import step_3_freshness
from cognify.verification.log import step_2_log, summary_root
from cognify.verification.objects import step_1_objects
from cognify.verification.receipt import Receipt
from cognify.verification.result import LogSummary, Step, Verification, maker
from cognify.verification.statements import judge_sequenced, step_7_statements
from cognify.verification.trust import step_4_trust

STEPS: tuple[tuple[str, Callable[[Examination], None]], ...] = (
    ("objects can be read, history is whole, names and modes are plain", step_1_objects),
    ("log chain, root and checkpoint signature hold; the log has not shrunk", step_2_log),
    ("freshness, where it is configured", step_3_freshness),
    ("genesis, trust files and policy", step_4_trust),
    ("every leaf has its statement, every sequenced statement its leaf", step_5_completeness),
    ("sealed bytes, names and modes are unchanged", step_6_sealed_bytes),
    ("statements: signature, identity, role, independence, quorum", step_7_statements),
    ("evidence digests, and every citation replayed", step_8_evidence),
    ("state recomputed, and held against the seals", step_9_state),
)


_NEED_THE_LOG = (step_3_freshness, step_5_completeness, step_7_statements, step_9_state)
"""Where the log does not hold, these have nothing to judge by (docs/decisions/0005)."""


def open_repository(repository: Repository) -> Source:
    """What there is to verify in *repository*: the protected branch and the log branch.

    The branch is the one that `cognify.yaml` at HEAD names; its local tip, or `origin`'s where
    that is ahead.

    Raises:
        SurroundingsError: `branch-missing`, or an object cannot be read.
        LedgerInconsistent: `log-diverged`.
    """
    head = repository.resolve("HEAD")
    if head is None:
        raise _no_branch("the repository has no commit yet")
    described = Inventory(repository.snapshot(head))
    if not described.files.exists(settings.NAME):
        raise _no_branch("HEAD holds no cognify.yaml")
    commit = repository.branch(_settings(described).branch) or head
    log = tip(repository)
    return Source(repository.snapshot(commit), log, repository, commit, log.commit if log else None)


def _settings(inventory: Inventory) -> Settings:
    """`cognify.yaml`; what cannot be read there is a fault of the record, not of the call."""
    try:
        return inventory.settings
    except MalformedRecord as error:
        raise VerificationError(error.what, where=error.where, fix=error.fix, id=error.fault) from None


def _no_branch(what: str) -> SurroundingsError:
    fix = "run the command in an inventory, or make one: `cognify init DIR --name NAME`"
    return SurroundingsError(what, where=".git", fix=fix, id="branch-missing")


def verify(
    source: Source,
    *,
    at: datetime,
    genesis: str | None = None,
    receipt: Receipt | None = None,
    new_receipt: bool = False,
) -> Verification:
    """Run the nine steps over *source* and say what holds, what does not, and what is not proven.

    *genesis* and *receipt* can only add failures; *new_receipt* says that one is begun now. *at* is
    the reader's clock; it decides nothing that was decided when the log sealed, and can only make
    the log too old.

    Raises:
        SurroundingsError: an object cannot be read.
        VerificationError: `cognify.yaml` cannot be read, so there is nothing to hold on to.
    """
    x = Examination(source, at, genesis, receipt, new_receipt)
    _settings(x.inventory)
    return _verification(x, tuple(_steps(x)))


def _steps(x: Examination) -> Iterator[Step]:
    for number, (title, step) in enumerate(STEPS, 1):
        before = len(x.findings)
        step(x)
        passed = all(f.severity is Severity.NOTE for f in x.findings[before:])
        judged = not passed or not x.log_broken or step not in _NEED_THE_LOG
        yield Step(number, title, passed if judged else None)


def prepare(source: Source, at: datetime) -> Examination:
    """What sealing stands on: steps 1 to 6, and the sequenced statements judged in log order.

    Leaves without a checkpoint (a killed run's) are judged with the others.
    """
    x = Examination(source, at, resuming=True)
    _settings(x.inventory)
    if source.log_files is None:
        # The very first seal: there is no log whose absence could be a fault.
        x.source = replace(source, log_files=NoFiles())
    for step in (
        step_1_objects, step_2_log, step_3_freshness, step_4_trust, step_5_completeness,
        step_6_sealed_bytes,
    ):  # fmt: skip
        step(x)
    x.source = source
    if x.proceedings is not None:
        judge_sequenced(x)
        step_9_state(x)
    return x


def survey(source: Source, at: datetime) -> Examination:
    """What was stated so far, in a work tree: for a person who is about to sign. Not a verdict."""
    x = Examination(source, at)
    _settings(x.inventory)
    for step in (step_2_log, step_4_trust, step_5_completeness, step_7_statements):
        step(x)
    return x


def _verification(x: Examination, steps: tuple[Step, ...]) -> Verification:
    size = x.checkpoint.size if x.checkpoint else 0
    summary = LogSummary(
        x.inventory.settings.origin, size, summary_root(x), len(x.pending), _checkpoint_time(x),
        times.rfc3339(x.signed_after),
    )  # fmt: skip
    return Verification(
        settings=x.inventory.settings,
        policy=x.proceedings.policy if x.proceedings else None,
        commit=x.source.commit,
        genesis=x.genesis_found,
        log=summary,
        chain=x.log,
        steps=steps,
        records=account.records(x),
        findings=tuple(dict.fromkeys(x.findings)),
        not_proven=tuple(dict.fromkeys(x.not_proven)),
        trail=account.trail(x),
        exceptions=account.exceptions(x),
        inventory=x.inventory,
        log_files=log_files(x.stored),
        note=x.stored.note if x.checkpoint else None,
        history=_history(x),
        _made_by=maker(),
    )


def _history(x: Examination) -> History | None:
    if x.source.repository is None or x.source.commit is None:
        return None
    return History(x.source.repository, x.source.commit, x.policies.values())


def _checkpoint_time(x: Examination) -> str | None:
    """When the newest checkpoint existed at the latest: by timestamps, or else by its witnesses."""
    need = x.proceedings.policy.assurance.need if x.proceedings else 0
    if x.checkpoint is None or not need:
        return times.rfc3339(x.witnessed_at)
    return times.rfc3339(times.latest(x.stamps, x.checkpoint.size - 1, need))
