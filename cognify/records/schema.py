"""The JSON Schemas of the records, and what is wrong with data that does not fit one. Pure.

jsonschema-rs judges, with a regular-expression engine that is linear in its input.
The reference implementation gives the same verdicts; a differential test holds the two together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any

from cognify.errors import ConfigurationError
from cognify.records import wording

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

NAMES = (
    "inventory", "policy", "card", "lock", "statement", "framework", "dataset", "agreement",
    "mapping", "report",
)  # fmt: skip

# JSON Schema calls 1.0 an integer. Whoever compares a threshold or hashes a number must not
# depend on how a parser spells it, so these records hold no floats at all.
_WITHOUT_FLOATS = frozenset(NAMES) - {"card", "framework", "report"}
_MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One misfit: where it lies (a JSON Pointer, empty for the whole), and what it is."""

    pointer: str
    what: str


def schema_bytes(name: str) -> bytes:
    """The schema of the record *name* (one of `NAMES`), as published under its `$id`.

    Raises:
        ConfigurationError: `schema-unknown`.
    """
    if name not in NAMES:
        raise ConfigurationError(
            f"there is no schema {name!r}", where=None, fix=f"name one of {', '.join(NAMES)}",
            id="schema-unknown",
        )  # fmt: skip
    return (files("cognify.records") / "schemas" / f"{name}.schema.json").read_bytes()


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema of the record *name*, parsed; shared, so nobody may change it."""
    import json

    parsed = json.loads(schema_bytes(name))
    assert isinstance(parsed, dict)
    return parsed


def validate(name: str, data: object, where: str, *, without_floats: bool = False) -> tuple[Problem, ...]:
    """Everything about *data* that the schema *name* does not allow; at most a hundred problems.

    *where* is the file the data came from; a problem names only the place inside it.
    *without_floats* says that the data come from `canonical.loads`, which lets no float through:
    to look for one costs as much as the schema itself.
    It does **not** judge what a schema cannot say: that a day exists, that a digest is the file's.
    """
    found: dict[Problem, None] = {}
    if not without_floats and name in _WITHOUT_FLOATS and _holds_float(data):
        found.update(dict.fromkeys(islice(_floats(data), _MOST_PROBLEMS)))
    try:
        if not found and _validator(name).is_valid(data):
            return ()
        for error in islice(_validator(name).iter_errors(data), _MOST_PROBLEMS):
            found.update(dict.fromkeys(_problems(name, error)))
    except (ValueError, RecursionError):
        # Not JSON at all: a foreign type, a key that is no text, a lone surrogate, 255 levels.
        found[Problem("", f"{where} holds something that JSON cannot")] = None
    return tuple(islice(_first_per_place(sorted(found)), _MOST_PROBLEMS))


@cache
def _validator(name: str) -> Draft202012Validator:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(
        schema(name), pattern_options=jsonschema_rs.RegexOptions(), mask="this value"
    )


def _problems(name: str, error: ValidationError) -> Iterator[Problem]:
    at = pointer(error.instance_path)
    around = _around(name, error.schema_path)
    unexpected = getattr(error.kind, "unexpected", None)
    if unexpected is None:
        what = wording.fault(error.kind, error.instance, around)
        yield Problem(at, what if name == "card" else what.removesuffix(wording.A_STATE_WILL_DO))
        return
    for key in unexpected[:_MOST_PROBLEMS]:
        yield Problem(f"{at}/{_escape(key)}", wording.unknown_key(key, around))


def _around(name: str, path: list[str | int]) -> dict[str, Any]:
    """The schema that holds the keyword which failed."""
    place: Any = schema(name)
    for step in path[:-1]:
        place = place[step]
    return place if isinstance(place, dict) else {}


def _first_per_place(problems: list[Problem]) -> Iterator[Problem]:
    # A value of the wrong type also misses its minimum or pattern: one sentence is enough.
    # What is missing is a different fault for each key, though all lie at one place.
    taken: set[str] = set()
    for problem in problems:
        if wording.is_missing(problem.what):
            yield problem
        elif problem.pointer not in taken:
            taken.add(problem.pointer)
            yield problem


def _holds_float(data: object) -> bool:
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, float):
            return True
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            waiting.extend(value)
    return False


def _floats(data: object) -> Iterator[Problem]:
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, float):
            shown = str(int(value)) if math.isfinite(value) and value.is_integer() else "text"
            yield Problem(pointer(path), f"{value!r} is written with a fraction; write {shown}")
        elif isinstance(value, dict):
            waiting += [((*path, str(key)), inner) for key, inner in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [((*path, index), inner) for index, inner in enumerate(value)]


def pointer(path: list[str | int] | tuple[str | int, ...]) -> str:
    """The JSON Pointer (RFC 6901) of *path*."""
    return "".join(f"/{_escape(str(step))}" for step in path)


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
