"""Is a group so small that its result tells of single people?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cognify.checks.draft import Draft
from cognify.errors import CognifyError
from cognify.records.finding import Finding
from cognify.records.settings import SMALL_CELLS

_GIVEN = ("n", "value", "ci")


class _SmallCells:
    ids = ("small-cell",)

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        try:
            smallest = draft.inventory.settings.small_cells
        except CognifyError:
            smallest = SMALL_CELLS  # the file of settings has findings of its own
        for pointer in cells(draft.data, smallest):
            yield finding(draft.where(pointer), smallest)


def cells(card: Any, smallest: int) -> Iterator[str]:
    """The pointers of groups that tell of fewer than *smallest* records, or are suppressed and told."""
    section = card.get("evaluation") if isinstance(card, Mapping) else None
    for name in ("subgroups", "intersectional"):
        entries = section.get(name) if isinstance(section, Mapping) else None
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if not isinstance(entry, Mapping):
                continue
            size = entry.get("n")
            small = isinstance(size, int | float) and not isinstance(size, bool) and size < smallest
            told = any(entry.get(key) is not None and not isinstance(entry[key], Mapping) for key in _GIVEN)
            if small or (entry.get("suppressed") is True and (told or _interval(entry))):
                yield f"/evaluation/{name}/{index}"


def _interval(entry: Mapping[str, Any]) -> bool:
    held = entry.get("ci")
    return isinstance(held, Mapping) and "state" not in held


def finding(where: str, smallest: int) -> Finding:
    """The finding at *where*; it tells neither the group nor its size."""
    return Finding(
        where, "small-cell", f"the result of a group of fewer than {smallest} records",
        "take n, value and interval out of the entry and out of the evidence, and say `suppressed: true`; "
        "hide a second group where a total would tell the first",
    )  # fmt: skip


SMALL = _SmallCells()
