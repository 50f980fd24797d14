"""Small cells: which groups of a table are too small to be shown, and which others must go with them.

A cell is a group within one attribute, or within several crossed ones. Whoever knows a total and
all cells but one knows that one, too; so cells are hidden until no single sum gives one away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from cognify.records.settings import SMALL_CELLS

SMALLEST = SMALL_CELLS
"""Groups of fewer records are hidden; an inventory may raise it, and never lower it."""
MARK = "suppressed"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A group: its attributes, and its place within each, in the order of the attributes' names."""

    attributes: tuple[str, ...]
    groups: tuple[str, ...]

    def onto(self, attributes: tuple[str, ...]) -> Cell:
        """The group of fewer *attributes* that it is a part of."""
        held = dict(zip(self.attributes, self.groups, strict=True))
        return Cell(attributes, tuple(held[name] for name in attributes))


@dataclass(frozen=True, slots=True)
class _Sum:
    """Cells that add up to another cell, or to all records where there is none."""

    parts: tuple[Cell, ...]
    whole: Cell | None


def cell(attribute: str, group: str) -> Cell:
    """The cell that a row is about; `*` crosses attributes and, in the same order, groups."""
    attributes, groups = attribute.split("*"), group.split("*")
    if len(attributes) != len(groups) or len(set(attributes)) != len(attributes):
        return Cell((attribute,), (group,))
    pairs = sorted(zip(attributes, groups, strict=True))
    return Cell(tuple(name for name, _ in pairs), tuple(place for _, place in pairs))


def hidden(rows: Iterable[tuple[Cell, int | None]], smallest: int) -> frozenset[Cell]:
    """The cells to hide, of *rows* of cell and number of records; one without a number may be small.

    First those below *smallest*. Then, for every sum whose total is shown, the smallest of the
    others, until two or more are hidden that hold *smallest* records together. What several sums
    together give away, or tables of another report, is not looked at.
    """
    sizes: dict[Cell, int] = {}
    for key, count in rows:
        sizes[key] = min(sizes.get(key, count or 0), count or 0)
    found = {key for key, size in sizes.items() if size < smallest}
    sums = tuple(_sums(sizes))
    while more := {key for part in sums for key in _exposed(part, found, sizes, smallest)}:
        found |= more
    return frozenset(found)


def _sums(sizes: Mapping[Cell, int]) -> Iterator[_Sum]:
    tables: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for key in sizes:
        tables[key.attributes].append(key)
    for attributes, members in tables.items():
        for count in range(len(attributes)):
            for fewer in combinations(attributes, count):
                if fewer and fewer not in tables:
                    continue
                lines: dict[Cell, list[Cell]] = defaultdict(list)
                for key in members:
                    lines[key.onto(fewer)].append(key)
                for whole, parts in lines.items():
                    yield _Sum(tuple(parts), whole if whole in sizes else None)


def _exposed(part: _Sum, found: set[Cell], sizes: Mapping[Cell, int], smallest: int) -> Sequence[Cell]:
    """The cell that has to be hidden beside those that are, so that this sum gives none away."""
    inside = [key for key in part.parts if key in found]
    shown = sorted((key for key in part.parts if key not in found), key=lambda key: (sizes[key], key))
    if part.whole in found:
        return shown[:1] if not inside else ()
    if not inside or (len(inside) > 1 and sum(sizes[key] for key in inside) >= smallest):
        return ()
    return shown[:1] or ([part.whole] if part.whole else [])
