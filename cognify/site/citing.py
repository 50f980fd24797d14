"""Citations ready to be shown: replayed once more, cut to a bounded length, and numbered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cognify import explaining
from cognify.errors import CognifyError
from cognify.records.lock import DERIVED, Artifact, Citation, Lock
from cognify.strictyaml import Document

LONGEST = 400
"""How many characters of a token a page shows; a whole file may be cited as one token."""


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
    inputs: tuple[str, ...] = ()
    fault: str = ""


def cite(
    card: Document, lock: Lock, read: Callable[[Artifact], bytes | None]
) -> Mapping[str, Cited]:
    """Every citation of *lock*, by pointer. One that does not replay is kept, with its fault."""
    kept: dict[str, bytes | None] = {}

    def remembered(artifact: Artifact) -> bytes | None:
        if artifact.sha256 not in kept:
            kept[artifact.sha256] = read(artifact)
        return kept[artifact.sha256]

    places = {pointer: place for place, pointer in enumerate(card.pointers())}
    ordered = sorted(lock.values, key=lambda pointer: (places.get(pointer, len(places)), pointer))
    numbers = {pointer: number for number, pointer in enumerate(ordered, 1)}
    # File by file, since the replay remembers only a few parsed files at a time.
    by_file = sorted(ordered, key=lambda pointer: lock.values[pointer].artifact)
    found = {p: _cited(card, lock, p, numbers[p], remembered) for p in by_file}
    return {pointer: found[pointer] for pointer in ordered}


def _cited(
    card: Document,
    lock: Lock,
    pointer: str,
    number: int,
    read: Callable[[Artifact], bytes | None],
) -> Cited:
    citation = lock.values[pointer]
    if citation.kind == DERIVED:
        return Cited(number, pointer, citation.kind, citation.via, inputs=citation.inputs,
                     fault=_fault(card, lock, pointer, read))  # fmt: skip
    artifact = lock.artifacts[citation.artifact]
    before, token, after, fault = _excerpt(card, lock, pointer, read)
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
        token=_cut(token if token else _quoted(citation)),
        after=after,
        run=artifact.run or "",
        extractor=f"{artifact.extractor} {artifact.extractor_version}",
        fault=fault,
    )


def _excerpt(
    card: Document, lock: Lock, pointer: str, read: Callable[[Artifact], bytes | None]
) -> tuple[str, str, str, str]:
    try:
        explained = explaining.explain(card, lock, pointer, read)
    except CognifyError as error:
        return "", "", "", error.what
    before, token, after = explained.parts()
    return _from_line(before), token, _to_line(after), ""


def _from_line(before: str) -> str:
    """*before* without the broken line that it may begin with."""
    cut = len(before.encode()) >= explaining.AROUND
    return before.partition("\n")[2] if cut and "\n" in before else ("… " if cut else "") + before


def _to_line(after: str) -> str:
    """*after* without the broken line that it may end with."""
    cut = len(after.encode()) >= explaining.AROUND
    return after.rpartition("\n")[0] if cut and "\n" in after else after + (" …" if cut else "")


def _fault(
    card: Document, lock: Lock, pointer: str, read: Callable[[Artifact], bytes | None]
) -> str:
    try:
        explaining.explain(card, lock, pointer, read)
    except CognifyError as error:
        return error.what
    return ""


def _quoted(citation: Citation) -> str:
    """The token that the lock quotes: all there is where the file itself is kept elsewhere."""
    return citation.raw


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]} […] {len(text) - LONGEST} more characters"
