"""A framework pack: what a law, standard or paper asks, and whether a card answers it. Pure.

A pack is data. It judges a card by JSON Schema fragments, and it never says "compliant": it says
for each requirement that evidence is present, partial or missing, or that it does not apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from cognify.errors import FrameworkError
from cognify.records import card, schema

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

PROVIDED = "cognify:provided"
NOT_APPLICABLE = "cognify:not-applicable"
SETTLED = "cognify:settled"

# What a pack's fragments may refer to. Only `not_applicable` ever settles a field without a value:
# `not_available`, `withheld` and `pending` are honest, and still no evidence.
SHARED: Mapping[str, dict[str, Any]] = {
    PROVIDED: {"not": {"type": "object", "required": ["state"]}},
    NOT_APPLICABLE: {
        "type": "object",
        "properties": {"state": {"const": "not_applicable"}},
        "required": ["state"],
    },
    SETTLED: {"anyOf": [{"$ref": PROVIDED}, {"$ref": NOT_APPLICABLE}]},
}
# A pack is data from somewhere: only keywords that look at the card, and nothing that fetches,
# names or redefines. A keyword that looks into an object holds for everything that is no object,
# so `required` without `type: object` would find evidence in a broken card.
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


class Coverage(StrEnum):
    """What a card holds for one requirement."""

    PRESENT = "present"
    PARTIAL = "partial"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Status:
    """What the framework is and how it stands in law; dates are ISO 8601, empty where none."""

    title: str
    issuer: str
    issued: str
    effective: str
    superseded_by: str
    legal_force: str
    scope_exclusions: tuple[str, ...]
    last_checked: str
    source: str
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Requirement:
    """One thing that the framework asks, under the framework's own number."""

    id: str
    text: str
    tier: str
    owner: str
    confidence: str
    fields: tuple[str, ...]
    condition: Mapping[str, Any] = field(repr=False)
    partial: Mapping[str, Any] = field(repr=False)
    examples: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def coverage(self, data: object) -> Coverage:
        """What the card *data* holds for this requirement.

        It looks at what the card says, not at whether it is true or fits its schema.
        """
        if self._does_not_apply(data):
            return Coverage.NOT_APPLICABLE
        try:
            if self._present.is_valid(data):
                return Coverage.PRESENT
            return Coverage.PARTIAL if self._partial.is_valid(data) else Coverage.MISSING
        except ValueError:  # too deep, or no JSON at all: what cannot be read is no evidence
            return Coverage.MISSING

    def _does_not_apply(self, data: object) -> bool:
        found = [card.find(data, name) for name in self.fields]
        stated = [card.state_of(value) for values in found for _, value in values]
        return all(found) and all(state == "not_applicable" for state in stated)

    @cached_property
    def _present(self) -> Draft202012Validator:
        return _compiled(self.condition)

    @cached_property
    def _partial(self) -> Draft202012Validator:
        return _compiled(self.partial)


@dataclass(frozen=True)
class Framework:
    """One framework pack."""

    id: str
    status: Status
    scope: str
    requirements: tuple[Requirement, ...]

    def requirement(self, id: str) -> Requirement | None:
        """The requirement with the framework's own number *id*."""
        return next((asked for asked in self.requirements if asked.id == id), None)


def parse(data: object, where: str) -> Framework:
    """The framework pack in *data*.

    Raises:
        FrameworkError: `framework-malformed`: it does not fit its schema, names a field that no
            card has, gives one number to two requirements, or has a fragment that cannot be
            evaluated, refers to anything but the shared ones, or would hold for anything at all.
    """
    problems = schema.validate("framework", data, where)
    if problems:
        raise _malformed(f"{problems[0].pointer}: {problems[0].what}", where)
    assert isinstance(data, Mapping)
    taken: set[str] = set()
    for asked in data["requirements"]:
        if asked["id"] in taken:
            raise _malformed(f"two requirements {asked['id']!r}", where)
        taken.add(asked["id"])
    requirements = tuple(_requirement(asked, where) for asked in data["requirements"])
    return Framework(data["id"], _status(data["status"]), data["scope"], requirements)


def _status(data: Mapping[str, Any]) -> Status:
    return Status(
        title=data["title"],
        issuer=data["issuer"],
        issued=_or_empty(data["issued"]),
        effective=_or_empty(data["effective"]),
        superseded_by=_or_empty(data["superseded_by"]),
        legal_force=data["legal_force"],
        scope_exclusions=tuple(data.get("scope_exclusions", ())),
        last_checked=data["last_checked"],
        source=data["source"],
        sources=tuple(sorted(data["sources"].items())),
    )


def _or_empty(value: object) -> str:
    return "" if card.state_of(value) else str(value)


def _requirement(data: Mapping[str, Any], where: str) -> Requirement:
    names = tuple(data["fields"])
    for name in names:
        if name not in card.names() and name not in card.AFTER_SIGNING:
            raise _malformed(f"{data['id']}: no card has a field {name!r}", where)
    for part in ("condition", "partial"):
        _check_fragment(data.get(part), f"{data['id']}/{part}", where)
    return Requirement(
        id=data["id"],
        text=data["text"],
        tier=data["tier"],
        owner=data["owner"],
        confidence=data["confidence"],
        fields=names,
        condition=data.get("condition") or {"allOf": [settled(name) for name in names]},
        partial=data.get("partial") or {"anyOf": [given(name) for name in names]},
        examples=data["examples"],
    )


def settled(name: str) -> dict[str, Any]:
    """The fragment that holds where the field *name* is given or not applicable, in every entry."""
    return _nested(tuple(name.split(".")), (), SETTLED, every=True)


def given(name: str) -> dict[str, Any]:
    """The fragment that holds where the field *name* is given, in at least one entry."""
    return _nested(tuple(name.split(".")), (), PROVIDED, every=False)


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


def _compiled(fragment: Mapping[str, Any]) -> Draft202012Validator:
    import jsonschema_rs

    registry = jsonschema_rs.Registry(list(SHARED.items()), retriever=_refuse)
    return jsonschema_rs.Draft202012Validator(
        dict(fragment), registry=registry, pattern_options=jsonschema_rs.RegexOptions()
    )


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"a pack may not fetch {uri}")


def _check_fragment(fragment: object, at: str, where: str) -> None:
    if fragment is None:
        return
    for part in _parts(fragment):
        fault = _fault(part)
        if fault:
            raise _malformed(f"{at}: {fault}", where)
    assert isinstance(fragment, Mapping)
    try:
        _compiled(fragment)
    except ValueError as error:
        raise _malformed(f"{at}: {str(error)[:200]}", where) from None


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


def _malformed(what: str, where: str) -> FrameworkError:
    return FrameworkError(
        what,
        where=where,
        fix="mend the pack; its schema is https://cognify.dev/schemas/framework/v1.json",
    )
