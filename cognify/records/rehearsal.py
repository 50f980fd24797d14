"""A pack tried on its own examples: does every row say what it means to? Pure.

For packs that ship and for those that a firm writes, by the same rules: an empty card evidences nothing,
what is given as passing passes, what fails fails, and a row flips without any field that its example gives.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cognify.records import card, schema
from cognify.records.framework import Coverage, Framework, Requirement

_AFTER = ("approvals", "attestations", "audit")
_WANTED: Mapping[str, tuple[Coverage, ...]] = {
    "pass": (Coverage.PRESENT,),
    "partial": (Coverage.PARTIAL,),
    "fail": (Coverage.MISSING,),
    "derived": (Coverage.PARTIAL, Coverage.MISSING),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row."""

    requirement: str
    what: str


def faults(pack: Framework) -> tuple[Fault, ...]:
    """Everything in *pack* that its own examples contradict, in the order of its rows."""
    return tuple(fault for asked in pack.requirements for fault in _faults(asked))


def _faults(asked: Requirement) -> Iterator[Fault]:
    empty = asked.coverage({})
    wanted = Coverage.NOT_APPLICABLE if asked.asks_nothing else Coverage.MISSING
    if empty is not wanted:
        yield Fault(asked.id, f"an empty card is {empty.value}, where it is {wanted.value}")
    for kind, example in _examples(asked):
        found = asked.coverage(example)
        if found not in _WANTED[kind]:
            told = "passing example without its first field" if kind == "derived" else f"example {kind!r}"
            yield Fault(asked.id, f"the {told} is {found.value}")
        problems = () if kind == "derived" else schema.validate("card", whole(example), asked.id)
        if problems:
            yield Fault(asked.id, f"the example {kind!r} is no part of a card: {problems[0].pointer}: "
                        f"{problems[0].what}")  # fmt: skip
    for name in asked.fields:
        passing = asked.examples["pass"]
        if card.find(passing, name) and asked.coverage(without(passing, name)) is Coverage.PRESENT:
            yield Fault(asked.id, f"it is present without {name}, which its example gives")


def _examples(asked: Requirement) -> Iterator[tuple[str, Any]]:
    yield from asked.examples.items()
    if asked.fields and "fail" not in asked.examples:
        given = [name for name in asked.fields if card.find(asked.examples["pass"], name)]
        if given:
            yield "derived", without(asked.examples["pass"], given[0])


def whole(example: Mapping[str, Any]) -> dict[str, Any]:
    """*example* with what every card has, and without what is rendered after signing."""
    record = {"id": "urn:uuid:00000000-0000-0000-0000-000000000000", "tier": "low"}
    kept: dict[str, Any] = {key: value for key, value in example.items() if key not in _AFTER}
    for name in card.AFTER_SIGNING:
        kept = without(kept, name)
    model = {"name": "m", "version": "1", **kept.get("model", {})}
    return {"card": 1, **kept, "record": {**record, **kept.get("record", {})}, "model": model}


def without(example: Any, name: str) -> Any:
    """*example* without the field *name*, in every entry of its lists."""
    left = copy.deepcopy(example)
    _drop(left, name.split("."))
    return left


def _drop(node: Any, steps: list[str]) -> None:
    if isinstance(node, list):
        for entry in node:
            _drop(entry, steps)
    elif isinstance(node, dict) and steps[0] in node:
        inner = node[steps[0]]
        if len(steps) == 1 or card.state_of(inner):
            del node[steps[0]]
        else:
            _drop(inner, steps[1:])
