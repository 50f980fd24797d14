"""What else the inventory holds: the version that was approved before, and the other models.

Who was sealed is taken from the log as it lies here. A check asks questions and gives no verdict, so
nothing of it is verified: a log that lies can only make a check ask the wrong question. What people
signed counts where whoever asks knows that it stands.
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
from cognify.ledger.log import LEAVES, STATEMENTS
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


@dataclass(frozen=True, slots=True)
class Span:
    """From the last approval of a model to the first proposal of `version`, in places of the log from one.

    A place is 0 for what is not sequenced, or not there.
    """

    version: Version
    proposed: int
    before: Version | None
    sealed: int

    def holds(self, rejected: Version, place: int) -> bool:
        """Whether *rejected* was rejected in it, at *place*.

        By the log, so that no name for the next version can put it before the one that was rejected; by
        the names where the log has no place for it yet.
        """
        if place:
            return self.sealed < place and (not self.proposed or place < self.proposed)
        name = natural(rejected.version)
        return name < natural(self.version.version) and (
            self.before is None or name > natural(self.before.version)
        )


def _none(version: Version) -> Version | None:
    return None


def _nobody(version: Version) -> tuple[Rejection, ...]:
    return ()


def _unknown(version: Version) -> frozenset[str] | None:
    return None


@dataclass(frozen=True)
class Around:
    """What surrounds a version.

    `before` names the version of its model that was approved last before it; `rejections` are those of
    versions of its model that were proposed since, this one left out; `portfolio` is the newest version
    of every model, None where no other model may be spoken of. `standing` are the digests of the
    statements about a version that stand: admitted, by keys still believed, not taken back; None where
    nobody judged them.
    """

    before: Callable[[Version], Version | None] = _none
    rejections: Callable[[Version], tuple[Rejection, ...]] = _nobody
    portfolio: Portfolio | None = None
    standing: Standing = _unknown


Standing = Callable[[Version], frozenset[str] | None]


def by_log(
    inventory: Inventory, log: Files | None, memory: Path | None = None, standing: Standing = _unknown
) -> Around:
    """What surrounds the versions of *inventory*, by the seals in the files *log* of the log branch.

    Traits of the other models are kept in the file *memory*, where one is named. *standing* tells which
    statements stand; it is asked only where there is one that matters.
    """
    seals = _Seals(inventory, log, standing)
    return Around(seals.before, seals.rejections, Portfolio(inventory, memory), standing)


@dataclass(frozen=True)
class _Seals:
    inventory: Inventory
    log: Files | None
    standing: Standing = _unknown
    _known: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    _placed: dict[Version, int] = field(default_factory=dict)
    _gone: dict[Version, bool] = field(default_factory=dict)
    _said: dict[Version, tuple[tuple[int, Rejection], ...]] = field(default_factory=dict)

    def before(self, version: Version) -> Version | None:
        """The version of the same model that was sealed last before *version*, and not withdrawn since."""
        others = [other for other in self._siblings(version.model) if other != version]
        if not others:
            return None
        own = self._place(version)
        # One seal may hold several versions: then the name tells which of them came before.
        placed = [((place, natural(other.version)), other) for other in others
                  if not self._withdrawn(other) and (place := self._place(other))]  # fmt: skip
        earlier = [found for found in placed if not own or found[0] < (own, natural(version.version))]
        return max(earlier, key=lambda found: found[0])[1] if earlier else None

    def rejections(self, version: Version) -> tuple[Rejection, ...]:
        """Who rejected versions of the model that were not sealed, since the last approval."""
        others = [v for v in self._siblings(version.model) if v != version and not self._place(v)]
        found = [said for other in others for said in self._of(other)]
        if not found:
            return ()
        before, proposals = self.before(version), self._paths(version, "record.propose")
        own = min(filter(None, map(self._leaf, proposals)), default=0)
        span = Span(version, own, before, self._place(before) if before else 0)
        return tuple(said for place, said in found if span.holds(said.version, place))

    def _of(self, version: Version) -> tuple[tuple[int, Rejection], ...]:
        if version not in self._said:
            self._said[version] = tuple(self._read(version))
        return self._said[version]

    def _read(self, version: Version) -> Iterator[tuple[int, Rejection]]:
        people = self._names
        for path in self._stated(version, "signoff.reject"):
            try:
                said = json.loads(self.inventory.files.read(path))["predicate"]
                who, role, why = (str(said.get(key, "")) for key in ("person", "role", "comment"))
            except (CognifyError, ValueError, KeyError, AttributeError, TypeError):
                continue  # the verification says so
            yield self._leaf(path), Rejection(version, people.get(who, who), role, why)

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
            self._gone[version] = bool(self._stated(version, "model.withdraw"))
        return self._gone[version]

    def _paths(self, version: Version, kind: str) -> list[str]:
        found = self.inventory.files.paths(f"{version.statements}{kind}.")
        return [path for path in found if is_statement(path)]

    def _stated(self, version: Version, kind: str) -> list[str]:
        """The statements of *kind* about *version*, but for those that are known not to stand."""
        found, files = self._paths(version, kind), self.inventory.files
        standing = self.standing(version) if found else None
        return [p for p in found if standing is None or canonical.sha256(files.read(p)) in standing]

    def _leaf(self, path: str) -> int:
        """The place of the statement at *path* in the log, counted from one; 0 if it is not sequenced."""
        return self._leaves.get(canonical.sha256(self.inventory.files.read(path)), 0)

    @cached_property
    def _leaves(self) -> Mapping[str, int]:
        try:
            lines = self.log.read(LEAVES).splitlines() if self.log else []
            return {json.loads(line)["sha256"]: place for place, line in enumerate(lines, 1)}
        except (CognifyError, ValueError, KeyError, TypeError):
            return {}  # the verification says so

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
