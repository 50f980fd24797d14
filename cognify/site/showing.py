"""Which element of a version's page shows a place of its card: what a link from elsewhere leads to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cognify import replay
from cognify.records import card as cards
from cognify.site.results import LISTS
from cognify.site.sheet import anchor

_cached_anchor = lru_cache(maxsize=65536)(anchor)

# What is known only after signing has no place on the card; these are the headings that tell of it.
_HEADINGS = {"approvals": "sign-off", "attestations": "trail", "audit": "trail"}
_RESULTS = "results"
_CELLS = (
    "metric", "dataset", "slice", "value", "n", "threshold", "pass", "suppressed", "commentary",
    "attribute", "group", "attributes", "groups",
)  # fmt: skip
"""What of a result has a cell with an id of its own."""


def element(data: Mapping[str, Any], pointer: str) -> str:
    """The id of the element that shows *pointer* of the card *data*, or of the nearest one around it.

    *data* may hold what is rendered after signing. The page's own test holds the two together.
    """
    steps = pointer.split("/")[1:]
    if steps[0] in _HEADINGS:
        return _HEADINGS[steps[0]]
    if pointer.startswith(tuple(f"{of}/" for of in LISTS)) or pointer in LISTS:
        return _result(data, pointer, steps)
    if f"{steps[0]}.{steps[-1]}" in cards.AFTER_SIGNING:
        return "top"
    if len(steps) == 1:
        return _section(data, pointer, steps[0])
    value = replay.lookup(data, pointer)
    # A state in a table has no id of its own: the list has one, be it a table or a group.
    if cards.state_of(value) is not None and steps[-2].isdecimal():
        pointer = pointer.rsplit("/", 2)[0]
    return _cached_anchor(pointer) if pointer.count("/") > 1 else _section(data, pointer, steps[0])


def _section(data: Mapping[str, Any], pointer: str, name: str) -> str:
    """A section that is a state is a row; any other has a heading."""
    whole = cards.state_of(data.get(name)) is not None
    return _cached_anchor(pointer) if whole else f"s{_cached_anchor(pointer)[1:]}"


def _result(data: Mapping[str, Any], pointer: str, steps: list[str]) -> str:
    if len(steps) < 4:
        results = replay.lookup(data, f"/{'/'.join(steps[:2])}")
        if cards.state_of(results) is not None:
            return _cached_anchor(pointer)
        return _RESULTS if isinstance(results, list) else "card"
    if steps[3] == "ci" and isinstance(replay.lookup(data, f"{pointer}/low"), int | float):
        pointer = f"{pointer}/low"
    elif steps[3] not in _CELLS:
        return _RESULTS
    return _RESULTS if cards.state_of(replay.lookup(data, pointer)) is not None else _cached_anchor(pointer)
