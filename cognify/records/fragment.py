"""Fragments of JSON Schema that a framework pack judges a card by. Pure.

A pack is data from somewhere: its fragments hold only keywords that look at the card, and nothing
that fetches, names or redefines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from cognify.records import card

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

PROVIDED = "cognify:provided"
NOT_APPLICABLE = "cognify:not-applicable"
SETTLED = "cognify:settled"


def _shared(*states: str) -> Mapping[str, dict[str, Any]]:
    """What fragments may refer to, where *states* settle a field without a value."""
    return {
        PROVIDED: {"not": {"type": "object", "required": ["state"]}},
        NOT_APPLICABLE: {
            "type": "object",
            "properties": {"state": {"enum": list(states)}},
            "required": ["state"],
        },
        SETTLED: {"anyOf": [{"$ref": PROVIDED}, {"$ref": NOT_APPLICABLE}]},
    }


# Only `not_applicable` settles a field for good: `not_available`, `withheld` and `pending` are
# honest, and still no evidence. `held_elsewhere` settles it for the weaker answer of that name.
FOR_GOOD = ("not_applicable",)
ELSEWHERE = ("not_applicable", "held_elsewhere")
SHARED = _shared(*FOR_GOOD)
SHARED_ELSEWHERE = _shared(*ELSEWHERE)
# A keyword that looks into an object holds for everything that is no object, so `required`
# without `type: object` would find evidence in a broken card.
_OF_OBJECTS = frozenset(
    {"required", "properties", "patternProperties", "additionalProperties", "propertyNames",
     "minProperties"}
)  # fmt: skip
_OF_ARRAYS = frozenset({"items", "contains", "minContains", "minItems"})
_SCHEMAS_BY_NAME = frozenset({"properties", "patternProperties"})
_LISTS_OF_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf"})
_SCHEMAS = frozenset(
    {"items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"}
)
_KEYWORDS = _OF_OBJECTS | _OF_ARRAYS | _LISTS_OF_SCHEMAS | _SCHEMAS | {
    "$ref", "type", "const", "enum", "pattern", "minLength",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
}  # fmt: skip


def settled(name: str) -> dict[str, Any]:
    """The fragment that holds where the field *name* is given or not applicable, in every entry."""
    return _nested(tuple(name.split(".")), (), SETTLED, every=True)


def given(name: str) -> dict[str, Any]:
    """The fragment that holds where the field *name* is given, in at least one entry."""
    return _nested(tuple(name.split(".")), (), PROVIDED, every=False)


def compiled(fragment: Mapping[str, Any], *, elsewhere: bool = False) -> Draft202012Validator:
    """The validator of *fragment*; with *elsewhere*, what another system holds counts as settled.

    Raises:
        ValueError: it is no schema, or refers to what is not shared.
    """
    return _compiled(json.dumps(fragment, sort_keys=True), elsewhere)


# Many rows share a fragment, and a card need be held against each but once.
@lru_cache(maxsize=4096)
def _compiled(fragment: str, elsewhere: bool) -> Draft202012Validator:
    import jsonschema_rs

    shared = SHARED_ELSEWHERE if elsewhere else SHARED
    registry = jsonschema_rs.Registry(list(shared.items()), retriever=_refuse)
    return jsonschema_rs.Draft202012Validator(
        json.loads(fragment), registry=registry, pattern_options=jsonschema_rs.RegexOptions()
    )


def fault(fragment: Mapping[str, Any], *, of_evidence: bool = True) -> str | None:
    """Why *fragment* may not stand in a pack, or None.

    A fragment *of_evidence* that holds for an empty card would find what nobody gave.
    """
    for part in _parts(fragment):
        found = _fault(part)
        if found:
            return found
    try:
        if compiled(fragment).is_valid({}) and of_evidence:
            return "it holds for an empty card"
    except ValueError as error:
        return str(error)[:200]
    return None


def _nested(steps: Sequence[str], above: tuple[str, ...], leaf: str, *, every: bool) -> dict[str, Any]:
    if not steps:
        return {"$ref": leaf}
    path = (*above, steps[0])
    inner = _nested(steps[1:], path, leaf, every=every)
    if len(steps) > 1 and ".".join(path) in card.lists():
        entries = {"minItems": 1, "items": inner} if every else {"contains": inner}
        inner = _unless_stated({"type": "array", **entries}, every=every)
    fragment = {"type": "object", "required": [steps[0]], "properties": {steps[0]: inner}}
    return _unless_stated(fragment, every=every) if above else fragment


def _unless_stated(fragment: dict[str, Any], *, every: bool) -> dict[str, Any]:
    # A state may stand for a whole group or list: what does not apply settles all that is in it.
    return {"anyOf": [{"$ref": NOT_APPLICABLE}, fragment]} if every else fragment


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"a pack may not fetch {uri}")


def _fault(part: Mapping[str, Any]) -> str | None:
    for keyword, value in part.items():
        if keyword not in _KEYWORDS:
            return f"{keyword} is not a keyword of a fragment"
        if keyword == "$ref" and value not in SHARED:
            return f"$ref may only name one of {', '.join(SHARED)}"
        for kind, of_kind in (("object", _OF_OBJECTS), ("array", _OF_ARRAYS)):
            if keyword in of_kind and part.get("type") != kind:
                return f"{keyword} stands without `type: {kind}`, and would hold for anything else"
    return None


def _parts(fragment: object) -> Iterator[Mapping[str, Any]]:
    """The fragment and every fragment in it."""
    waiting = [fragment]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, Mapping):
            continue
        yield part
        waiting += [part[keyword] for keyword in _SCHEMAS & part.keys()]
        for keyword in _LISTS_OF_SCHEMAS & part.keys():
            waiting += part[keyword] if isinstance(part[keyword], list | tuple) else ()
        for keyword in _SCHEMAS_BY_NAME & part.keys():
            waiting += part[keyword].values() if isinstance(part[keyword], Mapping) else ()
