"""A card and its lock against the evidence: every citation evaluated, every difference a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cognify.errors import ReplayError
from cognify.records.finding import Finding
from cognify.records.lock import DERIVED, Artifact, Citation, Lock
from cognify.replay import derive, jsontree, locate, transform, yamltree
from cognify.replay.found import Found
from cognify.strictyaml import Document

_AGAIN = "let `cognify fill` put the cited value back, or capture the version again"
_ABSENT = object()
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
"""A list's index has one spelling (RFC 6901 section 4)."""

Read = Callable[[Artifact], bytes | None]


def value_of(citation: Citation, raw: bytes) -> tuple[Any, str]:
    """The value that *citation* gives on the artifact bytes *raw*, and the token found there.

    Raises:
        ReplayError: `citation-unreplayable`.
    """
    found = locate.find(citation.at, raw)
    return transform.apply(citation.via, found, citation.at), found.raw


def quoted(citation: Citation) -> Any:
    """The value that *citation* gave when it was made, from the token that it quotes."""
    decode = citation.at.partition(":")[0] in ("json", "jsonl", "safetensors")
    value: Any = citation.raw
    if decode and not citation.at.endswith((":count", ":parameters")):
        value = jsontree.decode(citation.raw.encode(), citation.at)
    elif citation.at.startswith("yaml:"):
        value = yamltree.decode(citation.raw, citation.at)
    return transform.apply(citation.via, Found(citation.raw, value), citation.at)


def discrepancies(card: Document, lock: Lock, read: Read, *, where: str) -> tuple[Finding, ...]:
    """Every citation that does not give the card's value.

    An artifact whose bytes are not to be had is passed over: whoever asks knows which those are.
    The findings' places are *where* and the pointer, or the bare pointer if *where* is empty.
    """
    cache: dict[str, bytes | None] = {}
    found: list[Finding] = []
    grounded = _grounded(lock)
    for pointer, citation in lock.values.items():
        try:
            if pointer not in grounded:
                raise ReplayError("it is derived from what cites nothing, or from itself", where=pointer,
                                  fix=_AGAIN)  # fmt: skip
            expected = _evaluate(card, lock, citation, read, cache)
        except ReplayError as error:
            place = f"{where}#{pointer}" if where else pointer
            found.append(Finding(place, error.fault, f"{pointer}: {error.what}", error.fix or ""))
            continue
        if expected is _ABSENT:
            continue
        finding = _compare(card, pointer, citation, expected, where)
        if finding is not None:
            found.append(finding)
    return tuple(found)


def _evaluate(
    card: Document, lock: Lock, citation: Citation, read: Read, cache: dict[str, bytes | None]
) -> Any:
    if citation.kind == DERIVED:
        inputs = [number_at(card, pointer) for pointer in citation.inputs]
        return derive.apply(citation.via, inputs, citation.via)
    artifact = lock.artifacts[citation.artifact]
    if citation.artifact not in cache:
        cache[citation.artifact] = read(artifact)
    raw = cache[citation.artifact]
    if raw is None:
        return _ABSENT
    value, token = value_of(citation, raw)
    if token != citation.raw:
        raise ReplayError(
            f"the evidence says {token[:60]!r} where the lock quotes {citation.raw[:60]!r}",
            where=citation.at, fix=_AGAIN, id="citation-unreplayable",
        )  # fmt: skip
    return value


def _grounded(lock: Lock) -> frozenset[str]:
    """The pointers whose values rest on evidence in the end: never on themselves, or on nothing."""
    waiting, users = dict[str, int](), dict[str, list[str]]()
    for pointer, citation in lock.values.items():
        if citation.kind == DERIVED:
            waiting[pointer] = len(set(citation.inputs))
            for source in set(citation.inputs):
                users.setdefault(source, []).append(pointer)
    ready = [pointer for pointer, citation in lock.values.items() if citation.kind != DERIVED]
    done = set(ready)
    while ready:
        for user in users.get(ready.pop(), ()):
            waiting[user] -= 1
            if not waiting[user]:
                done.add(user)
                ready.append(user)
    return frozenset(done)


def _compare(card: Document, pointer: str, citation: Citation, expected: Any, where: str) -> Finding | None:
    place = f"{where}#{pointer}" if where else pointer
    actual = exact(card, pointer)
    if actual is _ABSENT:
        return Finding(place, "field-provenance", f"{pointer} is cited and not in the card", _AGAIN)
    if same(actual, expected):
        return None
    derived = f"{citation.via} of {', '.join(citation.inputs)}"
    source = f"{citation.artifact} {citation.at}" if citation.at else derived
    return Finding(
        place, "field-provenance",
        f"{pointer} is {_shown(actual)}; its evidence ({source}) says {_shown(expected)}", _AGAIN,
    )  # fmt: skip


def number_at(card: Document, pointer: str) -> Any:
    """The number at *pointer*, exact.

    Raises:
        ReplayError: `citation-unreplayable`, there is none.
    """
    value = exact(card, pointer)
    if value is _ABSENT or isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ReplayError(f"{pointer} is not a number", where=pointer, fix=_AGAIN)
    return value


def exact(card: Document, pointer: str) -> Any:
    """The card's value at *pointer*, its numbers by their source text, so nothing is rounded away."""
    return _exact(card, pointer, lookup(card.data, pointer))


def _exact(card: Document, pointer: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _exact(card, f"{pointer}/{escape(key)}", part) for key, part in value.items()}
    if isinstance(value, list):
        return [_exact(card, f"{pointer}/{index}", part) for index, part in enumerate(value)]
    if isinstance(value, float):
        return card.number(pointer, value)
    return value


def same(actual: Any, expected: Any) -> bool:
    """Whether two values are the same: numbers by value, everything else by type and value."""
    if isinstance(actual, bool) or isinstance(expected, bool):
        return actual is expected
    if isinstance(actual, int | float | Decimal) and isinstance(expected, int | float | Decimal):
        try:
            return Decimal(str(actual)) == Decimal(str(expected))
        except InvalidOperation:
            return False
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(same(actual[k], expected[k]) for k in actual)
    return type(actual) is type(expected) and bool(actual == expected)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(part)}" for key, part in value.items())
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def escape(step: str) -> str:
    """A step of a JSON Pointer, escaped (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def lookup(data: Any, pointer: str) -> Any:
    """The value at *pointer*; a marker of its own (see `absent`) if there is none."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(data, Mapping) and key in data:
            data = data[key]
        elif isinstance(data, list) and _INDEX.fullmatch(key) and int(key) < len(data):
            data = data[int(key)]
        else:
            return _ABSENT
    return data


def absent(value: Any) -> bool:
    """Whether `lookup` found nothing."""
    return value is _ABSENT


def leaves(data: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar of the card and every list of scalars, with its pointer; states are left whole."""
    if isinstance(data, Mapping) and "state" in data:
        return
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from leaves(value, f"{pointer}/{escape(str(key))}")
    elif isinstance(data, list) and any(isinstance(item, Mapping | list) for item in data):
        for index, value in enumerate(data):
            yield from leaves(value, f"{pointer}/{index}")
    else:
        yield pointer, data
