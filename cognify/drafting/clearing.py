"""Taking out what no source gives any more, when a version is captured again; nothing of a person's."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from cognify import replay, strictyaml
from cognify.errors import CognifyError
from cognify.records import card as cards
from cognify.records.lock import DERIVED, Lock
from cognify.strictyaml import Document, splice

_COMMENT = re.compile(rb"(?:^|\s)#")
_SECTION = 1
"""Depth of the card's sections: they stay, however empty."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """The card without the values that went, and the lock of before as it points into it.

    `removed` are pointers into the card as it was, one for each value that was cited; `kept` are
    places of values that no source gives and that stay, because a person wrote beside them.
    """

    document: Document
    lock: Lock
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def clear(document: Document, old_lock: Lock, wanted: Collection[str]) -> Cleared:
    """Take out the machine's values that *old_lock* cites and that are not among the pointers *wanted*.

    A value goes with its key, and with the group or list entry around it if nothing else is in there.
    A value that is no longer what the machine wrote stays; so does a list entry that a person wrote
    into, and whatever has a comment in its lines.
    """
    gone = {
        pointer for pointer in old_lock.values
        if pointer not in wanted and pointer in document and _is_ours(document, pointer, old_lock)
    }  # fmt: skip
    if not gone:
        return Cleared(document, old_lock)
    plan = _Plan(gone, frozenset(wanted))
    plan.visit(document.data, "")
    taken, kept, before = list[str](), list(plan.kept), document.data
    for unit in sorted(plan.units, key=lambda unit: document.span(unit).start, reverse=True):
        shorter = _without(document, unit)
        parts = [unit] if shorter is not None else _inside(document, unit, gone)
        for part in parts:
            shorter = shorter or _without(document, part)
            if shorter is None:
                kept.append(part)
            else:
                document, taken, shorter = shorter, [*taken, part], None
    removed = tuple(pointer for pointer in old_lock.values if pointer in gone and _within(pointer, taken))
    items = [part for part in taken if isinstance(replay.lookup(before, part.rpartition("/")[0]), list)]
    values = {
        _moved(pointer, items): replace(citation, inputs=tuple(_moved(p, items) for p in citation.inputs))
        for pointer, citation in old_lock.values.items() if not _within(pointer, taken)
    }  # fmt: skip
    return Cleared(document, replace(old_lock, values=values), removed, tuple(sorted(kept)))


def _is_ours(document: Document, pointer: str, lock: Lock) -> bool:
    """Whether the card still says what the machine wrote there."""
    field = cards.field_at(pointer)
    if field is not None and field.owner == "human":
        return False
    citation, held = lock.values[pointer], replay.exact(document, pointer)
    try:
        if citation.kind != DERIVED:
            return replay.same(held, replay.quoted(citation))
        inputs = [replay.exact(document, source) for source in citation.inputs]
        return replay.same(held, replay.derive.apply(citation.via, inputs, pointer))
    except CognifyError:
        return False


class _Plan:
    """The largest parts of the card in which all is gone; `kept` are entries that a person wrote into."""

    def __init__(self, gone: Collection[str], wanted: Collection[str]) -> None:
        self.gone, self.wanted = gone, wanted
        self.units: list[str] = []
        self.kept: list[str] = []

    def visit(self, data: Any, pointer: str, *, item: bool = False) -> bool:
        """Whether all in *data* goes; of what does not go as a whole the parts that do are noted."""
        if pointer in self.gone:
            self.units.append(pointer)
            return True
        state = cards.state_of(data)
        if state is not None:
            return data.get("by") == "cognify" or state == "pending"
        if not isinstance(data, Mapping | list) or not data:
            return False
        before = len(self.units)
        inner, listed = isinstance(data, list), data.items() if isinstance(data, Mapping) else enumerate(data)
        visited = [self.visit(v, f"{pointer}/{replay.escape(str(key))}", item=inner) for key, v in listed]
        whole = all(visited)
        if len(self.units) == before:
            return whole
        if whole and pointer.count("/") > _SECTION:
            self.units[before:] = [pointer]
            return True
        if item and not all(map(self._cited, _said(data, pointer))):
            self.kept.append(pointer)  # a person wrote in this entry
            del self.units[before:]
        return False

    def _cited(self, place: str) -> bool:
        while place and place not in self.gone and place not in self.wanted:
            place = place.rpartition("/")[0]
        return bool(place)


def _said(data: Any, pointer: str) -> Iterator[str]:
    """The places in *data* where something stands that is no state of Cognify's."""
    state = cards.state_of(data)
    if state is not None:
        if data.get("by") != "cognify" and state != "pending":
            yield pointer
    elif isinstance(data, Mapping | list) and data:
        listed = data.items() if isinstance(data, Mapping) else enumerate(data)
        for key, value in listed:
            yield from _said(value, f"{pointer}/{replay.escape(str(key))}")
    else:
        yield pointer


