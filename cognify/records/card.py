"""The model card as its schema tells it: every field, who writes it, and what a tier asks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from cognify.records import schema

NAME = "card.yaml"
FIRST_LINE = "# yaml-language-server: $schema=https://cognify.dev/schemas/card/v1.json"
TIERS = ("low", "medium", "high")
STATES = ("not_applicable", "held_elsewhere", "not_available", "withheld", "pending")

AFTER_SIGNING = (
    "record.status", "record.updated_at", "record.commit", "record.digest",
    "approvals.name", "approvals.role", "approvals.decision", "approvals.date",
    "approvals.scope_digest", "approvals.signature", "approvals.independent",
    "attestations.type", "attestations.statement", "attestations.by", "attestations.at",
    "attestations.subject_digest", "attestations.signature", "audit.events", "audit.log_digest",
)  # fmt: skip
"""Names that frameworks ask for and no card holds: rendered from the statements and the log."""
_LISTS_AFTER_SIGNING = ("approvals", "attestations")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the card.

    `pointer` has `*` for the position in a list; `name` is the dotted name, which has no sign of
    lists. A list of objects is a field, and so is each field of its entries (`in_list`).
    """

    pointer: str
    name: str
    title: str
    meaning: str
    owner: str
    prompt: str
    asked_of: str
    seen_in: tuple[str, ...]
    required: tuple[str, ...]
    unit: str
    in_list: bool


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A field that a tier asks for and the card does not give; `pending` if the card says so."""

    pointer: str
    field: Field
    pending: bool


@cache
def fields() -> tuple[Field, ...]:
    """Every field of the card, in the order of the schema; groups are not fields."""
    return tuple(field for field, _ in _walk())


@cache
def names() -> frozenset[str]:
    """Every dotted name in the card, groups and sections too."""
    found = {field.name for field in fields()}
    for field in fields():
        parts = field.name.split(".")
        found.update(".".join(parts[:end]) for end in range(1, len(parts)))
    return frozenset(found)


@cache
def lists() -> frozenset[str]:
    """The dotted names whose value is a list of entries with fields of their own."""
    return frozenset(_name(place) for place in _prefixes() if place + "/*" in _prefixes()) | set(
        _LISTS_AFTER_SIGNING
    )


@lru_cache(maxsize=65536)
def field_at(pointer: str) -> Field | None:
    """The field that the value at *pointer* belongs to, or None if no field covers it.

    The value may lie inside the field, as one setting lies in `/training/hyperparameters`.
    """
    known, place, found = _by_pointer(), "", None
    for step in pointer.split("/")[1:]:
        entry = f"{place}/*" in _prefixes()
        place += "/*" if entry else f"/{step}"
        if place not in _prefixes():
            break
        found = known.get(place, found if entry else None)
    return found


def takes(pointer: str) -> str | None:
    """What the field at *pointer* takes: the name of its definition (`text`, `int`, `sha256`, …).

    Empty where the value lies inside a field, as a setting does, or is one of a choice or a list;
    None where the card has no such field.
    """
    field = field_at(pointer)
    if field is None or field.name in lists():
        return None
    exact = field.pointer.count("/") == pointer.count("/")
    return _kinds()[field.pointer] if exact else ""


@cache
def demanded(name: str) -> tuple[str, ...]:
    """What the schema demands of each entry of the list with the dotted *name*; nothing of any other."""
    found = (_shape(_shape(node).get("items", {})) for field, node in _lists() if field == name)
    return next((tuple(shape.get("required", ())) for shape in found), ())


@cache
def takes_words(name: str) -> bool:
    """Whether the field with the dotted *name* takes prose."""
    return any(_kinds()[field.pointer] == "prose" for field in fields() if field.name == name)


def state_of(value: object) -> str | None:
    """The state that *value* is, or None if it is a value."""
    if isinstance(value, Mapping) and "state" in value:
        return str(value["state"])
    return None


def find(card: object, name: str) -> tuple[tuple[str, object], ...]:
    """Pointer and value of everything that the dotted *name* means in *card*; lists are entered.

    A state that stands for a whole group, list or section is found in the place of each of its
    fields. What is absent is not found.
    """
    return tuple(_find(card, tuple(name.split(".")), ""))


def unanswered(card: object, tier: str) -> tuple[Unanswered, ...]:
    """What a version of *tier* may not be proposed without: absent fields and pending ones.

    Any other state is an answer. Fields of a list's entries are asked for in each entry.
    """
    asked = (field for field in fields() if tier in field.required)
    return tuple(found for field in asked for found in _unanswered(card, field))


def _unanswered(card: object, field: Field) -> Iterator[Unanswered]:
    for pointer, value in _expand(card, tuple(field.pointer.split("/")[1:]), ""):
        if value is None or state_of(value) == "pending":
            yield Unanswered(pointer, field, pending=value is not None)


def _expand(value: object, steps: tuple[str, ...], at: str) -> Iterator[tuple[str, object]]:
    """Places of a field, None where it is absent; an absent list asks nothing of its entries."""
    if not steps or state_of(value) is not None:
        yield at, value
    elif steps[0] == "*":
        for index, entry in enumerate(value if isinstance(value, list | tuple) else ()):
            yield from _expand(entry, steps[1:], f"{at}/{index}")
    elif isinstance(value, Mapping) and steps[0] in value:
        yield from _expand(value[steps[0]], steps[1:], f"{at}/{steps[0]}")
    elif "*" not in steps:
        yield f"{at}/{'/'.join(steps)}", None


def _find(value: object, steps: tuple[str, ...], at: str) -> Iterator[tuple[str, object]]:
    if state_of(value) is not None:
        yield at, value
    elif steps and isinstance(value, list | tuple):
        for index, entry in enumerate(value):
            yield from _find(entry, steps, f"{at}/{index}")
    elif not steps:
        yield at, value
    elif isinstance(value, Mapping) and steps[0] in value:
        yield from _find(value[steps[0]], steps[1:], f"{at}/{steps[0]}")


@cache
def _by_pointer() -> dict[str, Field]:
    return {field.pointer: field for field in fields()}


@cache
def _kinds() -> dict[str, str]:
    """By field: the name of the definition that its value has, or nothing for one of its own."""
    last = ((field.pointer, str(node.get("$ref", "")).rpartition("/")[2]) for field, node in _walk())
    return {pointer: name.removesuffix("_or_state") for pointer, name in last}


@cache
def _lists() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Every list by its dotted name, and how the schema describes it."""
    return tuple((field.name, node) for field, node in _walk() if "items" in _shape(node))


