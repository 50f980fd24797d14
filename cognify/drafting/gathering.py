"""A reading evaluated: artifacts with their places, and every claim with the value it gives."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cognify import replay
from cognify.errors import CognifyError
from cognify.readers.reading import WITNESS, Claim, Derivation, Material, Original, Reading
from cognify.records.conflicts import Conflict, Side
from cognify.records.lock import COMPUTED, DECLARED, MEASURED, Artifact, Citation, Scrubbed
from cognify.records.manifest import safe_path

_STRENGTH = {MEASURED: 0, COMPUTED: 1, DECLARED: 2}


@dataclass(frozen=True, slots=True)
class Cited:
    """A card value with its citation; `pointer` still names list entries by `[key]`."""

    pointer: str
    value: Any
    citation: Citation


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a capture has to work with.

    `files` are the bytes to write, by path: `evidence/…` under the version's folder, `datasets/…`
    at the inventory's root.
    """

    artifacts: Mapping[str, Artifact]
    files: Mapping[str, bytes]
    cited: tuple[Cited, ...]
    derived: tuple[Derivation, ...]
    notes: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()


def gather(reading: Reading, *, keep_below: int, custodian: str | None = None) -> Gathered:
    """Evaluate *reading*. A claim that gives no value becomes a note, never a value.

    What stays outside is held by *custodian*, or by the store that it was read from.

    Of several claims for one field the best evidenced counts (measured, computed, declared), then
    the first; where the others say something else, that is a conflict. A witness is never chosen.
    """
    materials = {material.origin: material for material in reading.materials}
    ids = {origin: f"a{number:02d}" for number, origin in enumerate(sorted(materials), 1)}
    artifacts, files = dict[str, Artifact](), dict[str, bytes]()
    for origin, material in materials.items():
        path = _place(material, keep_below)
        artifacts[ids[origin]] = _artifact(material, path, custodian)
        if path is not None and material.raw is not None:
            files[path] = material.raw
    chosen, notes = dict[str, Cited](), list(reading.notes)
    said: dict[str, list[Cited]] = {}
    ordered = sorted(
        enumerate(reading.claims),
        key=lambda item: (item[1].weight == WITNESS, _STRENGTH[item[1].kind], item[0]),
    )
    for _, claim in ordered:
        cited = _evaluate(claim, materials[claim.origin], ids[claim.origin], notes)
        if cited is None:
            continue
        first = chosen.setdefault(cited.pointer, cited)
        if first is not cited and not replay.same(first.value, cited.value):
            said.setdefault(cited.pointer, [first]).append(cited)
    order = {claim.pointer: number for number, claim in reversed(list(enumerate(reading.claims)))}
    cited_values = tuple(sorted(chosen.values(), key=lambda c: order[c.pointer]))
    conflicts = tuple(
        Conflict(pointer, tuple(
            Side(artifacts[c.citation.artifact].origin, c.citation.at, c.citation.raw) for c in sides
        ))
        for pointer, sides in said.items()
    )  # fmt: skip
    noted = tuple(dict.fromkeys(notes))
    return Gathered(artifacts, files, cited_values, reading.derivations, noted, conflicts)


def _evaluate(claim: Claim, material: Material, id: str, notes: list[str]) -> Cited | None:
    if material.raw is None:
        notes.append(f"{claim.pointer}: {claim.origin} was hashed only, so nothing is cited from it")
        return None
    citation = Citation(claim.kind, claim.via, id, claim.at)
    try:
        value, token = replay.value_of(citation, material.raw)
    except CognifyError as error:
        notes.append(f"{claim.pointer}: {claim.origin}: {error.what}")
        return None
    return Cited(claim.pointer, value, Citation(claim.kind, claim.via, id, claim.at, token))


def _artifact(material: Material, path: str | None, custodian: str | None) -> Artifact:
    return Artifact(
        sha256=material.sha256,
        bytes=material.size,
        media=material.media,
        origin=material.origin,
        extractor=material.extractor,
        extractor_version=material.extractor_version,
        path=path,
        uri=None if path else material.origin,
        run=material.run,
        scrubbed=_scrubbed(material.original),
        plugins=tuple((plugin.distribution, plugin.version) for plugin in material.plugins),
        custodian=None if path else custodian or material.custodian,
    )


def _scrubbed(original: Original | None) -> Scrubbed | None:
    return Scrubbed(original.rules, original.sha256, original.size) if original else None


def _place(material: Material, keep_below: int) -> str | None:
    """Where the material's copy lies; None if it stays outside."""
    if material.observed and material.origin.startswith("datasets/"):
        return material.origin
    if material.raw is None or not material.keep or material.size > keep_below:
        return None
    path = f"evidence/{material.origin}"
    if safe_path(path):
        return path
    # A name that some system could not hold keeps its reading as `origin`; its copy gets one that
    # every system can.
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-/") else "_" for c in material.origin)
    parts = [part.strip(".") or "_" for part in plain.split("/")]
    tag = hashlib.sha256(material.origin.encode()).hexdigest()[:8]
    return f"evidence/{'/'.join([*parts[:-1], f'{tag}-{parts[-1]}'])}"