def _inside(document: Document, unit: str, gone: Collection[str]) -> list[str]:
    """The values in a *unit* that cannot go as a whole, the last first; of a list entry only the whole."""
    below = ((p, p.removeprefix(unit)) for p in gone if p.startswith(f"{unit}/"))
    inside = [pointer for pointer, rest in below if not re.search(r"/[0-9]+(?:/|\Z)", rest)]
    whole = unit.rpartition("/")[2].isdecimal() or len(inside) < 2
    return [unit] if whole else sorted(inside, key=lambda p: document.span(p).start, reverse=True)


def _without(document: Document, pointer: str) -> Document | None:
    """The document without the key or list item at *pointer*; None where that would touch anything else."""
    expected = _data_without(document.data, pointer)
    for start, end in _ranges(document, pointer):
        if _COMMENT.search(document.raw[start:end]):
            continue
        raw = splice.apply(document.raw, [splice.Edit(start, end, b"")])
        try:
            shorter = strictyaml.read(raw, where=document.where)
        except CognifyError:
            continue
        if shorter.data == expected:
            return shorter
    return None


def _ranges(document: Document, pointer: str) -> Iterator[tuple[int, int]]:
    """Bytes that may be cut: whole lines; or, behind a dash, up to the next key."""
    parent, _, last = pointer.rpartition("/")
    raw, end = document.raw, document.line_end(document.span(pointer).end)
    if document.style(parent) != "block":
        return
    holder = document.value(parent)
    if isinstance(holder, list):
        start = raw.rfind(b"-", 0, document.span(pointer).start)
    else:
        start = document.key_span(pointer).start
    line = raw.rfind(b"\n", 0, start) + 1
    if not raw[line:start].strip(b" "):
        yield line, end
    if isinstance(holder, dict):
        keys = [replay.escape(key) for key in holder]
        behind = keys[keys.index(last) + 1 :]
        if behind:
            yield start, document.key_span(f"{parent}/{behind[0]}").start


def _data_without(data: Any, pointer: str) -> Any:
    shorter = deepcopy(data)
    parent, _, last = pointer.rpartition("/")
    holder = replay.lookup(shorter, parent)
    if isinstance(holder, list):
        del holder[int(last)]
    else:
        del holder[last.replace("~1", "/").replace("~0", "~")]
    return shorter


def _within(pointer: str, taken: Collection[str]) -> bool:
    return any(f"{pointer}/".startswith(f"{part}/") for part in taken)


def _moved(pointer: str, items: Collection[str]) -> str:
    """*pointer* as it is once the list *items* are out."""
    steps = pointer.split("/")
    moved = list(steps)
    for depth, step in enumerate(steps):
        if step.isdecimal():
            place = "/".join(steps[:depth])
            others = (item.rpartition("/") for item in items)
            lower = sum(at == place and int(other) < int(step) for at, _, other in others)
            moved[depth] = str(int(step) - lower)
    return "/".join(moved)
