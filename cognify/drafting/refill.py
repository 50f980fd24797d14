"""`refill`: put cited values back where the card differs, and ask for what a raised tier needs."""

from __future__ import annotations

from dataclasses import dataclass

from cognify import replay, strictyaml
from cognify.drafting import editing
from cognify.errors import ReplayError
from cognify.records import card as cards
from cognify.records.framework import Framework
from cognify.records.lock import DERIVED, Lock
from cognify.replay.judge import Read


@dataclass(frozen=True, slots=True)
class Refilled:
    """The card with its machine values as the evidence gives them, and which ones were put back."""

    card: bytes
    changed: tuple[str, ...]
    kept: tuple[str, ...]


def refill(raw: bytes, lock: Lock, read: Read, *, frameworks: tuple[Framework, ...], where: str) -> Refilled:
    """Replay *lock* on the evidence that *read* gives and splice what differs into the card *raw*.

    A field that a person may write (human or mixed) keeps their value; it is listed in `kept`.

    Raises:
        MalformedRecord: the card cannot be read.
        ReplayError: a citation cannot be evaluated on its evidence.
    """
    document = strictyaml.read(raw, where=where)
    changed, kept = list[str](), list[str]()
    for pointer, citation in lock.values.items():
        if citation.kind == DERIVED:
            continue
        artifact = lock.artifacts[citation.artifact]
        content = read(artifact)
        if content is None:
            continue
        value, token = replay.value_of(citation, content)
        if token != citation.raw:
            raise ReplayError(
                f"{pointer}: the evidence says {token[:60]!r}, the lock quotes {citation.raw[:60]!r}",
                where=artifact.path, fix="restore the evidence, or capture the version again",
                id="citation-unreplayable",
            )  # fmt: skip
        held = replay.lookup(document.data, pointer)
        if not replay.absent(held) and replay.same(replay.exact(document, pointer), value):
            continue
        field = cards.field_at(pointer)
        if field is not None and field.owner != "machine" and not replay.absent(held):
            kept.append(pointer)
            continue
        document, put, _ = editing.put(document, {pointer: (value, citation)}, lock)
        (changed if pointer in put else kept).append(pointer)
    document, again = _derived(document, lock)
    return Refilled(editing.ask(document, frameworks).raw, (*changed, *again), tuple(kept))


def _derived(document: strictyaml.Document, lock: Lock) -> tuple[strictyaml.Document, tuple[str, ...]]:
    changed = []
    for pointer, citation in lock.values.items():
        if citation.kind != DERIVED or not all(p in document for p in citation.inputs):
            continue
        inputs = [replay.exact(document, p) for p in citation.inputs]
        value = replay.derive.apply(citation.via, inputs, citation.via)
        if pointer in document and replay.same(replay.exact(document, pointer), value):
            continue
        document, put, _ = editing.put(document, {pointer: (value, citation)}, lock)
        changed += [pointer] if pointer in put else []
    return document, tuple(changed)
