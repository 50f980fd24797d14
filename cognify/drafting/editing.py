"""Putting machine values into a card byte-exactly, and leaving people's bytes alone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cognify import replay, strictyaml
from cognify.drafting import asking
from cognify.records import card as cards
from cognify.records.framework import Framework
from cognify.records.lock import DERIVED, Citation, Lock
from cognify.records.policy import TIERS
from cognify.strictyaml import Document, splice

Values = Mapping[str, tuple[Any, Citation]]


def put(document: Document, values: Values, old_lock: Lock | None) -> tuple[Document, set[str], list[str]]:
    """Put *values* into the card; returns it, the pointers that now hold them, and notes.

    A value is written where nothing stood, where Cognify's own state stood, or over a machine
    value. What a person wrote into a field that is theirs, or a state that a person gave, stays.
    """
    kept, notes = set[str](), list[str]()
    fresh: dict[str, Any] = {}
    for pointer, (value, _) in values.items():
        held = replay.lookup(document.data, pointer)
        if replay.absent(held) and _state_above(document, pointer) is None:
            fresh[pointer] = value
            kept.add(pointer)
        elif _may_replace(document, pointer, old_lock):
            document = _replace(document, pointer, value)
            kept.add(pointer)
        elif not replay.absent(held) and replay.same(replay.exact(document, pointer), value):
            kept.add(pointer)
        else:
            notes.append(f"{pointer} was written by a person and stays; the evidence says {value}")
    return _insert(document, fresh), kept, notes


def _may_replace(document: Document, pointer: str, old_lock: Lock | None) -> bool:
    state = _state_above(document, pointer)
    if state is not None:
        # A person's "not applicable" is their word; what Cognify or a prompt put there is not.
        return state.get("by") == "cognify" or state.get("state") == "pending"
    field = cards.field_at(pointer)
    if field is None or field.owner == "machine":
        return True
    # A mixed field is a machine's only as long as it says what the machine wrote last.
    before = old_lock.values.get(pointer) if old_lock is not None else None
    held = replay.lookup(document.data, pointer)
    if before is None or before.kind == DERIVED or replay.absent(held) or field.owner != "mixed":
        return False
    return replay.same(replay.exact(document, pointer), replay.quoted(before))


def _state_above(document: Document, pointer: str) -> Mapping[str, Any] | None:
    """The state object that stands at *pointer* or in the place of a group around it."""
    while pointer:
        value = replay.lookup(document.data, pointer)
        if isinstance(value, Mapping) and cards.state_of(value) is not None:
            return value
        pointer = pointer.rpartition("/")[0]
    return None


def _replace(document: Document, pointer: str, value: Any) -> Document:
    place = pointer
    while place and cards.state_of(replay.lookup(document.data, place)) is None:
        place = place.rpartition("/")[0]
    if not place:
        if replay.same(replay.exact(document, pointer), value):
            return document
        text = splice.emit(emittable(value), _indent(document, pointer))
        return _again(document, splice.replace(document.raw, document, pointer, text))
    # A state in the place of the value, or of a group around it: make way for what is inside.
    inside = _nested(pointer.removeprefix(place).split("/")[1:], value)
    text = splice.emit(emittable(inside), _indent(document, place))
    return _again(document, splice.replace(document.raw, document, place, text))


def _nested(steps: list[str], value: Any) -> Any:
    for step in reversed(steps):
        value = [value] if step == "0" else {step.replace("~1", "/").replace("~0", "~"): value}
    return value


def _indent(document: Document, pointer: str) -> int:
    from cognify.errors import MalformedRecord

    try:
        return document.nested_indent(pointer)
    except MalformedRecord:
        return 0  # inside brackets, where only one line fits anyway


def _insert(document: Document, fresh: Mapping[str, Any]) -> Document:
    """Insert values where nothing stands: all that share a missing parent go in as one block."""
    blocks: dict[tuple[str, str], dict[str, Any]] = {}
    for pointer, value in fresh.items():
        steps = pointer.split("/")[1:]
        depth = 0
        while depth < len(steps) and not replay.absent(
            replay.lookup(document.data, "/" + "/".join(steps[: depth + 1]))
        ):
            depth += 1
        parent = "".join(f"/{step}" for step in steps[:depth])
        block = blocks.setdefault((parent, steps[depth]), {})
        _tree(block, steps[depth + 1 :], value)
    # All in one pass, since each reading of the card costs as much as the rest. Of insertions that end at one
    # place the inner one comes first; into brackets they go one by one.
    ordered = sorted(blocks.items(), key=lambda item: -item[0][0].count("/"))
    edits, bracketed = list[splice.Edit](), []
    for (parent, key), block in ordered:
        told = parent, key, _shaped(block.get("", block))
        if document.style(parent) == "block":
            edits += _insertion(document, *told)
        else:
            bracketed.append(told)
    document = _again(document, splice.apply(document.raw, edits)) if edits else document
    for told in bracketed:
        document = _again(document, splice.apply(document.raw, _insertion(document, *told)))
    return document


def _tree(block: dict[str, Any], steps: list[str], value: Any) -> None:
    if not steps:
        block[""] = value
        return
    for step in steps[:-1]:
        block = block.setdefault(step, {})
    block[steps[-1]] = value


def _shaped(value: Any) -> Any:
    """A tree of steps as data: index keys become lists, escapes are undone."""
    if not isinstance(value, dict):
        return value
    inner = {key: _shaped(part) for key, part in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return {key.replace("~1", "/").replace("~0", "~"): part for key, part in inner.items()}


def _insertion(document: Document, parent: str, key: str, value: Any) -> list[splice.Edit]:
    block = document.style(parent) == "block"
    indent = (document.indent(parent) if block else document.nested_indent(parent)) + 2
    text = splice.emit(emittable(value), indent)
    if isinstance(replay.lookup(document.data, parent), list):
        return splice.insertion(document, parent, text)
    return splice.insertion(document, parent, text, key=key.replace("~1", "/").replace("~0", "~"))


def ask(document: Document, frameworks: tuple[Framework, ...]) -> Document:
    """Put a state where the tier or a framework asks for something that the card does not answer."""
    section = document.data.get("record")
    stated = section.get("tier") if isinstance(section, dict) else None
    tier = stated if stated in TIERS else TIERS[0]
    asked = dict(asking.questions(document.data, str(tier), frameworks))
    return _insert(document, asked)


def emittable(value: Any) -> Any:
    """*value* with exact numbers spelled as the profile wants them."""
    if isinstance(value, Decimal):
        return strictyaml.Number(str(value))
    if isinstance(value, dict):
        return {key: emittable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [emittable(part) for part in value]
    return value


def _again(document: Document, raw: bytes) -> Document:
    return strictyaml.read(raw, where=document.where)
