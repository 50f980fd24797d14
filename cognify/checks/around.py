"""What else the inventory holds: the version that was approved before, and the other models.

Who was sealed is taken from the log as it lies here. A check asks questions and gives no verdict, so
nothing of it is verified: a log that lies can only make a check ask the wrong question.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cognify import canonical, replay, strictyaml
from cognify.checks.portfolio import Portfolio
from cognify.errors import CognifyError
from cognify.inventory import Files, Inventory, Version, is_statement
from cognify.ledger.log import STATEMENTS
from cognify.records.ordering import natural


@dataclass(frozen=True)
class Earlier:
    """The card of a version that was approved before; its numbers are exact."""

    version: Version
    card: Mapping[str, Any]

    @classmethod
    def of(cls, inventory: Inventory, version: Version) -> Earlier | None:
        """*version* as it lies in *inventory*; None where its card cannot be read."""
        try:
            document = strictyaml.read(inventory.files.read(version.card), where=version.card)
        except CognifyError:
            return None  # it is judged where it stands
        card = replay.exact(document, "")
        return cls(version, card) if isinstance(card, Mapping) else None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Who rejected a version, as what, and why."""

    version: Version
    name: str
    role: str
    comment: str


def _none(version: Version) -> Version | None:
    return None


def _nobody(version: Version) -> tuple[Rejection, ...]:
    return ()


@dataclass(frozen=True)
class Around:
    """What surrounds a version.

    `before` names the version of its model that was approved last before it; `rejections` are those of
    versions of its model that were proposed since, this one left out; `portfolio` is the newest version
    of every model, None where no other model may be spoken of.
    """

    before: Callable[[Version], Version | None] = _none
    rejections: Callable[[Version], tuple[Rejection, ...]] = _nobody
    portfolio: Portfolio | None = None


def by_log(inventory: Inventory, log: Files | None, memory: Path | None = None) -> Around:
    """What surrounds the versions of *inventory*, by the seals in the files *log* of the log branch.

    Traits of the other models are kept in the file *memory*, where one is named.
    """
    seals = _Seals(inventory, log)
    return Around(seals.before, seals.rejections, Portfolio(inventory, memory))


@dataclass(frozen=True)
class _Seals:
    inventory: Inventory
    log: Files | None
    _known: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    _placed: dict[Version, int] = field(default_factory=dict)
    _gone: dict[Version, bool] = field(default_factory=dict)
    _said: dict[Version, tuple[Rejection, ...]] = field(default_factory=dict)

    def before(self, version: Version) -> Version | None:
        """The version of the same model that was sealed last before *version*, and not withdrawn since."""
        others = [other for other in self._siblings(version.model) if other != version]
        if not others:
            return None
        own = self._place(version)
        placed = ((self._place(other), other) for other in others if not self._withdrawn(other))
        earlier = [(place, other) for place, other in placed if place and (not own or place < own)]
        return max(earlier, default=(0, None), key=lambda found: found[0])[1]

    def rejections(self, version: Version) -> tuple[Rejection, ...]:
        """Who rejected versions of the model that were not sealed, and are older than *version* by name."""
        older = [v for v in self._siblings(version.model) if natural(v.version) < natural(version.version)]
        before = self.before(version)
        since = [v for v in older if before is None or natural(v.version) > natural(before.version)]
        return tuple(found for other in since if not self._place(other) for found in self._of(other))

    def _of(self, version: Version) -> tuple[Rejection, ...]:
        if version not in self._said:
            self._said[version] = tuple(self._read(version))
        return self._said[version]

    def _read(self, version: Version) -> Iterator[Rejection]:
        people = self._names
        for path in self.inventory.files.paths(f"{version.statements}signoff.reject."):
            if not is_statement(path):
                continue
            try:
                said = json.loads(self.inventory.files.read(path))["predicate"]
                who, role, why = (str(said.get(key, "")) for key in ("person", "role", "comment"))
            except (CognifyError, ValueError, KeyError, AttributeError, TypeError):
                continue  # the verification says so
            yield Rejection(version, people.get(who, who), role, why)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        try:
            return {id: person.name for id, person in self.inventory.policy().people.items()}
        except CognifyError:
            return {}

    def _siblings(self, model: str) -> tuple[Version, ...]:
        if model not in self._known:
            paths = self.inventory.files.paths(f"models/{model}/")
            found = dict.fromkeys(path.split("/")[2] for path in paths if path.count("/") > 2)
            self._known[model] = tuple(Version(model, name) for name in found)
        return self._known[model]

    def _place(self, version: Version) -> int:
        """The place of its seal in the log, counted from one; 0 if it was not sealed as it lies here."""
        if version not in self._placed:  # each version asks for all others of its model
            try:
                digest = canonical.sha256(self.inventory.files.read(version.manifest))
            except CognifyError:
                digest = ""
            self._placed[version] = self._sealed.get(digest, 0)
        return self._placed[version]

    def _withdrawn(self, version: Version) -> bool:
        if version not in self._gone:
            paths = self.inventory.files.paths(f"{version.statements}model.withdraw.")
            self._gone[version] = bool(paths)
        return self._gone[version]

    @cached_property
    def _sealed(self) -> Mapping[str, int]:
        """Record digest to the size of the log after its seal."""
        found = dict[str, int]()
        for path in self.log.paths(f"{STATEMENTS}seal.") if self.log else ():
            if not path.endswith(".json"):
                continue
            assert self.log is not None
            try:
                said = json.loads(self.log.read(path))["predicate"]
                found |= {one["digest"]: said["through"] + 1 for one in said["sealed"]}
            except (CognifyError, ValueError, KeyError, TypeError):
                continue  # the verification says so
        return found
