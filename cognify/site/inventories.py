"""The page of the inventory: the register as a table, what needs attention, and who shares what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cognify.inventory import Version
from cognify.register import COLUMNS, Attention, Cell, Column, Register, Row, sheets

FILE = "inventory.csv"
"""Where the whole register lies beside the page: every column of every version."""
_TOLD = 300
"""Versions that are told column by column on the page; of more than these the file tells."""


@dataclass(frozen=True)
class Page:
    """What the page shows of a register."""

    register: Register

    @cached_property
    def rows(self) -> Mapping[Version, Row]:
        """Each version's row."""
        return {row.version: row for row in self.register.rows}

    @property
    def waiting(self) -> tuple[tuple[Row, tuple[Attention, ...]], ...]:
        """The versions that need somebody, with the reasons."""
        return tuple((row, row.attention) for row in self.register.rows if row.attention)

    @property
    def told(self) -> tuple[tuple[Row, tuple[tuple[Column, Cell], ...]], ...]:
        """The versions that are told column by column."""
        rows = self.register.rows if len(self.register.rows) <= _TOLD else ()
        return tuple((row, tuple((column, row.cells[column.key]) for column in COLUMNS)) for row in rows)


def page(register: Register) -> Page:
    """What the page shows of *register*."""
    return Page(register)


def as_csv(register: Register) -> bytes:
    """Every column of every version, safe for a spreadsheet."""
    return sheets.as_csv(sheets.inventory(register.rows)).encode()
