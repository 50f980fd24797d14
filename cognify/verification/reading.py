"""What the card, the lock and the evidence of one version say by themselves.

Nothing of it depends on what was stated about the version, or on any other: step 8 holds it against that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from cognify import replay, strictyaml
from cognify.errors import CognifyError
from cognify.inventory import Files, Place
from cognify.records import lock as locks
from cognify.records import plan
from cognify.records.finding import Finding
from cognify.records.lock import Artifact
from cognify.records.plan import Threshold
from cognify.strictyaml import Document
from cognify.verification.digests import Digests

_LFS = b"version https://git-lfs.github.com/spec/"
_RESTORE = "restore it from a clone, a mirror or a package made before the change"


class Outside(NamedTuple):
    """An artifact that the inventory does not hold; `custodian` is nothing where nobody was named."""

    sha256: str
    cited: int
    custodian: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One version, read: whether its card is one, the tier and record id in it, faults, what lies outside.

    `thresholds` are those that the card holds, sorted; `ended` when it says that training ended.
    `tier` and `record` are None where the card says no text; `outside` is what the inventory does not
    hold, and nothing is fetched: the digest of each artifact, how many values cite it, and who holds it.
    """

    has_card: bool
    tier: str | None
    record: str | None
    faults: tuple[Finding, ...]
    outside: tuple[Outside, ...]
    thresholds: tuple[Threshold, ...] = ()
    ended: str = ""


def read(files: Files, digests: Digests, place: Place) -> Reading:
    """Read what lies at *place* in *files*: its card, its artifacts by digest, and every citation replayed.

    Raises:
        CognifyError: as `files.read`, for evidence that is listed and cannot be had.
    """
    try:
        card = strictyaml.read(files.read(place.card), where=place.card)
    except CognifyError as error:
        return Reading(False, None, None, (Finding.of(error),), ())
    section = card.data.get("record")
    said = section if isinstance(section, dict) else {}
    faults, outside = _evidence(files, digests, place, card) if files.exists(place.manifest) else ([], ())
    return Reading(
        True, _text(said.get("tier")), _text(said.get("id")), tuple(faults), outside,
        thresholds(card), _text(replay.lookup(card.data, "/training/ended_at")) or "",
    )  # fmt: skip


def thresholds(card: Document) -> tuple[Threshold, ...]:
    """The thresholds of *card*, sorted. Entries that are none say nothing: `check` says what they lack."""
    entries, found = replay.lookup(card.data, "/evaluation/thresholds"), []
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        value = replay.exact(card, f"/evaluation/thresholds/{index}/value")
        if isinstance(entry, dict) and isinstance(value, int | float | Decimal):
            found.append(plan.of(entry, value))
    return tuple(sorted(found))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _evidence(
    files: Files, digests: Digests, place: Place, card: Document
) -> tuple[list[Finding], tuple[Outside, ...]]:
    """The faults of the artifacts and citations at *place*, and what lies outside."""
    try:
        lock = locks.parse(files.read(place.lock), where=place.lock)
    except CognifyError as error:
        return [Finding.of(error)], ()
    faults = list[Finding]()
    if (lock.model, lock.version) != (place.model, place.version):
        what = f"the lock of {lock.model} {lock.version}"
        faults.append(Finding(place.lock, "subject-mismatch", what, _RESTORE))
    for artifact in lock.artifacts.values():
        fault = _artifact(files, digests, place, artifact)
        faults += [fault] if fault else []
    faults += replay.discrepancies(card, lock, lambda a: _bytes(files, place, a), where=place.card)
    citing = Counter(citation.artifact for citation in lock.values.values())
    return faults, tuple(
        Outside(a.sha256, citing[id], a.custodian or "") for id, a in lock.artifacts.items() if a.path is None
    )


def _path(place: Place, artifact: Artifact) -> str | None:
    """Where *artifact* lies in the inventory; None if it is kept outside."""
    if artifact.path is None or artifact.path.startswith("datasets/"):
        return artifact.path
    return place.prefix + artifact.path


def _bytes(files: Files, place: Place, artifact: Artifact) -> bytes | None:
    """The artifact's bytes if the inventory holds them."""
    path = _path(place, artifact)
    return files.read(path) if path is not None and files.exists(path) else None


def _artifact(files: Files, digests: Digests, place: Place, artifact: Artifact) -> Finding | None:
    path = _path(place, artifact)
    if path is None:
        return None
    raw = _bytes(files, place, artifact)
    if raw is None:
        return Finding(path, "evidence-unavailable", "evidence that the lock lists is gone", _RESTORE)
    same = digests.of(files, path) == artifact.sha256
    if raw.startswith(_LFS) and not same:
        return Finding(path, "lfs-pointer", "a Git LFS pointer lies in place of the evidence",
                       "keep evidence in Git itself, or outside with uri, sha256 and size")  # fmt: skip
    if not same or len(raw) != artifact.bytes:
        return Finding(path, "evidence-digest", "not the bytes whose digest the lock records", _RESTORE)
    return None
