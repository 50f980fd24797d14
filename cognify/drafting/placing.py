"""List entries: which entry of the card a claim's `[key]` means, old or new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cognify import replay

_KEYED = re.compile(r"(.*?)/\[(.*?)\](?=/|\Z)")
# What makes two entries of a list the same entry, so that a second capture finds the first's.
_IDENTITY: Mapping[str, tuple[str, ...]] = {
    "/data/datasets": ("role", "id"),
    "/evaluation/runs": ("tool", "dataset", "metric", "slice"),
    "/evaluation/thresholds": ("metric", "comparator", "dataset", "slice"),
    "/evaluation/subgroups": ("attribute", "group", "metric", "dataset"),
    "/evaluation/intersectional": ("attributes", "groups", "metric", "dataset"),
    "/evaluation/baseline": ("model", "metric", "dataset"),
    "/evaluation/weights": ("report",),
    "/evaluation/excluded": ("report", "test", "metric", "outcome"),
    "/model/artifacts": ("path",),
}


class Places:
    """Resolves keyed pointers against the lists of a card, in the order in which keys appear."""

    def __init__(self, card: Mapping[str, Any], values: Iterable[tuple[str, Any]]) -> None:
        self._card = card
        self._entries: dict[str, dict[str, dict[str, Any]]] = {}
        self._index: dict[tuple[str, str], int] = {}
        for pointer, value in values:
            match = _KEYED.match(pointer)
            if match:
                entry = self._entries.setdefault(match[1], {}).setdefault(match[2], {})
                entry[pointer[match.end() + 1 :]] = value
        for place, entries in self._entries.items():
            self._settle(place, entries)

    def _settle(self, place: str, entries: Mapping[str, Mapping[str, Any]]) -> None:
        listed = replay.lookup(self._card, place)
        existing = listed if isinstance(listed, list) else []
        fields = _IDENTITY.get(place)
        free, taken = len(existing), set[int]()
        for key, entry in entries.items():
            index = next(
                (i for i, old in enumerate(existing) if i not in taken and _same(old, entry, fields)),
                None,
            )
            if index is None:
                index, free = free, free + 1
            taken.add(index)
            self._index[place, key] = index

    def resolve(self, pointer: str) -> str:
        """*pointer* with every `[key]` replaced by the index of its entry."""
        match = _KEYED.match(pointer)
        if match is None:
            return pointer
        return f"{match[1]}/{self._index[match[1], match[2]]}{pointer[match.end() :]}"


def _same(old: Any, new: Mapping[str, Any], fields: tuple[str, ...] | None) -> bool:
    if not isinstance(old, Mapping):
        return False
    keys = fields or tuple(new)
    return all(replay.same(old.get(key), new.get(key)) for key in keys)


def by_entry(pointers: Iterable[str]) -> tuple[str, ...]:
    """The entries (`/data/datasets/0`) that the resolved *pointers* lie in, in order, once each."""
    found: dict[str, None] = {}
    for pointer in pointers:
        match = re.match(r"((?:/[a-z_]+)+/[0-9]+)/", pointer)
        if match:
            found[match[1]] = None
    return tuple(found)
