"""`seal`: sequence what was merged, and sign a checkpoint over it.

Run by one sequencer at a time (a workflow, a cron job, a person); races are lost safely, and a
run that was killed is resumed by the next. It can delay or omit, never forge: statements carry
their own signatures, and what it seals is recomputed by everyone who verifies.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cognify import canonical
from cognify.errors import ConfigurationError, LedgerInconsistent, SurroundingsError, VerificationError
from cognify.git import Repository, Workshop
from cognify.inventory import LOG_BRANCH, Version
from cognify.ledger import Log, Writer, tip
from cognify.ledger.log import CHECKPOINT, STATEMENTS
from cognify.records.finding import Finding, Severity
from cognify.records.statement import Statement, parse
from cognify.signing.note import LogSigner
from cognify.verification.adoptions import judge_adoptions
from cognify.verification.digests import tree_manifest
from cognify.verification.evidence import proposed_bytes
from cognify.verification.examination import Examination, Source
from cognify.verification.procedure import prepare
from cognify.verification.statements import due, enter, in_order
from cognify.verification.times import Stamp
from cognify.witnessing import Attested, attest


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a run did: statements sequenced, versions sealed, and what others still need."""

    size: int
    root: str
    sequenced: tuple[str, ...]
    sealed: tuple[Version, ...]
    waiting: Mapping[Version, tuple[str, ...]]
    stopped_at: tuple[Finding, ...] = ()
    resumed: bool = False
    attested: Attested | None = None
    dated: datetime | None = None
    """When the run says that it was, where that is later than the clock says."""


def seal(
    path: Path, *, signer: LogSigner, at: datetime, first: bool = False, heartbeat: bool = False
) -> Sealed:
    """Sequence everything merged since the last run, sign the checkpoint, and have it attested.

    *first* is for `init` alone: only then may there be no log yet. *heartbeat* states that there
    was nothing to sequence, where that is so, so that the log shows a fresh time.

    Raises:
        LedgerInconsistent: what is sequenced already does not verify; nothing was written.
        ConfigurationError: `log-key-mismatch`, or `nothing-pushed` when `origin` lacks what is here.
        SurroundingsError: `push-rejected`, another sequencer was faster: run it again.
    """
    repository, workshop = Repository(path), Workshop(path)
    if repository.has_origin:
        workshop.fetch()
        repository = Repository(path)
    x = _examine(repository, at, first=first)
    _check_key(x, signer)
    # A clock that was wrong once must not stop the log, and no seal may be older than the one before.
    clock, at = at, at if x.clock is None else max(at, x.clock)
    writer = Writer(workshop, remote=repository.has_origin, at=at)
    resumed = _resume(x, writer, signer)
    sequenced, stopped, before = _admit(x)
    more = stopped
    while more:
        # Seal as if the branch ended before the commit that brought the fault, so that a seal's
        # commit never holds a statement that the seal passed over; and again, until nothing stops.
        x = _examine(repository, at, first=first, until=before)
        sequenced, more, before = _admit(x)
    waiting = due(x, at, stamped=[*x.named(x.stored.log.size), *_over_the_newest(x)])
    ready = tuple(version for version, lacks in waiting.items() if not lacks)
    if sequenced or ready or heartbeat:
        statement = _statement(x, sequenced, ready, at)
        grown = _grow(x, sequenced, statement)
        name = STATEMENTS + statement.file_name(canonical.sha256(statement.to_bytes()))
        commit = writer.append(x.stored, grown, {name: statement.to_bytes()})
        note = signer.sign(grown.checkpoint(signer.name))
        commit = writer.checkpoint(note, grown.size, commit)
        x.stored = replace(x.stored, log=grown, note=note, commit=commit)
    attested = _attest(x, writer, signer)
    done = _report(x, sequenced, ready, waiting, stopped, resumed)
    return replace(done, attested=attested, dated=at if at > clock else None)


def _attest(x: Examination, writer: Writer, signer: LogSigner) -> Attested | None:
    """Ask timestamp authorities and witnesses for the newest checkpoint, and keep what they said."""
    stored = x.stored
    if stored.note is None or stored.commit is None or x.proceedings is None:
        return None
    asked = x.proceedings.policy.assurance
    done = attest(stored.note, stored.log, stored, asked, x.source.files, signer.verifier)
    if done.tokens or done.note != stored.note:
        commit = writer.attest(done.note, stored.log.size, done.tokens, stored.commit)
        x.stored = replace(stored, note=done.note, commit=commit)
    return done