@cache
def _prefixes() -> frozenset[str]:
    """Every place on the way to a field, written with `*`."""
    found: set[str] = set()
    for field in fields():
        steps = field.pointer.split("/")
        found.update("/".join(steps[:end]) for end in range(2, len(steps) + 1))
    return frozenset(found)


def _walk() -> Iterator[tuple[Field, Mapping[str, Any]]]:
    root = schema.schema("card")
    waiting = [(f"/{key}", node) for key, node in reversed(root["properties"].items())]
    while waiting:
        place, node = waiting.pop()
        shape = _shape(node)
        if "x-owner" in node and "properties" not in shape:
            yield _field(place, node), node
        elif "x-owner" in node and _is_composite(shape):
            yield _field(place, node), node
            continue
        if "items" in shape:
            place, shape = f"{place}/*", _shape(shape["items"])
        inner = shape.get("properties", {}).items()
        waiting += [(f"{place}/{key}", child) for key, child in reversed(inner)]


def _is_composite(shape: Mapping[str, Any]) -> bool:
    """Whether an object is one answer, such as an interval, and not a group of fields."""
    return not any("x-owner" in child for child in shape["properties"].values())


def _shape(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a value must look like: past references, and past the choice between it and a state."""
    while True:
        if "else" in node:
            node = node["else"]
        elif "$ref" in node:
            node = schema.schema("card")["$defs"][node["$ref"].removeprefix("#/$defs/")]
        else:
            return node


def _field(place: str, node: Mapping[str, Any]) -> Field:
    return Field(
        pointer=place,
        name=_name(place),
        title=node["title"],
        meaning=node["description"],
        owner=node["x-owner"],
        prompt=node.get("x-prompt", ""),
        asked_of=node.get("x-asked-of", ""),
        seen_in=tuple(node["x-seen-in"]),
        required=tuple(node["x-required"]),
        unit=node.get("x-unit", ""),
        in_list="/*" in place,
    )


def _name(place: str) -> str:
    return ".".join(step for step in place.split("/")[1:] if step != "*")
