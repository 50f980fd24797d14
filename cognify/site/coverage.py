"""What the adopted frameworks ask and what the card holds for it. Never the word that nobody may say."""

from __future__ import annotations

from dataclasses import dataclass

from cognify.checks.framework import load
from cognify.errors import CognifyError
from cognify.inventory import Inventory
from cognify.records.assessment import Assessed, assess
from cognify.site.sheet import anchor


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement, and what the card holds for it."""

    id: str
    text: str
    tier: str
    coverage: str
    fields: tuple[str, ...]
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """One framework against one card; `fault` says why it could not be looked at."""

    id: str
    title: str = ""
    issuer: str = ""
    legal_force: str = ""
    last_checked: str = ""
    disclaimer: str = ""
    basis: str = ""
    outside: str = ""
    asked: tuple[Asked, ...] = ()
    fault: str = ""

    def anchor(self, number: str) -> str:
        """The id of the row of the requirement *number*."""
        return row_anchor(self.id, number)

    def count(self, coverage: str) -> int:
        """How many requirements have this coverage."""
        return sum(asked.coverage == coverage for asked in self.asked)


def row_anchor(framework: str, number: str) -> str:
    """The id of a row of the table of *framework* on a version's page: what the matrix leads to."""
    return f"q-{anchor(f'/{framework}/{number}')}"


def covered(inventory: Inventory, data: object) -> tuple[Covered, ...]:
    """Every framework that *inventory* adopts against the card *data*."""
    return tuple(_covered(inventory, id, data) for id in inventory.settings.frameworks)


def _covered(inventory: Inventory, id: str, data: object) -> Covered:
    try:
        pack = load(id, inventory.files)
    except CognifyError as error:
        return Covered(id, fault=error.what)
    found, status = assess(pack, data, inventory.settings.elsewhere), pack.status
    return Covered(
        id, status.title, status.issuer, status.legal_force, status.last_checked,
        pack.disclaimer, found.standing.basis or "none is stated", found.standing.because,
        tuple(map(_row, found.rows)),
    )  # fmt: skip


def _row(row: Assessed) -> Asked:
    asked, said = row.requirement, row.said
    return Asked(asked.id, asked.text, asked.tier, row.coverage.value, asked.fields, said.reason, said.by)