def _examine(repository: Repository, at: datetime, *, first: bool, until: str | None = None) -> Examination:
    """The log and the merged branch (as it was at *until*), everything sequenced judged, in order."""
    head = repository.resolve("HEAD")
    if head is None:
        raise ConfigurationError(
            "there is no commit to seal", where=".git", fix="commit and merge first", id="branch-missing"
        )
    source = _source(repository, head)
    if until is not None:
        source = replace(source, files=repository.snapshot(until), commit=until)
    x = prepare(source, at)
    if (x.source.log_files is None or not x.stored.log.size) and not first:
        raise LedgerInconsistent(
            "the log branch is gone, and a log is never begun twice",
            where=LOG_BRANCH,
            fix="fetch it: `git fetch origin cognify-log:cognify-log`, or restore it from a clone",
            id="log-missing",
        )
    faults = [f for f in x.findings if f.severity is Severity.ERROR]
    if faults:
        refusal = SurroundingsError if faults[0].exit == SurroundingsError.exit_code else LedgerInconsistent
        raise refusal(
            f"what is sequenced does not verify: [{faults[0].id}] {faults[0].what}",
            where=faults[0].where,
            fix=faults[0].fix or "run `cognify verify` and mend what it finds",
            id=faults[0].id,
        )
    return x


def _source(repository: Repository, head: str) -> Source:
    """The branch as it is merged: `origin`'s where there is one, never local commits."""
    from cognify.inventory import Inventory

    branch = Inventory(repository.snapshot(head)).settings.branch
    here = repository.resolve(f"refs/heads/{branch}")
    merged = repository.resolve(f"refs/remotes/origin/{branch}") if repository.has_origin else here
    if merged is None:
        raise ConfigurationError(
            f"origin has no branch {branch}" if repository.has_origin else f"no branch {branch}",
            where=branch,
            fix=f"push it first: `git push origin {branch}`",
            id="nothing-pushed",
        )
    log = tip(repository)
    return Source(repository.snapshot(merged), log, repository, merged, log.commit if log else None)


def _check_key(x: Examination, signer: LogSigner) -> None:
    from cognify.signing.note import parse_verifier
    from cognify.verification.log import VKEY

    bound = parse_verifier(x.source.files.read(VKEY).decode("ascii", "replace"), where=VKEY)
    if bound != signer.verifier:
        raise ConfigurationError(
            "the log key is not the one that the policy binds",
            where=VKEY,
            fix="pass the key that `cognify init` made with --log-key",
            id="log-key-mismatch",
        )


def _resume(x: Examination, writer: Writer, signer: LogSigner) -> bool:
    """Sign for leaves that a killed run pushed without a checkpoint."""
    stored = x.stored
    signed = stored.note.checkpoint(where="log/checkpoint").size if stored.note else 0
    if stored.log.size == signed or stored.commit is None:
        return False
    note = signer.sign(stored.log.checkpoint(signer.name))
    commit = writer.checkpoint(note, stored.log.size, stored.commit)
    x.stored = replace(stored, note=note, commit=commit)
    return True


def _admit(x: Examination) -> tuple[tuple[str, ...], tuple[Finding, ...], str | None]:
    """Judge merged statements one by one, in merge order; stop at the first that is invalid.

    Returns what was admitted, the faults of the one that was not, and the last commit without it.
    """
    admitted: list[str] = []
    for commit, paths in _merge_order(x):
        for path in paths:
            before = len(x.findings)
            enter(x, path, None)
            faults = [f for f in x.findings[before:] if f.severity is Severity.ERROR]
            if faults:
                return tuple(admitted), tuple(faults), _before(x, commit, faults[0])
            admitted.append(path)
    before = len(x.findings)
    at_fault = judge_adoptions(x)
    if at_fault:
        return tuple(admitted), tuple(x.findings[before:]), _before(x, at_fault, x.findings[before])
    faults = x.findings[before:] or proposed_bytes(x)
    if faults:
        raise VerificationError(
            f"{faults[0].what}; nothing was sealed",
            where=faults[0].where,
            fix=faults[0].fix,
            id=faults[0].id,
        )
    return tuple(admitted), (), None


