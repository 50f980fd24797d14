"""What was found, as data to show: a record with its trail, and what was stated about the inventory."""

from __future__ import annotations

from datetime import date

from cognify.approvals import Course, Entered, Refusal, level, unmet
from cognify.inventory import Version
from cognify.records.leaf import INVENTORY
from cognify.records.statement import Statement
from cognify.verification import times
from cognify.verification.examination import Examination, SealClaim
from cognify.verification.result import Approval, Stated, VerifiedRecord


def trail(x: Examination) -> tuple[Stated, ...]:
    """What was stated about the inventory itself, and each run of the sequencer, in log order."""
    entered = x.proceedings.entered.values() if x.proceedings else ()
    stated = [_stated(e) for e in entered if e.verified.statement.record == INVENTORY]
    stated += [_run(x, claim) for claim in x.seals]
    return tuple(sorted(stated, key=lambda s: (s.seq is None, s.seq or 0)))


def exceptions(x: Examination) -> tuple[Stated, ...]:
    """The exceptions that have not ended by the reader's clock."""
    granted = x.proceedings.exceptions if x.proceedings else ()
    return tuple(
        _stated(e) for e in granted if date.fromisoformat(e.verified.statement.expires) >= x.at.date()
    )


def _run(x: Examination, claim: SealClaim) -> Stated:
    statement, leaf = claim.statement, x.log.leaves[claim.seq]
    sealed = [str(x.record_ids.get(entry["record"], "another record")) for entry in claim.sealed]
    return Stated(
        kind=statement.kind, person="", name="the sequencer", role="", meaning=statement.meaning,
        stated_at=str(statement.predicate["stated_at"]), path=claim.path, sha256=leaf.sha256,
        fingerprint="", seq=claim.seq,
        details=(("commit", claim.commit), *(("sealed", version) for version in sealed)),
    )  # fmt: skip


def _details(statement: Statement) -> tuple[tuple[str, str], ...]:
    """What a kind says beside its sentence, as pairs of a word and a text."""
    said = statement.predicate
    pairs = [(f"at {part['at']}", part["text"]) for part in said.get("amendments", ())]
    for key in ("reason", "authority", "what", "since", "explanation"):
        pairs += [(key, str(said[key]))] if key in said else []
    if "by" in said:
        pairs.append(("by", f"{said['by']['model']} {said['by']['version']}"))
    if "target" in said:
        pairs.append(("removed", f"{said['target']['name']}, sha256:{said['target']['sha256']}"))
    return tuple(pairs)


def record(x: Examination, version: Version) -> VerifiedRecord:
    """What was found about *version*."""
    proceedings = x.proceedings
    course = proceedings.courses.get(version, Course()) if proceedings else Course()
    statement = course.proposal.verified.statement if course.proposal else None
    lacks: tuple[Refusal, ...] = ()
    if proceedings and statement and course.sealed_at is None:
        lacks = unmet(course, proceedings.policy, proceedings.tier(version), at=x.at, covered=_covered(x))
    solo = proceedings is not None and proceedings.policy.profile == "solo"
    return VerifiedRecord(
        version=version,
        record=course.history[0].verified.statement.record if course.history else "",
        digest=statement.digest if statement else course.sealed_digest,
        tier=course.tier if statement else "",
        state=x.states.get(version, "draft"),
        independence="self" if solo else "named-contributors",
        approvals=tuple(_approval(x, course, entry) for entry in course.approvals),
        trail=tuple(_stated(entry) for entry in course.history),
        sealed_at=course.sealed_at,
        still_needs=tuple(lack.what for lack in lacks),
        findings=tuple(f for f in x.findings if f.where.startswith(version.prefix)),
    )


def _covered(x: Examination) -> int:
    """How many leaves are timestamped by as many authorities as the policy in force demands."""
    return times.covered(x.stamps, x.proceedings.policy.assurance.need) if x.proceedings else 0


def _approval(x: Examination, course: Course, entry: Entered) -> Approval:
    need = x.proceedings.policy.assurance.need if x.proceedings else 0
    after, heard = entry.verified.statement.after.size, course.acknowledgement(entry)
    return Approval(
        stated=_stated(entry),
        level=level(entry, _covered(x)),
        after=after,
        before=next((claim.seq + 1 for claim in x.seals if entry.seq is not None
                     and claim.seq > entry.seq), None),
        withdrawn=entry.sha256 in course.withdrawn,
        not_before=times.rfc3339(times.newest(x.named(after - 1), need)),
        not_after=None if entry.seq is None else times.rfc3339(times.latest(x.stamps, entry.seq, need)),
        distrusted=entry.sha256 in course.distrusted,
        acknowledged_by=heard.verified.person.name if heard else "",
    )  # fmt: skip


def _stated(entry: Entered) -> Stated:
    verified, statement = entry.verified, entry.verified.statement
    return Stated(
        kind=statement.kind,
        person=statement.person,
        name=verified.person.name,
        role=statement.role,
        meaning=statement.meaning,
        stated_at=str(statement.predicate["stated_at"]),
        path=entry.path,
        sha256=verified.sha256,
        fingerprint=verified.fingerprint,
        seq=entry.seq,
        comment=str(statement.predicate.get("comment", "")),
        conditions=statement.conditions,
        expires=statement.expires,
        login=verified.login,
        signed_at=f"{verified.signed_at:%FT%TZ}" if verified.signed_at else "",
        policy=statement.policy_version,
        details=_details(statement),
    )
