"""What one card answers, field by field, found once for all packs that ask. Pure.

Most rows ask for fields and nothing else. What a row's fragments say of such a field (`fragment.settled`,
`fragment.given`) is found here in one look at the data instead of one validation for each row and fragment;
a property test holds the two ways together.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, TypeAlias

from cognify.records import card
from cognify.records.fragment import ELSEWHERE, FOR_GOOD

_Steps: TypeAlias = tuple[tuple[str, bool], ...]
_DEEPEST = 100
_LARGEST = 2**63

SETTLED, PLACED, GIVEN, NOTHING, ELSE, AWAY = (1 << bit for bit in range(6))
"""What a card says of one field, as bits: plain numbers, since there are many of them for each card.

`SETTLED` is given or not applicable, in every entry; `PLACED` the same, where another system may hold it;
`GIVEN` is given at least once. Of what `card.find` finds: `NOTHING` is nothing, `ELSE` more than states
that settle it, `AWAY` that one of the states says `held_elsewhere`.
"""


class Answers:
    """The answers of the card *data*, each found when it is first asked for, and then `known`."""

    def __init__(self, data: object) -> None:
        self.data = data
        self.plain, self._away = _look(data)
        self.known = _absent(data)
        self._held: dict[Any, bool] = {}

    def of(self, name: str) -> int:
        """What the card says of the field *name*; only of data that are `plain`."""
        found = self.known.get(name)
        if found is None:
            found = self.known[name] = self._of(_steps(name))
        return found

    def _of(self, steps: _Steps) -> int:
        data = self.data
        found = _stated(data, steps, 0)
        if _every(data, steps, 0, FOR_GOOD):
            found |= SETTLED | PLACED
        elif self._away and _every(data, steps, 0, ELSEWHERE):
            found |= PLACED
        return found | GIVEN if _some(data, steps, 0) else found

    def holds(self, validator: Any) -> bool:
        """Whether *validator* holds for the card; what cannot be read says nothing."""
        found = self._held.get(validator)
        if found is None:
            try:
                found = bool(validator.is_valid(self.data))
            except ValueError:
                found = False
            self._held[validator] = found
        return found


def _look(data: object) -> tuple[bool, bool]:
    """Whether every validator can read *data*, being plain JSON; and whether they say `held_elsewhere`."""
    away = False
    waiting: list[tuple[Any, int]] = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        kind = type(value)
        if kind is str:
            if not _is_text(value):
                return False, away
        elif kind is dict and depth < _DEEPEST:
            away = away or value.get("state") == "held_elsewhere"
            for key, inner in value.items():
                if type(key) is not str or not _is_text(key):
                    return False, away
                waiting.append((inner, depth + 1))
        elif kind is list and depth < _DEEPEST:
            waiting.extend([(inner, depth + 1) for inner in value])
        elif not (
            value is None or kind is bool or (kind is int and -_LARGEST < value < _LARGEST)
            or (kind is float and math.isfinite(value))
        ):  # fmt: skip
            return False, away
    return True, away


def _absent(data: object) -> dict[str, int]:
    """The answers to every field of a section that is not there."""
    known: dict[str, int] = {}
    if type(data) is dict and "state" not in data:
        for section, nothing in _sections().items():
            if section not in data:
                known |= nothing
    return known


@cache
def _sections() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for name in (*card.names(), *card.AFTER_SIGNING):
        found.setdefault(name.partition(".")[0], {})[name] = NOTHING
    return found


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


@cache
def _steps(name: str) -> _Steps:
    """The keys on the way to *name*, each with whether its value is a list of entries."""
    keys = name.split(".")
    lists = (".".join(keys[: end + 1]) in card.lists() and end + 1 < len(keys) for end in range(len(keys)))
    return tuple(zip(keys, lists, strict=True))


def _every(value: Any, steps: _Steps, at: int, states: tuple[str, ...]) -> bool:
    """`fragment.settled`: the keys from *at* on, below *value*."""
    if at == len(steps):
        return type(value) is not dict or "state" not in value or value["state"] in states
    if type(value) is not dict:
        return False
    if at and value.get("state") in states:
        return True
    key, listed = steps[at]
    if key not in value:
        return False
    inner = value[key]
    if not listed:
        return _every(inner, steps, at + 1, states)
    if type(inner) is dict:
        return inner.get("state") in states
    return type(inner) is list and bool(inner) and all(_every(e, steps, at + 1, states) for e in inner)


def _some(value: Any, steps: _Steps, at: int) -> bool:
    """`fragment.given`: the keys from *at* on, below *value*."""
    if at == len(steps):
        return type(value) is not dict or "state" not in value
    if type(value) is not dict or steps[at][0] not in value:
        return False
    inner = value[steps[at][0]]
    if not steps[at][1]:
        return _some(inner, steps, at + 1)
    return type(inner) is list and any(_some(entry, steps, at + 1) for entry in inner)


def _stated(value: Any, steps: _Steps, at: int) -> int:
    """What `card.find` finds: `NOTHING`, or states that settle it (perhaps `AWAY`), or something `ELSE`."""
    if type(value) is dict and "state" in value:
        state = str(value["state"])
        return 0 if state in FOR_GOOD else AWAY if state in ELSEWHERE else ELSE
    if at == len(steps):
        return ELSE
    if type(value) is list:
        found = NOTHING
        for entry in value:
            one = _stated(entry, steps, at)
            if one == ELSE:
                return ELSE
            # An entry without the field says nothing, where another one does.
            found = one if found == NOTHING else found if one == NOTHING else found | one
        return found
    if type(value) is dict and steps[at][0] in value:
        return _stated(value[steps[at][0]], steps, at + 1)
    return NOTHING
