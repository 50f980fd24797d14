"""The fast judge and the reference judge give one verdict, on good records and on broken ones.

The reference runs with the regular expressions of ECMA-262, as the specification asks:
Python's `$` would also match before a last newline.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import validators

from cognify import strictyaml
from cognify.records import schema

FIXTURES = Path(__file__).parents[1] / "fixtures"
FLOATLESS = frozenset(schema.NAMES) - {"card", "framework"}


def ecma_pattern(
    validator: Any, pattern: str, instance: object, schema: object
) -> Iterator[jsonschema.ValidationError]:
    python = pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern
    if isinstance(instance, str) and not re.search(python, instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


Reference: Any = validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, {"pattern": ecma_pattern}
)


@cache
def reference(name: str) -> Any:
    return Reference(schema.schema(name))


@cache
def records() -> tuple[tuple[str, Any], ...]:
    cards = sorted(FIXTURES.glob("card-*.yaml"))
    found = [("card", strictyaml.load(path.read_bytes(), where=path.name)) for path in cards]
    for path in sorted((FIXTURES / "records").glob("*.json")):
        found += [(path.stem, case) for case in json.loads(path.read_text())]
    return tuple(found)


def places(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield above
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, (*above, key))


# Control characters, surrogates and the rest of what the YAML and JSON readers refuse are left out.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), max_size=8)
STATE = st.fixed_dictionaries(
    {"state": st.sampled_from(["pending", "withheld", "n/a"]), "by": TEXT},
    optional={"reason": TEXT},
)
SMALL = st.integers(-2, 40) | st.floats(-2, 2) | st.booleans() | st.none() | TEXT | STATE
SHAPES = st.sampled_from(["0" * 64, "0" * 63, "2026-11-23", "2026-13-01", "a01", "low", "L2", "x-a"])
VALUE = SHAPES | st.recursive(
    SMALL, lambda v: st.lists(v, max_size=2) | st.dictionaries(TEXT, v, max_size=2), max_leaves=4
)


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_judges_agree_on_a_record_with_one_change(data: st.DataObject) -> None:
    """Whatever one change makes of a record, both implementations judge it alike."""
    name, good = data.draw(st.sampled_from(records()))
    broken = copy.deepcopy(good)
    where = data.draw(st.sampled_from(list(places(good))[1:]))
    target = broken
    for step in where[:-1]:
        target = target[step]
    change = data.draw(st.sampled_from(["replace", "remove", "add", "newline"]))
    if change == "remove":
        del target[where[-1]]
    elif change == "add" and isinstance(target, dict):
        target[data.draw(TEXT | st.just("x-own"))] = data.draw(VALUE)
    elif change == "newline":
        target[where[-1]] = f"{target[where[-1]]}\n"
    else:
        target[where[-1]] = data.draw(VALUE)
    problems = schema.validate(name, broken, "record")
    judged = [p for p in problems if "with a fraction" not in p.what]
    if judged == list(problems) or name not in FLOATLESS:
        assert (not judged) is reference(name).is_valid(broken)


def test_both_judges_accept_what_is_good() -> None:
    """Every sample is valid for both."""
    for name, good in records():
        assert schema.validate(name, good, "record") == ()
        assert reference(name).is_valid(good)
