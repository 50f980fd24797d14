"""What was found, as data to show: a record with its trail, and what was stated about the inventory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date

from cognify.approvals import Course, Entered, Refusal, level, unmet
from cognify.inventory import Version, version_about
from cognify.records import plan
from cognify.records.finding import Finding
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
    if "finding" in said:
        pairs.insert(0, ("finding", f"{said['finding']['id']} at {said['finding']['where']}"))
    if "thresholds" in said:
        pairs += [("threshold", str(threshold)) for threshold in plan.registered(said)]
    if statement.kind == "run.record":
        pairs.append(("run", f"{said['run']}, {statement.subject}"))
    if statement.kind == "monitor.report":
        pairs += [("period", f"{said['from']} to {said['to']}"), ("outcome", said["outcome"]),
                  ("report", statement.subject.rpartition("/")[0] + "/")]  # fmt: skip
    if "by" in said:
        pairs.append(("by", f"{said['by']['model']} {said['by']['version']}"))
    if "target" in said:
        pairs.append(("removed", f"{said['target']['name']}, sha256:{said['target']['sha256']}"))
    return tuple(pairs)


def records(x: Examination) -> tuple[VerifiedRecord, ...]:
    """What was found about every version, in path order."""
    bounds, findings = _Bounds(x), dict[Version | None, list[Finding]]()
    for finding in x.findings:
        findings.setdefault(version_about(finding.where), []).append(finding)
    return tuple(_record(x, bounds, version, findings.get(version, ())) for version in x.versions())


class _Bounds:
    """Where approvals stand in log and time: asked for each, answered once for all that share an answer."""

    def __init__(self, x: Examination) -> None:
        self._x = x
        self._need = x.proceedings.policy.assurance.need if x.proceedings else 0
        self._seals = [claim.seq for claim in x.seals]
        self._sizes = sorted(stamp.size for stamp in x.stamps)
        self._earliest: dict[int, str | None] = {}
        self._latest: dict[int, str | None] = {}
        self.covered = times.covered(x.stamps, self._need)
        """How many leaves are timestamped by as many authorities as the policy in force demands."""

    def sealed_by(self, seq: int | None) -> int | None:
        """The size of the log with the first seal after leaf *seq*."""
        if seq is None:
            return None
        at = bisect_right(self._seals, seq)
        return self._seals[at] + 1 if at < len(self._seals) else None

    def not_before(self, after: int) -> str | None:
        """When the log had *after* leaves at the latest, by stamps that its seals name."""
        seals = bisect_right(self._seals, after - 1)
        if seals not in self._earliest:
            self._earliest[seals] = times.rfc3339(times.newest(self._x.named(after - 1), self._need))
        return self._earliest[seals]

    def not_after(self, seq: int | None) -> str | None:
        """When leaf *seq* was in the log at the latest."""
        if seq is None:
            return None
        smaller = bisect_right(self._sizes, seq)
        if smaller not in self._latest:
            self._latest[smaller] = times.rfc3339(times.latest(self._x.stamps, seq, self._need))
        return self._latest[smaller]


def _record(x: Examination, bounds: _Bounds, version: Version, findings: Iterable[Finding]) -> VerifiedRecord:
    proceedings = x.proceedings
    course = proceedings.courses.get(version, Course()) if proceedings else Course()
    statement = course.proposal.verified.statement if course.proposal else None
    lacks: tuple[Refusal, ...] = ()
    if proceedings and statement and course.sealed_at is None:
        lacks = unmet(course, proceedings.policy, proceedings.tier(version), at=x.at, covered=bounds.covered)
    stated = {
        entry.sha256: _stated(entry, distrusted=entry.sha256 in course.distrusted) for entry in course.history
    }
    solo = proceedings is not None and proceedings.policy.profile == "solo"
    return VerifiedRecord(
        version=version,
        record=course.history[0].verified.statement.record if course.history else "",
        digest=statement.digest if statement else course.sealed_digest,
        tier=course.tier if statement else "",
        state=x.states.get(version, "draft"),
        independence="self" if solo else "named-contributors",
        approvals=tuple(_approval(bounds, course, e, stated[e.sha256]) for e in course.approvals),
        trail=tuple(stated.values()),
        sealed_at=course.sealed_at,
        findings=tuple(findings),
        reports=tuple(x.reports.get(version, ())),
        lacks=lacks,
        sealed_by=bounds.not_after(course.sealed_at),
        rejections=tuple(stated[e.sha256] for e in course.open_rejections()),
        standing=course.standing,
    )


def _approval(bounds: _Bounds, course: Course, entry: Entered, stated: Stated) -> Approval:
    after, heard = entry.verified.statement.after.size, course.acknowledgement(entry)
    return Approval(
        stated=stated,
        level=level(entry, bounds.covered),
        after=after,
        before=bounds.sealed_by(entry.seq),
        withdrawn=entry.sha256 in course.withdrawn,
        not_before=bounds.not_before(after),
        not_after=bounds.not_after(entry.seq),
        distrusted=entry.sha256 in course.distrusted,
        acknowledged_by=heard.verified.person.name if heard else "",
    )


def _stated(entry: Entered, *, distrusted: bool = False) -> Stated:
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
        distrusted=distrusted,
    )
