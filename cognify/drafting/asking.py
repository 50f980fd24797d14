"""What a card is asked for and does not answer, as states: pending for people, a reason otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cognify.records import card
from cognify.records.card import Field
from cognify.records.framework import Coverage, Framework

_NOTHING = "No file that was captured says this."
_SMALL = "The group is small, or its result would tell that of a small one."
_NEVER = frozenset({"/card", "/record/id", "/record/version", "/record/schema_version",
                    "/record/created_at", "/model/name", "/model/version"})  # fmt: skip


def questions(
    data: dict[str, Any], tier: str, frameworks: Iterable[Framework]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Pointer and state of every field that *tier* or a framework asks for and *data* lacks."""
    seen: set[str] = set()
    for pointer in _withheld(data):
        seen.add(pointer)
        yield pointer, {"state": "withheld", "reason": _SMALL, "by": "cognify"}
    for missing in card.unanswered(data, tier):
        if not missing.pending and missing.pointer not in _NEVER and missing.pointer not in seen:
            seen.add(missing.pointer)
            yield missing.pointer, state_for(missing.field)
    by_name = {field.name: field for field in card.fields() if not field.in_list}
    for framework in frameworks:
        for asked in framework.requirements:
            if asked.tier != "must" or asked.coverage(data) is not Coverage.MISSING:
                continue
            for name in asked.fields:
                field = by_name.get(name)
                if field and not card.find(data, name) and field.pointer not in seen:
                    seen.add(field.pointer)
                    yield field.pointer, state_for(field)


def _withheld(data: dict[str, Any]) -> Iterator[str]:
    """What a suppressed group does not give: its result, and how many records it holds."""
    section = data.get("evaluation")
    for name in ("subgroups", "intersectional"):
        entries = section.get(name) if isinstance(section, dict) else None
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and entry.get("suppressed") is True:
                yield from (f"/evaluation/{name}/{index}/{f}" for f in ("n", "value") if f not in entry)


def state_for(field: Field) -> dict[str, str]:
    """The state of *field* before anyone has answered: the prompt and its owner, or why it is empty."""
    if field.owner == "machine":
        return {"state": "not_available", "reason": _NOTHING, "by": "cognify"}
    return {"state": "pending", "reason": field.prompt or field.meaning, "by": field.asked_of or "developer"}