def _before(x: Examination, commit: str, fault: Finding) -> str:
    """The commit before *commit* on the first-parent line.

    Raises:
        VerificationError: there is none: the fault came with the very first commit.
    """
    assert x.source.repository is not None
    parents = x.source.repository.parents(commit)
    if not parents:
        raise VerificationError(
            f"{fault.what}; nothing was sealed", where=fault.where, fix=fault.fix, id=fault.id
        )
    return parents[0]


def _merge_order(x: Examination) -> list[tuple[str, list[str]]]:
    """Pending statements with the first-parent commit that brought them; parents first within one."""
    assert x.source.repository is not None and x.source.commit is not None
    until = x.seals[-1].commit if x.seals else None
    line, brought = [x.source.commit], dict[str, int]()
    for age, commit in enumerate(x.source.repository.first_parents(x.source.commit)):
        if commit == until:
            break
        line[age:] = [commit]
        for path in x.source.repository.added(commit):
            brought[path] = age
    by_age: dict[int, list[str]] = {}
    for path in x.pending:
        by_age.setdefault(brought.get(path, 0), []).append(path)
    return [(line[age], in_order(x, paths)) for age, paths in sorted(by_age.items(), reverse=True)]


def _over_the_newest(x: Examination) -> list[Stamp]:
    """The tokens that the next seal or heartbeat names: all that lie over the newest checkpoint."""
    signed = x.stored.note.checkpoint(where=CHECKPOINT).size if x.stored.note else 0
    return [stamp for stamp in x.stamps if stamp.size == signed]


def _statement(
    x: Examination, sequenced: tuple[str, ...], ready: tuple[Version, ...], at: datetime
) -> Statement:
    """What automation states of this run: up to which commit, over which tree, what it seals.

    A heartbeat, where there is nothing to sequence and nothing to seal.
    """
    assert x.proceedings is not None and x.source.repository is not None
    commit = x.source.commit
    assert commit is not None
    tree = tree_manifest(x.source.repository.snapshot(commit), x.digests)
    log, policy = x.stored.log, x.proceedings.policy
    stamps = sorted(stamp.sha256 for stamp in _over_the_newest(x))
    predicate: dict[str, Any] = {
        "after": {
            "origin": x.inventory.settings.origin,
            "root": base64.b64encode(log.root()).decode(),
            "size": log.size,
        },
        "commit": commit,
        "inventory": x.inventory.settings.inventory,
        "policy": {"sha256": policy.sha256, "version": policy.version},
        "stated_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tree": {"entries": tree.count(b"\n"), "sha256": canonical.sha256(tree)},
        **({"timestamps": stamps} if stamps else {}),
    }
    if not sequenced and not ready:
        meaning = "Everything merged up to this commit was sequenced before; there is nothing new."
        return Statement("heartbeat", "tree", canonical.sha256(tree), {**predicate, "meaning": meaning})
    claimed = {
        "from": log.size,
        "meaning": "Everything merged up to this commit is sequenced; these records have their quorum.",
        "sealed": [_sealed(x, version) for version in ready],
        "through": log.size + len(sequenced),
    }
    return Statement("seal", "tree", canonical.sha256(tree), {**predicate, **claimed})


def _sealed(x: Examination, version: Version) -> dict[str, Any]:
    assert x.proceedings is not None
    course = x.proceedings.course(version)
    assert course.proposal is not None
    proposal = course.proposal.verified.statement
    heads = sorted(entered.sha256 for entered in course.history)
    return {"digest": proposal.digest, "heads": heads, "record": proposal.record}


def _grow(x: Examination, sequenced: tuple[str, ...], seal_statement: Statement) -> Log:
    entries = []
    for path in sequenced:
        raw = x.source.files.read(path)
        stated = parse(raw, where=path)
        entries.append((stated.kind, stated.record, raw))
    return x.stored.log.extend([*entries, (seal_statement.kind, "inventory", seal_statement.to_bytes())])


def _report(
    x: Examination,
    sequenced: tuple[str, ...],
    ready: tuple[Version, ...],
    waiting: Mapping[Version, tuple[Any, ...]],
    stopped: tuple[Finding, ...],
    resumed: bool,
) -> Sealed:
    log = x.stored.log
    return Sealed(
        size=log.size,
        root=base64.b64encode(log.root()).decode(),
        sequenced=sequenced,
        sealed=ready,
        waiting={v: tuple(lack.what for lack in lacks) for v, lacks in waiting.items() if lacks},
        stopped_at=stopped,
        resumed=resumed,
    )
