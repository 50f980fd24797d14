"""What every check is handed: one version's files, read once, and why they could not be read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cognify import replay, strictyaml
from cognify.checks.around import Around, Earlier
from cognify.errors import CognifyError
from cognify.inventory import Inventory, Version
from cognify.records import delta as deltas
from cognify.records import lock as locks
from cognify.records import materiality
from cognify.records.delta import Delta
from cognify.records.finding import Finding, Severity
from cognify.records.lock import Artifact, Lock
from cognify.records.policy import TIERS
from cognify.strictyaml import Document


@dataclass(frozen=True)
class Draft:
    """One version as its files stand; `proposing` asks for what a proposal must have.

    `granted` gives the exceptions that a quorum signed; it is asked only where one could settle something.
    `around` gives what else the inventory holds.
    """

    inventory: Inventory
    version: Version
    proposing: bool = False
    granted: Callable[[], Collection[str]] = frozenset
    around: Around = field(default_factory=Around)

    @cached_property
    def _card(self) -> Document | Finding:
        try:
            raw = self.inventory.files.read(self.version.card)
            return strictyaml.read(raw, where=self.version.card)
        except CognifyError as error:
            return Finding.of(error, where=self.version.card)

    @cached_property
    def _lock(self) -> Lock | Finding:
        try:
            raw = self.inventory.files.read(self.version.lock)
            return locks.parse(raw, where=self.version.lock)
        except CognifyError as error:
            return Finding.of(error, where=self.version.lock)

    @property
    def unreadable(self) -> tuple[Finding, ...]:
        """Why the card or the lock cannot be read; empty if both can."""
        return tuple(part for part in (self._card, self._lock) if isinstance(part, Finding))

    @property
    def card(self) -> Document:
        """The card with its positions; only where `unreadable` is empty."""
        assert not isinstance(self._card, Finding)
        return self._card

    @property
    def lock(self) -> Lock:
        """The citations; only where `unreadable` is empty."""
        assert not isinstance(self._lock, Finding)
        return self._lock

    @property
    def data(self) -> dict[str, Any]:
        """The card as plain data."""
        data = self.card.data
        return data if isinstance(data, dict) else {}

    @cached_property
    def exact(self) -> dict[str, Any]:
        """The card as plain data, its numbers as their digits write them."""
        data = replay.exact(self.card, "")
        return data if isinstance(data, dict) else {}

    @cached_property
    def earlier(self) -> Earlier | None:
        """The version of the same model that was sealed last before this one, where its card can be read."""
        before = self.around.before(self.version)
        return Earlier.of(self.inventory, before) if before else None

    @cached_property
    def delta(self) -> Delta | None:
        """What changed since `earlier`, by the rules of the newest policy; None without one."""
        if self.earlier is None:
            return None
        try:
            policy = self.inventory.policy().data
        except CognifyError:
            policy = {}  # the verification says so
        return deltas.delta(self.earlier.card, self.exact, materiality.declared(policy)[0])

    @property
    def tier(self) -> str:
        """The tier that the card states; the highest while it states none, so nothing is let off."""
        section = self.data.get("record")
        tier = section.get("tier") if isinstance(section, dict) else None
        return tier if tier in TIERS else TIERS[-1]

    def where(self, pointer: str) -> str:
        """`file:line:column` of *pointer* in the card, or of its nearest parent that is there."""
        if not pointer:
            return self.version.card
        found = self._places.get(pointer)
        if found is None:
            found = self._places[pointer] = self._place(pointer)
        return found

    def _place(self, pointer: str) -> str:
        try:
            line, column = self.card.line_and_column(pointer)
        except KeyError:
            return self.where(pointer.rpartition("/")[0])
        return f"{self.version.card}:{line}:{column}"

    @cached_property
    def _places(self) -> dict[str, str]:
        return {}

    def question(
        self, pointer: str, id: str, what: str, fix: str, severity: Severity = Severity.WARNING
    ) -> Finding:
        """A finding about the place *pointer* of the card, which a person can explain."""
        return Finding(self.where(pointer), id, what, fix, severity, pointer=pointer)

    def artifact_path(self, artifact: Artifact) -> str | None:
        """Where *artifact* lies in the inventory; None if it is kept outside."""
        if artifact.path is None or artifact.path.startswith("datasets/"):
            return artifact.path
        return self.version.prefix + artifact.path

    def artifact_bytes(self, artifact: Artifact) -> bytes | None:
        """The artifact's bytes if the inventory holds them."""
        path = self.artifact_path(artifact)
        if path is None or not self.inventory.files.exists(path):
            return None
        return self.inventory.files.read(path)
