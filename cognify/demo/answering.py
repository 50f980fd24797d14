"""What people answer, put into a card: by pointers that name entries of lists as people call them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from cognify import strictyaml
from cognify.errors import SurroundingsError
from cognify.strictyaml import Document, splice

_NAMES = ("id", "name", "report", "metric")
_DAY = re.compile(r"<day(?P<more>[+-][0-9]{1,5})?>")


def answer(raw: bytes, answers: Mapping[str, Any]) -> bytes:
    """The card *raw* with *answers*, each by JSON Pointer.

    In a list `*` stands for every entry, and `[name]` for those whose id, name, report or metric is that.

    Raises:
        SurroundingsError: `demo-stopped`, an answer has no place in the card.
    """
    document = strictyaml.read(raw, where="card.yaml")
    told = {place: value for pointer, value in answers.items() for place in _places(document, pointer)}
    edits = [
        edit for place, value in told.items() if place in document
        for edit in splice.replacement(document, place, splice.emit(value, document.nested_indent(place)))
    ]  # fmt: skip
    document = strictyaml.read(splice.apply(document.raw, edits), where="card.yaml")
    fresh: dict[tuple[str, str], Any] = {}
    for place, value in told.items():
        if place not in document:
            _plant(fresh, document, place, value)
    # Of insertions that end at one place the inner one comes first.
    ordered = sorted(fresh.items(), key=lambda item: -item[0][0].count("/"))
    edits = [edit for (parent, key), value in ordered for edit in _insertion(document, parent, key, value)]
    return splice.apply(document.raw, edits)


def dated(answers: Any, day: date) -> Any:
    """*answers* with every `<day+30>` made the date so many days after *day*."""
    if isinstance(answers, dict):
        return {key: dated(value, day) for key, value in answers.items()}
    if isinstance(answers, list):
        return [dated(value, day) for value in answers]
    if isinstance(answers, str):
        return _DAY.sub(lambda found: (day + timedelta(int(found["more"] or 0))).isoformat(), answers)
    return answers


def _places(document: Document, pointer: str) -> Iterator[str]:
    """Every place in the card that *pointer* means."""
    found = [""]
    for step in pointer.split("/")[1:]:
        found = [place for before in found for place in _step(document, before, step)]
    if not found:
        raise SurroundingsError(
            f"the card has no {pointer}", where="answers.yaml", fix="mend the pointer", id="demo-stopped"
        )
    yield from found


def _step(document: Document, place: str, step: str) -> Iterator[str]:
    entries = document.value(place) if place in document else None
    if not isinstance(entries, list):
        if step != "*" and not step.startswith("["):  # which name entries, of which there are none
            yield f"{place}/{step}"
        return
    wanted = step.strip("[]").replace("~1", "/")
    for number, entry in enumerate(entries):
        names = {entry.get(name) for name in _NAMES} if isinstance(entry, dict) else set()
        if step in ("*", str(number)) or (step.startswith("[") and wanted in names):
            yield f"{place}/{number}"


def _plant(fresh: dict[tuple[str, str], Any], document: Document, place: str, value: Any) -> None:
    """Put *value* into the block that the nearest place that is there has to take."""
    steps = place.split("/")[1:]
    depth = next(d for d in range(len(steps) - 1, -1, -1) if "/".join(["", *steps[:d]]) in document)
    at = fresh
    key: Any = ("/".join(["", *steps[:depth]]), steps[depth])
    for step in steps[depth + 1 :]:
        at = at.setdefault(key, {})
        key = step
    at[key] = value


def _insertion(document: Document, parent: str, key: str, value: Any) -> list[splice.Edit]:
    return splice.insertion(document, parent, splice.emit(value, document.indent(parent) + 2), key=key)
