"""What changed between two cards, by how much it matters. Pure.

The class of a change comes from rules (`materiality`), never from what the card says of itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cognify.records import alignment, comparability, materiality
from cognify.records import card as cards
from cognify.records.alignment import SAME, Change
from cognify.records.materiality import CLASSES, MATERIAL, UNCHANGED, Judged, Rule

_OWN_WORDS = "change.log"


@dataclass(frozen=True)
class Delta:
    """Every change between two cards, the gravest first, and what did not change."""

    changes: tuple[Judged, ...]
    unchanged: tuple[Change, ...]

    def of(self, kind: str) -> tuple[Judged, ...]:
        """The changes of one class."""
        return tuple(judged for judged in self.changes if judged.kind == kind)

    @property
    def gravest(self) -> str:
        """The gravest class that there is, or `unchanged`."""
        return self.changes[0].kind if self.changes else UNCHANGED

    @cached_property
    def summary(self) -> Mapping[str, int]:
        """How many of each class."""
        counts = {kind: len(self.of(kind)) for kind in CLASSES}
        return {**counts, UNCHANGED: len(self.unchanged)}

    @property
    def prose(self) -> tuple[Change, ...]:
        """What people wrote and left as it was."""
        return tuple(change for change in self.unchanged if is_prose(change))


def delta(was: Mapping[str, Any], now: Mapping[str, Any], rules: tuple[Rule, ...] = ()) -> Delta:
    """What changed from the card *was* to *now*, whose numbers are exact, by *rules* and the shipped ones.

    What people say of the change (`change.log`) is no change of the model, and left out.
    """
    changes, unchanged = list[Judged](), list[Change]()
    told = [change for change in alignment.compare(was, now) if not change.name.startswith(_OWN_WORDS)]
    before = {_told_of(change): change.was for change in reversed(told) if isinstance(change.was, Mapping)}
    for change in told:
        if change.kind == SAME:
            unchanged.append(change)
        else:
            changes.append(_judged(change, before.get(_told_of(change), change.was), was, now, rules))
    return Delta(tuple(sorted(changes, key=lambda one: CLASSES.index(one.kind))), tuple(unchanged))


def _told_of(change: Change) -> tuple[str, tuple[str, ...]]:
    return change.name, change.about


def _judged(
    change: Change, before: Any, was: Mapping[str, Any], now: Mapping[str, Any], rules: tuple[Rule, ...]
) -> Judged:
    """*change* with its class; a result that is told twice now is held against *before* both times.

    Otherwise a worse one would pass for new behind a better one of the same name.
    """
    both = isinstance(before, Mapping) and isinstance(change.now, Mapping)
    if change.name not in alignment.RESULTS or not both:
        return materiality.judge(change, rules)
    compared = comparability.compare(before, change.now, was, now)
    training = comparability.on_training_data(change.now, now)
    return materiality.judge(change, rules, compared, training=training)


def is_prose(change: Change) -> bool:
    """Whether *change* is about a text that a person wrote."""
    return isinstance(change.now, str) and cards.takes_words(change.name)


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry of `change.log` says of its version, and whether it calls the change material."""

    pointer: str
    summary: str
    material: bool | None


def said(card: Mapping[str, Any], version: str) -> tuple[Said, ...]:
    """What the people of *version* say of its change themselves."""
    return tuple(_said(card, version))


def _said(card: Mapping[str, Any], version: str) -> Iterator[Said]:
    for place, entries in cards.find(card, _OWN_WORDS):
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, Mapping) and entry.get("version") == version:
                found = entry.get("material")
                decision = found.get("decision") if isinstance(found, Mapping) else None
                words = entry.get("summary")
                yield Said(
                    f"{place}/{index}", words if isinstance(words, str) else "",
                    decision if isinstance(decision, bool) else None,
                )  # fmt: skip


def disputed(found: Delta, own: tuple[Said, ...]) -> tuple[Said, ...]:
    """The entries that call immaterial what the rules call material."""
    return tuple(one for one in own if one.material is False) if found.gravest == MATERIAL else ()
