"""`draft`: a reading and, if there is one, the card as people left it, made into card and lock."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cognify import __version__, canonical, replay, strictyaml
from cognify.drafting import asking, clearing, editing
from cognify.drafting.gathering import Gathered, gather
from cognify.drafting.placing import Places
from cognify.errors import ReplayError
from cognify.inventory import Place, Version
from cognify.readers.reading import Reading
from cognify.records import card as cards
from cognify.records import conflicts, schema
from cognify.records.finding import Finding
from cognify.records.framework import Framework
from cognify.records.lock import DERIVED, Artifact, Citation, Lock
from cognify.strictyaml import splice

_OWN_STATE = "cognify"
_STAYS = "{}: no source gives all of this any more; it stays, since a person wrote in it: take it out by hand"


@dataclass(frozen=True, slots=True)
class Drafted:
    """A capture's result: what to write, and what it amounts to.

    `filled` counts the values that cite evidence, `pending` the fields that wait for a person,
    `carried` the human values taken over from the base version, `conflicts` where sources disagree,
    `removed` the values of the capture before that no source gives any more.
    """

    card: bytes
    lock: Lock
    files: Mapping[str, bytes]
    filled: int
    pending: tuple[str, ...]
    carried: int
    answered: int
    notes: tuple[str, ...]
    conflicts: tuple[Finding, ...] = ()
    removed: tuple[str, ...] = ()


def draft(
    version: Version,
    reading: Reading,
    *,
    current: bytes | None,
    old_lock: Lock | None,
    base: Mapping[str, Any] | None,
    base_version: str,
    frameworks: tuple[Framework, ...],
    tier: str | None,
    keep_below: int,
    at: datetime,
    record: str = "",
    custodian: str | None = None,
) -> Drafted:
    """Card and lock of *version* from *reading*.

    With *current* (the card's bytes as they stand) only machine values are spliced in: every human
    value, comment and blank line stays as it was. Without it a new card is written, with the human
    values of *base* if one is given, under the id *record* if statements about it have one already.

    Raises:
        MalformedRecord: *current* cannot be read.
    """
    gathered = gather(reading, keep_below=keep_below, custodian=custodian)
    carried, fresh = 0, current is None
    if current is None:
        data, carried = _new(version, base, base_version, tier, at, record)
        current = splice.emit_document(data)
        current = cards.FIRST_LINE.encode() + b"\n" + current
    document = strictyaml.read(current, where=version.card)
    put = _put_in(document, gathered, old_lock)
    document = editing.ask(put.document, frameworks)
    if fresh:
        document = strictyaml.read(_in_schema_order(document), where=version.card)
    return _drafted(version, replace(put, document=document), carried)


def filled(document: strictyaml.Document, gathered: Gathered, place: Place) -> Drafted:
    """*document* with the values of *gathered* in it, and their lock: nobody is asked for anything."""
    return _drafted(place, _put_in(document, gathered, None), 0)


@dataclass(frozen=True, slots=True)
class _Put:
    """A document with machine values in it, what they cite, and what was gathered for them."""

    document: strictyaml.Document
    values: Mapping[str, Citation]
    gathered: Gathered
    contested: tuple[conflicts.Conflict, ...]
    notes: tuple[str, ...]
    removed: tuple[str, ...] = ()


def _put_in(document: strictyaml.Document, gathered: Gathered, old_lock: Lock | None) -> _Put:
    places = Places(document.data, [(c.pointer, c.value) for c in gathered.cited])
    cleared = _cleared(document, gathered, places, old_lock)
    if cleared.removed:
        document, old_lock = cleared.document, cleared.lock
        places = Places(document.data, [(c.pointer, c.value) for c in gathered.cited])
    values = {places.resolve(c.pointer): (c.value, c.citation) for c in gathered.cited}
    document, kept, notes = editing.put(document, values, old_lock)
    document, derived = _derive(document, gathered, places, old_lock)
    citations = {p: citation for p, (_, citation) in values.items() if p in kept}
    contested = tuple(replace(c, pointer=places.resolve(c.pointer)) for c in gathered.conflicts)
    with_conflicts = _with_conflicts(gathered, contested)
    return _Put(
        document,
        {**citations, **derived},
        with_conflicts,
        contested,
        (*gathered.notes, *notes, *map(_STAYS.format, cleared.kept)),
        cleared.removed,
    )


def _drafted(place: Place, put: _Put, carried: int) -> Drafted:
    document, gathered = put.document, put.gathered
    lock = Lock(place.model, place.version, gathered.artifacts, put.values, __version__)
    pending = tuple(p for p, v in _states(document.data) if v == "pending")
    return Drafted(
        document.raw,
        lock,
        gathered.files,
        len(lock.values),
        pending,
        carried,
        _answered(document.data, lock),
        put.notes,
        tuple(conflict.finding(f"{place.card}#{conflict.pointer}") for conflict in put.contested),
        put.removed,
    )


def _cleared(
    document: strictyaml.Document, gathered: Gathered, places: Places, old_lock: Lock | None
) -> clearing.Cleared:
    """*document* without what the sources of a capture before gave and those of this one do not."""
    if old_lock is None:
        return clearing.Cleared(document, Lock("", ""))
    known = {cited.pointer for cited in gathered.cited}
    given = known | {d.pointer for d in gathered.derived if known.issuperset(d.inputs)}
    return clearing.clear(document, old_lock, frozenset(map(places.resolve, given)))


def _with_conflicts(gathered: Gathered, contested: tuple[conflicts.Conflict, ...]) -> Gathered:
    """*gathered* with the file that says where its sources disagree; it is sealed with the rest."""
    if not contested:
        return gathered
    raw = conflicts.to_bytes(contested)
    origin = conflicts.ORIGIN
    while any(artifact.origin == origin for artifact in gathered.artifacts.values()):
        origin = f"observed/{origin}"  # a file of the run bears that name already
    artifact = Artifact(
        canonical.sha256(raw), len(raw), conflicts.MEDIA, origin, "weighing", 1, path=f"evidence/{origin}"
    )
    id = f"a{len(gathered.artifacts) + 1:02d}"
    return replace(
        gathered,
        artifacts={**gathered.artifacts, id: artifact},
        files={**gathered.files, f"evidence/{origin}": raw},
    )


def _answered(data: Mapping[str, Any], lock: Lock) -> int:
    """How many values people gave: what is neither cited nor Cognify's own."""
    own = ("/card", "/record/id", "/record/version", "/record/schema_version", "/record/created_at",
           "/record/supersedes", "/model/name", "/model/version")  # fmt: skip
    given = (pointer for pointer, _ in replay.leaves(data))
    return sum(lock.cited(pointer) is None and not pointer.startswith(own) for pointer in given)


def _derive(
    document: strictyaml.Document, gathered: Gathered, places: Places, old_lock: Lock | None
) -> tuple[strictyaml.Document, dict[str, Citation]]:
    values: dict[str, tuple[Any, Citation]] = {}
    known = {cited.pointer for cited in gathered.cited}
    for derivation in gathered.derived:
        if not known.issuperset(derivation.inputs):
            continue  # what it rests on was left out
        inputs = tuple(places.resolve(pointer) for pointer in derivation.inputs)
        if not all(pointer in document for pointer in inputs):
            continue
        numbers = [replay.exact(document, pointer) for pointer in inputs]
        try:
            value = replay.derive.apply(derivation.via, numbers, derivation.via)
        except ReplayError:
            continue  # a person put something else there
        citation = Citation(DERIVED, derivation.via, inputs=inputs)
        values[places.resolve(derivation.pointer)] = (value, citation)
    document, kept, _ = editing.put(document, values, old_lock)
    return document, {p: citation for p, (_, citation) in values.items() if p in kept}


def _new(
    version: Version,
    base: Mapping[str, Any] | None,
    base_version: str,
    tier: str | None,
    at: datetime,
    id: str,
) -> tuple[dict[str, Any], int]:
    """A card with what Cognify itself gives it, and the human values of the base version."""
    data, carried = (human(base), 0) if base is not None else ({}, 0)
    carried = sum(1 for _ in replay.leaves(data))
    record = dict(data.get("record") or {})
    tier_field = next(field for field in cards.fields() if field.pointer == "/record/tier")
    record |= {
        "id": id or f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "schema_version": schema.schema("card")["$id"],
        "created_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    record["tier"] = tier or record.get("tier") or asking.state_for(tier_field)
    if base_version:
        before = (base or {}).get("record") or {}
        record["supersedes"] = {"record": before.get("id"), "version": base_version}
    model = {**(data.get("model") or {}), "name": version.model, "version": version.version}
    filled = {**data, "card": 1, "record": record, "model": model}
    order = list(schema.schema("card")["properties"])
    ordered = sorted(filled, key=lambda key: order.index(key) if key in order else len(order))
    return {key: filled[key] for key in ordered}, carried


def _in_schema_order(document: strictyaml.Document) -> bytes:
    """A new card, its sections and fields in the order in which the schema tells them."""
    rank = {field.pointer: number for number, field in enumerate(cards.fields())}
    for pointer, number in list(rank.items()):
        steps = pointer.split("/")
        for depth in range(len(steps)):
            rank.setdefault("/".join(steps[:depth]), number)

    def ordered(value: Any, place: str) -> Any:
        if isinstance(value, list):
            return [ordered(item, f"{place}/*") for item in value]
        if not isinstance(value, dict):
            return value
        keys = sorted(value, key=lambda key: rank.get(f"{place}/{key}", len(rank)))
        return {key: ordered(value[key], f"{place}/{key}") for key in keys}

    data = ordered(editing.emittable(replay.exact(document, "")), "")
    return cards.FIRST_LINE.encode() + b"\n" + splice.emit_document({"card": 1, **data})


def human(card: Mapping[str, Any]) -> dict[str, Any]:
    """The part of *card* that people wrote: no machine field, no list entry that a machine began."""
    kept: dict[str, Any] = {}
    for pointer, value in replay.leaves(card):
        field = cards.field_at(pointer)
        if field is None or field.owner == "machine" or value is None:
            continue
        if pointer.startswith("/change/"):
            continue  # what changed is asked anew for each version
        steps = pointer.split("/")[1:]
        if any(step.isdecimal() for step in steps) and _machine_list(pointer):
            continue
        _put(kept, steps, value)
    return dict(_listed(kept))


def _machine_list(pointer: str) -> bool:
    """Whether the list that *pointer* runs through is begun by a machine."""
    steps = pointer.split("/")
    place = "/".join(steps[: next(i for i, step in enumerate(steps) if step.isdecimal())])
    field = cards.field_at(place)
    return field is not None and field.owner == "machine"


def _put(data: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        data = data.setdefault(step, {})
    data[steps[-1].replace("~1", "/").replace("~0", "~")] = value


def _listed(data: Any) -> Any:
    """Mappings whose keys are indices back as the lists they came from."""
    if not isinstance(data, dict):
        return data
    inner = {key: _listed(value) for key, value in data.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def _states(data: Any, pointer: str = "") -> list[tuple[str, str]]:
    state = cards.state_of(data)
    if state is not None:
        return [(pointer, state)]
    if isinstance(data, Mapping):
        return [s for key, value in data.items() for s in _states(value, f"{pointer}/{replay.escape(key)}")]
    if isinstance(data, list):
        return [s for i, value in enumerate(data) for s in _states(value, f"{pointer}/{i}")]
    return []
