"""What each framework asks, and what each model's record holds for it: the matrix, and where it leads.

Cells are computed from the bytes that were verified, and from the statements that verify; a record that
does not verify counts with its card alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from cognify.checks.draft import Draft
from cognify.checks.framework import load, shipped
from cognify.errors import CognifyError
from cognify.inventory import Inventory, Version
from cognify.records import card as cards
from cognify.records.assessment import Assessment, assessments
from cognify.records.framework import Coverage, Framework, Requirement
from cognify.records.inforce import successor
from cognify.site import showing
from cognify.site.coverage import row_anchor
from cognify.site.sheet import anchor
from cognify.verification import Verification, VerifiedRecord
from cognify.verification.afterwards import with_statements

_GIVEN = (Coverage.PRESENT, Coverage.PARTIAL)
_STATED = (Coverage.NOT_APPLICABLE, Coverage.HELD_ELSEWHERE)


@dataclass(frozen=True)
class Pack:
    """One framework as the site tells of it; without a `pack`, `fault` says why it cannot be used."""

    id: str
    pack: Framework | None = None
    fault: str = ""

    @property
    def title(self) -> str:
        """What it is called, as far as anybody can tell."""
        return self.pack.status.title if self.pack else self.id

    @property
    def successor(self) -> str:
        """The pack that took its place, where one of that id ships."""
        return successor(self.pack.status, shipped()) if self.pack else ""


class Cell(NamedTuple):
    """One requirement and one model: what the record holds, and the element of its page that shows it."""

    coverage: str
    place: str


@dataclass(frozen=True, slots=True)
class Column:
    """One model, by the version that stands for it; `cells` has a list for each pack that can be used."""

    record: VerifiedRecord
    stands: tuple[str, ...] = ()
    cells: tuple[tuple[Cell, ...], ...] = ()

    @property
    def read(self) -> bool:
        """Whether the card of the version can be read."""
        return bool(self.cells)


class Line(NamedTuple):
    """One requirement with its cells, one for each column."""

    asked: Requirement
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Frameworks:
    """The packs of an inventory, against one version of each model: its newest sealed one, or its newest."""

    result: Verification
    models: tuple[tuple[str, tuple[VerifiedRecord, ...]], ...]
    whole: bool = True
    """Whether the site tells of the packs that are not adopted; a package does not."""

    @cached_property
    def adopted(self) -> tuple[Pack, ...]:
        """What the inventory adopts, in its order; what is at fault too."""
        inventory = self.result.inventory
        return tuple(_pack(id, inventory) for id in dict.fromkeys(inventory.settings.frameworks))

    @cached_property
    def others(self) -> tuple[Pack, ...]:
        """What ships with this installation and is not adopted."""
        taken = {one.id for one in self.adopted}
        return tuple(_pack(id, None) for id in sorted(shipped()) if id not in taken)

    @cached_property
    def usable(self) -> tuple[Framework, ...]:
        """The adopted packs that can be used."""
        return tuple(one.pack for one in self.adopted if one.pack)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """One for each model. Only cells are kept: of many cards there is one in memory at a time."""
        return tuple(_column(self.result, self.usable, standing(records)) for _, records in self.models)

    def shown(self, pack: Framework) -> Pack:
        """The adopted entry of *pack*."""
        return next(one for one in self.adopted if one.pack is pack)

    def page_of(self, id: str, link: Callable[[str], str], path: Callable[[str], str]) -> str:
        """The address that tells of the pack *id*: its page, or its place among those not adopted."""
        if any(one.id == id for one in self.usable):
            return link(path(id))
        told = any(one.id == id for one in self.others) and self.whole
        return f"{link('frameworks/index')}#p-{anchor(f'/{id}')}" if told else ""

    def places(self, link: Callable[[str], str], path: Callable[[Version], str]) -> tuple[str, ...]:
        """The address of the page that each column is about."""
        return tuple(link(path(one.record.version)) for one in self.columns)

    def lines(self, pack: Framework) -> Iterator[Line]:
        """The rows of *pack*, in its own order."""
        at = self.usable.index(pack)
        unread = Cell("unread", "top")
        for number, asked in enumerate(pack.requirements):
            cells = (one.cells[at][number] if one.read else unread for one in self.columns)
            yield Line(asked, tuple(cells))

    def stands(self, pack: Framework) -> tuple[str, ...]:
        """How *pack* stands to the model of each column."""
        at = self.usable.index(pack)
        return tuple(one.stands[at] if one.read else "the card cannot be read" for one in self.columns)

    def counted(self, pack: Framework) -> Mapping[str, int]:
        """How many cells of *pack* have which coverage, over all models."""
        at = self.usable.index(pack)
        found = dict.fromkeys((kind.value for kind in Coverage), 0)
        for one in self.columns:
            for cell in one.cells[at] if one.read else ():
                found[cell.coverage] += 1
        return found


def standing(records: Iterable[VerifiedRecord]) -> VerifiedRecord:
    """Which version stands for its model: the first sealed one of *records*, newest first, or the newest."""
    every = tuple(records)
    return next((one for one in every if one.state == "sealed"), every[0])


def _pack(id: str, inventory: Inventory | None) -> Pack:
    try:
        return Pack(id, load(id, inventory.files if inventory else None))
    except CognifyError as error:
        return Pack(id, fault=error.what)


def _column(result: Verification, packs: tuple[Framework, ...], record: VerifiedRecord) -> Column:
    draft = Draft(result.inventory, record.version)
    if draft.unreadable:
        return Column(record)
    data = with_statements(draft.data, record, result.log.root)
    found = list(assessments(packs, data, result.inventory.settings.elsewhere))
    return Column(record, tuple(map(_stands, found)), tuple(tuple(_cells(one, data)) for one in found))


def _stands(found: Assessment) -> str:
    if not found.standing.applies:
        return "does not apply"
    return found.standing.basis or "no basis is stated"


def _cells(found: Assessment, data: Mapping[str, Any]) -> Iterator[Cell]:
    for at, (asked, coverage) in enumerate(zip(found.pack.requirements, found.coverage, strict=True)):
        decided = at in found.settled or not found.standing.applies
        place = "" if decided else _evidence(asked, coverage, data)
        yield Cell(coverage.value, place or _row(found.pack.id, asked.id))


def _evidence(asked: Requirement, coverage: Coverage, data: Mapping[str, Any]) -> str:
    """The element that shows the first field which gives what *coverage* says; empty where none does."""
    if coverage not in (*_GIVEN, *_STATED):
        return ""
    for name in asked.fields:
        for pointer, value in cards.find(data, name):
            state = cards.state_of(value)
            if (state is None) if coverage in _GIVEN else state == coverage.value:
                return showing.element(data, pointer)
    return ""


@lru_cache(maxsize=16384)
def _row(pack: str, number: str) -> str:
    return row_anchor(pack, number)
