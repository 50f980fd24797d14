"""Steps 8 and 9: evidence digests and replay; the state of every version, recomputed."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from cognify.errors import CognifyError
from cognify.inventory import Version, version_of
from cognify.records.finding import Finding, Severity
from cognify.records.statement import Statement
from cognify.verification import reading, watching
from cognify.verification.earlier import as_stated, unproven
from cognify.verification.examination import Examination, SealClaim
from cognify.verification.reading import Outside, Reading
from cognify.verification.result import SEALED

_REVIEW = "review the version as it stands now: propose it again, and let its approvers sign again"
_NAMED = 5
_RESTORE = "restore it from a clone, a mirror or a package made before the change"


def step_8_evidence(x: Examination) -> None:
    """Evidence: bytes as proposed, artifacts by digest, and every citation replayed."""
    outside = list[Outside]()
    for version in _frozen(x):
        outside += _examined(x, version)
    redacted = x.proceedings.redacted() if x.proceedings else frozenset()
    left = [artifact for artifact in outside if artifact.sha256 not in redacted]
    gone = len(outside) - len(left)
    cited = sum(artifact.cited for artifact in outside)
    if left:
        x.not_proven.append(
            f"that {len(left)} artifacts kept outside the inventory still exist with the digests recorded"
            + _held_by(left)
        )
    if cited:
        x.not_proven.append(
            f"that {cited} values that cite artifacts kept outside stand there: only what was quoted is here"
        )
    x.not_proven += unproven(x)
    if gone:
        x.not_proven.append(f"what {gone} redacted artifacts held: their quorum agreed to remove them")
    x.not_proven.append("that training data are accurate, or that evaluators were competent")
    x.not_proven.append(
        "that no contributor stayed unnamed: independence holds against the people whom each proposal names"
    )


def _held_by(left: Iterable[Outside]) -> str:
    """Whom to ask for what is kept outside, most of it first; nothing where nobody was named."""
    held = Counter(artifact.custodian for artifact in left if artifact.custodian).most_common()
    told = ", ".join(f"{count} by {custodian}" for custodian, count in held[:_NAMED])
    more = f", and others by {len(held) - _NAMED} more" if len(held) > _NAMED else ""
    return f": held {told}{more}" if held else ""


def proposed_bytes(x: Examination) -> list[Finding]:
    """The faults of versions whose bytes or evidence do not hold; what sealing refuses to seal."""
    before = len(x.findings)
    for version in _frozen(x):
        _examined(x, version)
    return [finding for finding in x.findings[before:] if finding.severity is not Severity.NOTE]


def _frozen(x: Examination) -> tuple[Version, ...]:
    """The versions that have a manifest, or had one when they were proposed."""
    courses = x.proceedings.courses if x.proceedings else {}
    proposed = {version for version, course in courses.items() if course.proposal is not None}
    with_manifest = {v for v in x.versions() if x.source.files.exists(v.manifest)}
    return tuple(sorted(proposed | with_manifest, key=lambda v: v.prefix.encode()))


def _examined(x: Examination, version: Version) -> tuple[Outside, ...]:
    """Examine the bytes and the evidence of *version*; returns what lies outside: see `Reading`."""
    read = reading.read(x.source.files, x.digests, version)
    x.met(read.faults)
    course = x.proceedings.courses.get(version) if x.proceedings else None
    if course is not None and course.proposal is not None:
        _as_proposed(x, version, read, course.proposal.verified.statement)
        as_stated(x, version, read, course)
    reported = course.reports if course is not None else ()
    return (*read.outside, *watching.reports(x, version, reported))


def _as_proposed(x: Examination, version: Version, read: Reading, proposed: Statement) -> None:
    """The bytes that were proposed last are the bytes that lie here."""
    files = x.source.files
    if not files.exists(version.manifest):
        x.fault(
            "subject-digest-mismatch", version.manifest, "the manifest that was proposed is gone", _REVIEW
        )
        return
    if x.sha256(version.manifest) != proposed.digest:
        x.fault("subject-digest-mismatch", version.manifest, "not the manifest that was proposed", _REVIEW)
        return
    try:
        listed = x.manifest(version)
    except CognifyError as error:
        x.caught(error)
        return
    for path, expected in listed.items():
        full = version.prefix + path
        if not files.exists(full) or x.sha256(full) != expected:
            x.fault("subject-digest-mismatch", full, "not the bytes that were proposed", _REVIEW)
    for path in x.inventory.frozen_paths(version):
        if path not in listed:
            x.fault(
                "subject-digest-mismatch", version.prefix + path, "it was added after the proposal", _REVIEW
            )
    tier, record = str(proposed.predicate["tier"]), proposed.record
    if read.has_card and (read.tier, read.record) != (tier, record):
        x.fault("tier-mismatch", version.card, f"the proposal says tier {tier} and record {record}", _REVIEW)


def step_9_state(x: Examination) -> None:
    """States: recomputed from the statements, and held against what the seals claim."""
    for claim in x.seals if x.proceedings is not None else ():  # else step 4 has said why
        _claims(x, claim)
    changed = {version_of(f.where) for f in x.findings if f.id == "subject-digest-mismatch"}
    for version in x.versions():
        _flagged(x, version)
        x.states[version] = _state(x, version, changed=version in changed)
        judged = x.proceedings is not None and not x.log_broken
        if x.source.partial and judged and x.states[version] not in SEALED:
            x.fault("not-sealed", version.prefix, "a package shows a version that the log did not seal",
                    _RESTORE)  # fmt: skip
    if x.source.partial:
        _description(x)


def _description(x: Examination) -> None:
    """What a package says about itself is what was found in it."""
    version = x.record_ids.get(x.source.expects)
    course = x.proceedings.courses.get(version) if x.proceedings and version else None
    if version is None or course is None or course.sealed_at is None or x.checkpoint is None:
        return  # said already: there is nothing to hold it against
    root = base64.b64encode(x.checkpoint.root).decode()
    found = {
        "digest": course.sealed_digest,
        "genesis": x.genesis_found,
        "inventory": x.inventory.settings.inventory,
        "log": {"origin": x.checkpoint.origin, "root": root, "size": x.checkpoint.size},
        "model": version.model,
        "version": version.version,
    }
    for key, value in found.items():
        if x.source.described.get(key) != value:
            x.fault("ledger-mismatch" if key == "inventory" else "pkg-description", f"package.json#/{key}",
                    "it says something else than what the package holds", _RESTORE)  # fmt: skip


def _claims(x: Examination, claim: SealClaim) -> None:
    """A seal seals what the rules let it seal at that point, all of it and nothing else."""
    assert x.proceedings is not None
    due = x.recomputed.get(claim.seq, {})
    ready = {v for v, lacks in due.items() if not lacks}
    claimed = {entry["record"]: entry for entry in claim.sealed}
    versions = {x.record_ids[r] for r in claimed if r in x.record_ids}
    if len(claimed) != len(claim.sealed):
        x.fault("seal-mismatch", claim.path, "it seals one record twice", _RESTORE)
    for record, entry in claimed.items():
        course = x.proceedings.courses.get(x.record_ids[record]) if record in x.record_ids else None
        if course is not None and course.sealed_digest not in ("", entry["digest"]):
            x.fault("seal-mismatch", claim.path, "it names another digest than was proposed", _RESTORE)
    for version in sorted(versions - ready, key=str):
        for lack in due.get(version) or ():
            x.fault(lack.id, claim.path, f"{version} was sealed although {lack.what}", _RESTORE)
        if not due.get(version):
            x.fault("seal-mismatch", claim.path, f"{version} was sealed without being due", _RESTORE)
    for version in sorted(ready - versions, key=str):
        x.fault("seal-mismatch", claim.path, f"{version} was due and was not sealed", _RESTORE)
    _heads(x, claim.seq, claimed.values())


def _heads(x: Examination, seq: int, claimed: Iterable[Mapping[str, Any]]) -> None:
    # A seal names every statement about the version so far, so that none can be hidden later.
    assert x.proceedings is not None
    for entry in claimed:
        version = x.record_ids.get(entry["record"])
        course = x.proceedings.courses.get(version) if version else None
        if course is None:
            continue
        known = {e.sha256 for e in course.history if e.seq is not None and e.seq < seq}
        if known != set(entry["heads"]):
            x.fault("seal-mismatch", f"log/leaves:{seq + 1}", f"the seal of {version} names other "
                    "statements than the log holds", _RESTORE)  # fmt: skip


def _flagged(x: Examination, version: Version) -> None:
    """Say which statements stand, although their key was in wrong hands later."""
    if x.proceedings is None or version not in x.proceedings.courses:
        return
    course = x.proceedings.courses[version]
    for entry in course.history:
        stated = entry.verified.statement
        if stated.kind == "amend" and entry.sha256 not in course.distrusted:
            x.note("amended", entry.path, f"{stated.person} as {stated.role} amended {version} after it was "
                   "sealed", "read the amendment beside the record")  # fmt: skip
        fate = x.proceedings.fates.get(entry.verified.mark)
        since = fate.compromised_since if fate else None
        if since is not None and entry.sha256 not in course.distrusted:
            x.note("signed-before-compromise", entry.path, "its key was declared compromised from place "
                   f"{since} of the log on; this came before",
                   "judge whether the key was in its holder's hands then")  # fmt: skip


def _state(x: Examination, version: Version, *, changed: bool) -> str:
    course = x.proceedings.courses.get(version) if x.proceedings else None
    if course is None or not (course.proposal or course.sealed_digest):
        return "draft"
    if course.sealed_at is not None:
        return course.ended or "sealed"
    if course.sealed_digest:
        return "needs-reapproval"  # whatever ended it: its sign-offs do not stand
    voided = course.voided and not course.approvals
    return "needs-reapproval" if (changed or voided) else "proposed"
