"""What the adopted frameworks ask and what the card holds for it. Never the word that nobody may say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cognify.checks.framework import load
from cognify.errors import CognifyError
from cognify.records.framework import Coverage, Framework


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement, and what the card holds for it."""

    id: str
    text: str
    tier: str
    coverage: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """One framework against one card; `fault` says why it could not be looked at."""

    id: str
    title: str = ""
    issuer: str = ""
    legal_force: str = ""
    last_checked: str = ""
    asked: tuple[Asked, ...] = ()
    fault: str = ""

    def count(self, coverage: str) -> int:
        """How many requirements have this coverage."""
        return sum(asked.coverage == coverage for asked in self.asked)


def covered(frameworks: tuple[str, ...], data: object) -> tuple[Covered, ...]:
    """Every framework in *frameworks* against the card *data*."""
    return tuple(_covered(id, data) for id in frameworks)


def _covered(id: str, data: object) -> Covered:
    try:
        pack = _pack(id)
    except CognifyError as error:
        return Covered(id, fault=error.what)
    status = pack.status
    asked = tuple(
        Asked(r.id, r.text, r.tier, Coverage(r.coverage(data)).value, r.fields) for r in pack.requirements
    )
    return Covered(id, status.title, status.issuer, status.legal_force, status.last_checked, asked)


@lru_cache(maxsize=64)
def _pack(id: str) -> Framework:
    return load(id)
