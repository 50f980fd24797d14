"""Citations ready to be shown: replayed once more, cut to a bounded length, and numbered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cognify import canonical, explaining, replay
from cognify.errors import CognifyError
from cognify.records.lock import DERIVED, Artifact, Lock
from cognify.strictyaml import Document

LONGEST = 400
"""How many characters of a token a page shows; a whole file may be cited as one token."""
_ANOTHER = "the file that lies there is not the one whose digest the lock records"


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a card value comes from; `fault` says so where the evidence does not give the value.

    `number` counts the citations of the card in its own order: what a footnote is called.
    """

    number: int
    pointer: str
    kind: str
    via: str
    artifact: str = ""
    file: str = ""
    sha256: str = ""
    held: bool = False
    at: str = ""
    before: str = ""
    token: str = ""
    after: str = ""
    run: str = ""
    extractor: str = ""
    scrubbed: str = ""
    inputs: tuple[str, ...] = ()
    fault: str = ""


def cite(card: Document, lock: Lock, read: Callable[[Artifact], bytes | None]) -> Mapping[str, Cited]:
    """Every citation of *lock*, by pointer. One that does not hold is kept, with its fault.

    A verification replays what was proposed; a draft is replayed here, so that no page shows a
    number as measured that its evidence does not give.
    """
    kept: dict[str, bytes | None] = {}

    def remembered(artifact: Artifact) -> bytes | None:
        if artifact.sha256 not in kept:
            kept[artifact.sha256] = read(artifact)
        return kept[artifact.sha256]

    faults = {f.where: f.what for f in replay.discrepancies(card, lock, remembered, where="")}
    places = {pointer: place for place, pointer in enumerate(card.pointers())}
    ordered = sorted(lock.values, key=lambda pointer: (places.get(pointer, len(places)), pointer))
    numbers = {pointer: number for number, pointer in enumerate(ordered, 1)}
    others = {id for id, a in lock.artifacts.items() if _is_another(a, remembered(a))}
    # File by file, since the replay remembers only a few parsed files at a time.
    found = {}
    for pointer in sorted(ordered, key=lambda pointer: lock.values[pointer].artifact):
        fault = _ANOTHER if lock.values[pointer].artifact in others else faults.get(pointer, "")
        found[pointer] = _cited(card, lock, pointer, numbers[pointer], remembered, fault)
    return {pointer: found[pointer] for pointer in ordered}


def _is_another(artifact: Artifact, raw: bytes | None) -> bool:
    return raw is not None and canonical.sha256(raw) != artifact.sha256


def _cited(
    card: Document,
    lock: Lock,
    pointer: str,
    number: int,
    read: Callable[[Artifact], bytes | None],
    fault: str,
) -> Cited:
    citation = lock.values[pointer]
    if citation.kind == DERIVED:
        return Cited(number, pointer, DERIVED, citation.via, inputs=citation.inputs, fault=fault)
    artifact = lock.artifacts[citation.artifact]
    before, token, after = _excerpt(card, lock, pointer, read)
    return Cited(
        number=number,
        pointer=pointer,
        kind=citation.kind,
        via=citation.via,
        artifact=citation.artifact,
        file=artifact.path or artifact.uri or "",
        sha256=artifact.sha256,
        held=artifact.path is not None,
        at=citation.at,
        before=before,
        # The token that the lock quotes is all there is where the file is kept elsewhere.
        token=_cut(token or citation.raw),
        after=after,
        run=artifact.run or "",
        extractor=f"{artifact.extractor} {artifact.extractor_version}",
        scrubbed=artifact.scrubbed.sentence if artifact.scrubbed else "",
        fault=fault,
    )


def _excerpt(
    card: Document, lock: Lock, pointer: str, read: Callable[[Artifact], bytes | None]
) -> tuple[str, str, str]:
    try:
        before, token, after = explaining.explain(card, lock, pointer, read).parts()
    except CognifyError:
        return "", "", ""
    return _from_line(before), token, _to_line(after)


def _from_line(before: str) -> str:
    """*before* without the broken line that it may begin with."""
    cut = len(before.encode()) >= explaining.AROUND
    return before.partition("\n")[2] if cut and "\n" in before else ("… " if cut else "") + before


def _to_line(after: str) -> str:
    """*after* without the broken line that it may end with."""
    cut = len(after.encode()) >= explaining.AROUND
    return after.rpartition("\n")[0] if cut and "\n" in after else after + (" …" if cut else "")


def _fault(card: Document, lock: Lock, pointer: str, read: Callable[[Artifact], bytes | None]) -> str:
    try:
        explaining.explain(card, lock, pointer, read)
    except CognifyError as error:
        return error.what
    return ""


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]} […] {len(text) - LONGEST} more characters"
