"""How a framework stood on a day: looked up, as data, and in words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from cognify.errors import one_line
from cognify.inventory import Files

if TYPE_CHECKING:
    from cognify.records.framework import Framework, Status
    from cognify.records.inforce import Standing


def standing_of(pack: Framework, on: date, files: Files | None, own: Collection[str]) -> Standing:
    """How *pack* stood on the day *on*, its successor being one that ships or is in *files*, of id *own*."""
    from cognify.checks.framework import load, shipped
    from cognify.records import inforce

    known = {*shipped(), *own}
    return inforce.standing(pack, on, known=known, load=lambda id: load(id, files))


def standing_json(stood: Standing) -> dict[str, object]:
    """How it stood, as data."""
    return {
        "in_force": stood.in_force, "issued": stood.issued, "effective": stood.effective,
        "superseded": stood.superseded, "superseded_since": stood.since or None,
        "checked_since": stood.checked,
    }  # fmt: skip


def stood_so(status: Status, stood: Standing) -> str:
    """How it stood, in words."""
    told = {"yes": "in force", "no": "not in force", "unknown": "unknown whether in force"}[stood.in_force]
    why = []
    if stood.issued != "yes":
        why.append(f"issued {status.issued}" if status.issued else "its day of issue is not known")
    elif stood.effective != "yes":
        why.append(f"in effect from {status.effective}" if status.effective else "it has no day of effect")
    if stood.superseded == "yes":
        why.append(f"superseded since {stood.since}")
    elif stood.superseded == "unknown":
        why.append(f"superseded by {one_line(status.superseded_by)}, since when is not known to the day")
    if not stood.checked:
        why.append(f"last checked {status.last_checked}, before that day")
    return f"{told}{': ' if why else ''}{'; '.join(why)}"
