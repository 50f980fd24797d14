"""One version's statements, judged in their place of the log by the rules that `verify` judges by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from cognify import canonical
from cognify.approvals import Entered, Proceedings
from cognify.git import Part, Repository
from cognify.inventory import Version, is_statement
from cognify.receiving.remembered import INVENTORY, Remembered, seal_at
from cognify.records import leaf as leaves
from cognify.records import statement as statements
from cognify.records.policy import TIERS
from cognify.records.statement import Statement
from cognify.signing import VerifiedStatement, open_beside
from cognify.signing.bundle import TRUSTED_ROOT
from cognify.verification.evidence import proposed_bytes
from cognify.verification.examination import Examination, Source
from cognify.verification.statements import in_order

_EVERYDAY = statements.SIGNOFF_KINDS | {"record.propose", "finding.explain"}
_MOST_SEALS = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the log, or what waits for it, brings: a statement, or the end of a run."""

    seq: int | None
    path: str | None
    line: bytes = b""


@dataclass(frozen=True)
class Told:
    """What is stated about one version as the push leaves it: by path, parsed, and by digest."""

    version: Version
    part: Part
    stated: dict[str, Statement]
    digests: dict[str, str]
    record: str


def stands(known: Remembered, repository: Repository, commit: str, version: Version) -> bool:
    """Whether everything about *version* at *commit* surely verifies, new statements among it."""
    told = _told(repository, commit, version)
    if told is None or known.pending.setdefault(told.record, version.prefix) != version.prefix:
        return False  # nor may two versions of one push share a record id
    steps = _sequenced(known, told)
    if steps is None:
        return False
    waiting = _waiting(known, repository, told, {step.path for step in steps})
    if waiting is None:
        return False
    verified = _opened(known, told, [*steps, *waiting])
    # Which tier rules depends on the model's other versions; what every higher one lets pass, passes.
    tiers = TIERS[TIERS.index(min((_tier(s) for s in told.stated.values()), key=TIERS.index)) :]
    return verified is not None and all(
        _admitted(known, told, [*steps, *waiting], verified, tier) for tier in tiers
    )


def _told(repository: Repository, commit: str, version: Version) -> Told | None:
    part = Part(repository, commit, (version.prefix, *INVENTORY))
    stated = {
        path: statements.parse(part.read(path), where=path)
        for path in part.paths(version.statements) if is_statement(path)
    }  # fmt: skip
    records = {s.record for s in stated.values()}
    if len(records) != 1 or not {s.kind for s in stated.values()} <= _EVERYDAY:
        return None
    digests = {canonical.sha256(part.read(path)): path for path in stated}
    return Told(version, part, stated, digests, records.pop()) if len(digests) == len(stated) else None


def _tier(stated: Statement) -> str:
    return str(stated.predicate.get("tier", TIERS[-1]))


def _sequenced(known: Remembered, told: Told) -> list[Step] | None:
    """The leaves about the inventory and about this version, in order; None if one has no file."""
    steps, needles = list[Step](), (b'"record":"inventory"', told.record.encode())
    for seq, line in enumerate(known.lines):
        if not any(needle in line for needle in needles):
            continue
        leaf = leaves.parse(line, where=f"log/leaves:{seq + 1}")
        if leaf.kind in statements.CLAIM_KINDS:
            steps.append(Step(seq, None, line))
            continue
        path = (known.own if leaf.record == leaves.INVENTORY else told.digests).get(leaf.sha256)
        if path is None:
            return None
        steps.append(Step(seq, path))
    return steps


def _waiting(
    known: Remembered, repository: Repository, told: Told, sequenced: set[str | None]
) -> list[Step] | None:
    """What is not sequenced, in the order in which it will be; None if any of it is a copy of another's."""
    waiting = [path for path in told.stated if path not in sequenced]
    of = {path: digest for digest, path in told.digests.items()}
    if any(of[path].encode() in known.digests for path in waiting):
        return None
    if any(repository.entry(known.last, path) is not None for path in waiting):
        return None
    x = Examination(Source(told.part, None), datetime.now(UTC))
    return [Step(None, path) for path in in_order(x, waiting)]


def _opened(known: Remembered, told: Told, steps: list[Step]) -> dict[str, VerifiedStatement] | None:
    """Every statement with its signature verified; None if one is not what and where it says."""
    found: dict[str, VerifiedStatement] = {}
    roots = frozenset(policy.trust.get(TRUSTED_ROOT) for policy in known.policies.values())
    for step in steps:
        if step.path is None:
            continue
        stated = statements.parse(told.part.read(step.path), where=step.path)
        policy = known.policies.get(stated.policy_version)
        if policy is None:
            return None
        verified = open_beside(told.part, step.path, policy=policy, roots=roots)
        named = stated.file_name(verified.sha256) == step.path.rpartition("/")[2]
        if not named or (step.seq is None and not _anchored(known, stated)):
            return None
        found[step.path] = verified
    return found


def _anchored(known: Remembered, stated: Statement) -> bool:
    """The checkpoint that a new statement embeds is one of this log."""
    after = stated.after
    return (
        after.origin == known.settings.origin
        and after.size <= len(known.lines)
        and after.root == known.root(after.size)
    )


def _admitted(
    known: Remembered, told: Told, steps: list[Step], verified: dict[str, VerifiedStatement], tier: str
) -> bool:
    """Whether the rules let every statement stand, were *tier* the one that rules the model."""
    proceedings = Proceedings(known.settings.inventory, known.policies)
    proceedings.model_tier[told.version.model] = tier
    read = 0
    for step in steps:
        if step.path is None:
            read += _run_ends(known, told, step, proceedings)
            if read > _MOST_SEALS:
                return False
        elif proceedings.admit(Entered(verified[step.path], step.path, step.seq)):
            return False
        proceedings.model_tier[told.version.model] = tier
    x = Examination(Source(told.part, None), datetime.now(UTC), policies=known.policies)
    x.proceedings = proceedings
    return not proposed_bytes(x)


def _run_ends(known: Remembered, told: Told, step: Step, proceedings: Proceedings) -> int:
    """What a seal does: it may seal the version, and the next policy; returns how many seals were read."""
    course, read = proceedings.courses.get(told.version), 0
    if course is not None and course.proposal is not None and course.sealed_at is None:
        read, seal = 1, seal_at(known.log, step.line, len(known.lines))
        if seal is not None and any(
            entry["record"] == told.record for entry in seal.predicate.get("sealed", ())
        ):
            assert step.seq is not None
            proceedings.seal(told.version, course.proposal.verified.statement.digest, step.seq)
    proceedings.close()
    return read
