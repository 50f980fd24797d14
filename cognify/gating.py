"""May these very bytes be used? Files that a deploy step names, held against verified records.

Default-deny: what is admitted is sealed, and every named file is in its record under its own name.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cognify import replay, strictyaml
from cognify.errors import CognifyError, ConfigurationError
from cognify.inventory import Version
from cognify.records import lock, outcomes
from cognify.records.finding import Finding, Severity
from cognify.running.looking import look
from cognify.verification import Verification, VerifiedRecord
from cognify.verification.result import SEALED, Approval, Reported

_RETRAIN = "deploy what a sealed record holds, or capture this and have it approved"


@dataclass(frozen=True, slots=True)
class Named:
    """A file that was named: by which path (`root` and the rest of it), and its digest now."""

    root: str
    rest: str
    sha256: str

    @property
    def path(self) -> str:
        """As it was named."""
        return f"{self.root}/{self.rest}" if self.rest else self.root


@dataclass(frozen=True, slots=True)
class Held:
    """What one record holds: every file by its origin, and which of them are the released weights."""

    record: VerifiedRecord
    files: Mapping[str, frozenset[str]]
    released: frozenset[str]
    base: str = ""
    base_name: str = ""

    def origins(self, sha256: str) -> tuple[str, ...]:
        """The origins of the files with this digest."""
        return tuple(origin for origin, digests in self.files.items() if sha256 in digests)


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer: the record that holds the weights (None: there is none), and what speaks against it."""

    result: Verification
    named: tuple[Named, ...]
    record: VerifiedRecord | None
    places: Mapping[str, str]
    findings: tuple[Finding, ...]
    not_proven: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 admitted, 1 refused, 3 or 4 where the inventory does not verify."""
        if self.result.exit_code:
            return self.result.exit_code
        return 1 if any(f.severity is Severity.ERROR for f in self.findings) else 0

    @property
    def verdict(self) -> str:
        """`admitted`, `refused`, `fail` or `incomplete`."""
        return {0: "admitted", 1: "refused", 3: "fail", 4: "incomplete"}[self.exit_code]

    @property
    def conditional(self) -> tuple[Approval, ...]:
        """The approvals that were given on conditions."""
        return tuple(a for a in _standing(self.record) if a.stated.conditions) if self.record else ()

    def as_json(self) -> dict[str, Any]:
        """The published shape of `gate --format json`."""
        record = self.record
        return {
            "verdict": self.verdict,
            "inventory": self.result.settings.inventory,
            "model": record.version.model if record else None,
            "version": record.version.version if record else None,
            "digest": record.digest if record else None,
            "sealed_at": record.sealed_at if record else None,
            "files": [{"path": n.path, "sha256": n.sha256, "recorded": self.places.get(n.path)}
                      for n in self.named],
            "conditions": [{"person": a.stated.person, "role": a.stated.role, "condition": condition,
                            "acknowledged_by": a.acknowledged_by or None}
                           for a in self.conditional for condition in a.stated.conditions],
            "findings": [finding.as_json() for finding in self.findings],
            "not_proven": list(self.not_proven),
        }  # fmt: skip


def hashed(roots: Sequence[Path]) -> tuple[Named, ...]:
    """Every file at or under *roots*, hashed now. Links to files are followed, as whoever loads them does.

    Raises:
        ConfigurationError: nothing is there, or something cannot be read; a link to a folder.
    """
    named = list[Named]()
    for root, seen in zip(roots, look(roots), strict=True):
        unseen = (*seen.unread, *_unseen(root))
        if unseen or not seen.files:
            raise ConfigurationError(
                "it cannot be read, or is no regular file" if unseen else "there is no file",
                where=str(root / unseen[0]) if unseen else str(root),
                fix="name the files, or the folder, that the service loads",
            )  # fmt: skip
        named += [Named(root.as_posix(), rest, sha256) for rest, (sha256, _) in seen.files.items()]
    return tuple(named)


def _unseen(root: Path) -> Iterator[str]:
    """What is neither a file nor a folder of its own: its bytes were not looked at."""
    for folder, folders, names in os.walk(root):
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        odd = [name for name in names if not os.path.isfile(os.path.join(folder, name))]
        yield from (os.path.relpath(os.path.join(folder, name), root) for name in (*linked, *odd))


def judge(result: Verification, named: tuple[Named, ...], *, at: datetime) -> Admission:
    """Whether the files *named* may be used by what *result* verified, at time *at* (for expiry alone)."""
    if result.exit_code:
        return Admission(result, named, None, {}, result.findings, result.not_proven)
    digests = frozenset(n.sha256 for n in named)
    known = [held for held in _holding(result, digests) if held.released & digests]
    fitting = [(held, places) for held in known if (places := _places(held, named))]
    if not fitting:
        return Admission(result, named, None, {}, tuple(_strange(known, named)), result.not_proven)
    judged = [(held, places, tuple(_against(held, known, digests, at.date()))) for held, places in fitting]
    # Where several versions hold the same bytes, one that may be used is enough; else the last one speaks.
    judged.sort(
        key=lambda j: (any(f.severity is Severity.ERROR for f in j[2]), -(j[0].record.sealed_at or 0))
    )
    held, places, findings = judged[0]
    findings = (*findings, *_missed(result, held.record.version))
    return Admission(
        result, named, held.record, places, findings, (*_open(held, digests), *result.not_proven)
    )


def _missed(result: Verification, version: Version) -> Iterator[Finding]:
    """The thresholds that a result on the card misses: its approvers knew, and whoever deploys should."""
    raw = result.inventory.files.read(version.card)
    evaluation = replay.exact(strictyaml.read(raw, where=version.card), "/evaluation")
    for outcome in outcomes.outcomes(evaluation):
        if outcome.value == outcomes.MISSED:
            yield Finding(
                f"{version.card}#{outcome.run}", "threshold-missed",
                f"{outcome.metric} is {outcome.said}; asked is {outcome.limit}: missed",
                "it was approved so: read on the card, and in the approvals, what its people say of that",
                Severity.WARNING,
            )  # fmt: skip


def _holding(result: Verification, digests: frozenset[str]) -> Iterator[Held]:
    """The records whose cards name any of *digests*; a draft that cannot be read holds nothing."""
    files, sought = result.inventory.files, [digest.encode() for digest in digests]
    for record in result.records:
        version = record.version
        if not files.exists(version.card) or not files.exists(version.lock):
            continue
        raw = files.read(version.card)
        if any(digest in raw for digest in sought):
            try:
                yield _held(record, strictyaml.load(raw, where=version.card), files.read(version.lock))
            except CognifyError:
                if record.state in SEALED:
                    raise


def _held(record: VerifiedRecord, card: object, raw: bytes) -> Held:
    model = _mapping(_mapping(card).get("model"))
    listed, base = model.get("artifacts"), _mapping(model.get("base"))
    weights = [_mapping(entry) for entry in listed] if isinstance(listed, list) else []
    files = dict[str, frozenset[str]]()
    for artifact in lock.parse(raw, where=record.version.lock).artifacts.values():
        original = {artifact.scrubbed.sha256} if artifact.scrubbed else set()
        files[artifact.origin] = files.get(artifact.origin, frozenset()) | {artifact.sha256, *original}
    released = [(_text(w, "path"), digest) for w in weights if (digest := _text(w, "digest"))]
    for path, digest in released:
        files[path] = files.get(path, frozenset()) | {digest}
    return Held(record, files, frozenset(d for _, d in released), _text(base, "digest"), _text(base, "id"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(section: Mapping[str, Any], key: str) -> str:
    value = section.get(key)
    return value if isinstance(value, str) else ""


def _places(held: Held, named: tuple[Named, ...]) -> dict[str, str]:
    """Path to origin for all that is *named*; empty unless *held* holds it all, the released weights too."""
    if not held.released <= {n.sha256 for n in named}:
        return {}
    places = dict[str, str]()
    for root in dict.fromkeys(n.root for n in named):
        found = _laid_out(held, [n for n in named if n.root == root])
        if not found:
            return {}
        places |= found
    return places


def _laid_out(held: Held, named: list[Named]) -> dict[str, str]:
    """Where the files of one root lie in the record: all in one folder, each under its own name."""
    if not named[0].rest:
        origins = held.origins(named[0].sha256)
        weights = named[0].sha256 in held.released or named[0].sha256 == held.base
        fits = [o for o in origins if weights or o.rpartition("/")[2] == named[0].root.rpartition("/")[2]]
        return {named[0].path: fits[0]} if fits else {}
    for there, here in dict.fromkeys(_folders(held, named)):
        if not all(n.rest.startswith(here) for n in named):
            continue
        places = {n.path: there + n.rest.removeprefix(here) for n in named}
        if all(n.sha256 in held.files.get(places[n.path], ()) for n in named):
            return places
    return {}


def _folders(held: Held, named: Iterable[Named]) -> Iterator[tuple[str, str]]:
    """Pairs of a folder of the record and one of the root in which a file has the same name and bytes."""
    for n in named:
        for origin in held.origins(n.sha256):
            there, here = origin.split("/"), n.rest.split("/")
            while there and here and there[-1] == here[-1]:
                there.pop()
                here.pop()
                yield "".join(f"{part}/" for part in there), "".join(f"{part}/" for part in here)


def _strange(known: list[Held], named: tuple[Named, ...]) -> Iterator[Finding]:
    """Why no record holds what was named: said of the record that holds most of it."""
    if not known:
        first = named[0]
        yield Finding(first.path, "weights-unknown", "no record of this inventory lists these weights",
                      _RETRAIN)  # fmt: skip
        return
    have = {n.sha256 for n in named}
    best = max(known, key=lambda held: (len(held.released & have), sum(bool(held.origins(d)) for d in have)))
    version = best.record.version
    for digest in sorted(best.released - have):
        origin = best.origins(digest)[0]
        yield Finding(
            origin, "weights-incomplete", f"{version} was released with {origin}, which was not named",
            "name every file of the weights",
        )  # fmt: skip
    for n in named:
        origins = best.origins(n.sha256)
        if not origins:
            yield Finding(
                n.path, "weights-unknown", f"{version} holds no file with sha256 {n.sha256[:16]}…",
                f"{_RETRAIN}; where it is no part of the model, name the files that are",
            )  # fmt: skip
    if best.released <= have and all(best.origins(d) for d in have):
        yield Finding(
            named[0].root, "weights-misplaced", f"{version} holds these bytes, by other names or places",
            "lay the folder out as it was captured, or name its files one by one",
        )  # fmt: skip


def _against(held: Held, known: list[Held], digests: frozenset[str], today: date) -> Iterator[Finding]:
    """What speaks against using *digests* as the version that *held* is of."""
    record = held.record
    version, place = record.version, record.version.prefix
    if record.state not in SEALED:
        yield Finding(place, "not-sealed", f"{version} is {record.state}, not sealed",
                      "; ".join(record.still_needs) or "`cognify status` says what it needs")  # fmt: skip
        return
    if record.independence == "self":
        yield Finding(place, "independence-self", f"{version} was approved by whoever made it",
                      "a solo inventory is for one person's own work; have others approve it")  # fmt: skip
    yield from _withdrawn(held, known, digests)
    if record.state == "superseded":
        yield Finding(place, "model-superseded", f"{version} has a successor",
                      "deploy the successor, unless you mean to go back", Severity.WARNING)  # fmt: skip
    for said in record.rejections:
        why = f": {said.comment}" if said.comment else ""
        yield Finding(said.path, "rejected-since", f"{said.name} rejected {version} as {said.role}{why}",
                      "a seal stays; ask them, and withdraw the version if they are right",
                      Severity.WARNING)  # fmt: skip
    for breached, report in record.breaches.items():
        told = f"was in breach of {_limit(report, breached)} in use, {report.first} to {report.last}"
        yield Finding(report.folder, "monitoring-breach", f"{version} {told}", "deploy another version; a "
                      "later report in which the same metric holds its limit answers this one")  # fmt: skip
    # Of several by one person in one role the last one says until when.
    last = {(a.stated.person, a.stated.role): a for a in _standing(record)}
    for approval in last.values():
        ended = approval.stated.expires
        if ended and date.fromisoformat(ended) < today:
            yield Finding(approval.stated.path, "approval-expired", f"the approval of {approval.stated.name} "
                          f"ended on {ended}", "have a new version approved")  # fmt: skip


def _limit(report: Reported, place: str) -> str:
    """The limit at *place* of the card, in words."""
    return next(f"{held.limit.metric} ({held.limit})" for held in report.held if held.limit.place == place)


def _withdrawn(held: Held, known: list[Held], digests: frozenset[str]) -> Iterator[Finding]:
    """The withdrawals of these very weights that came after *held* was sealed.

    Two versions may share one file, such as an encoder, and the fault of one is not the other's: but
    where all weights of the one are among what is used of the other, they are the same.
    """
    for other in known:
        same = other.released <= digests or held.released <= other.released
        if not same or other.record.state != "withdrawn":
            continue
        since = min((s.seq for s in other.record.trail if s.kind == "model.withdraw" and s.seq is not None),
                    default=None)  # fmt: skip
        sealed = held.record.sealed_at
        if other is held or since is None or sealed is None or since > sealed:
            version = other.record.version
            yield Finding(version.prefix, "model-withdrawn", f"{version} was withdrawn and may not be used",
                          "deploy another version")  # fmt: skip


def _standing(record: VerifiedRecord) -> tuple[Approval, ...]:
    return tuple(a for a in record.approvals if a.stands)


def _open(held: Held, digests: frozenset[str]) -> Iterator[str]:
    yield "that these bytes are still the same when they are loaded, or that the service loads them"
    if held.base and held.base not in digests:
        yield f"that the base model under them is the recorded one (sha256 {held.base})"
    elif held.base_name and not held.base:
        yield f"which base model lies under them: the record names {held.base_name}, without a digest"
    if any(a.stated.conditions for a in _standing(held.record)):
        yield "that the conditions of the approvals are kept"
