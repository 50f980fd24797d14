"""Two cards beside each other: which value of the one answers to which of the other. Pure.

Entries of a list are matched by what they are about, never by their place: a result by its data
set, metric and slice, a risk by its words. Nothing here says whether a change matters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cognify.records import card as cards

ADDED, REMOVED, CHANGED, SAME = "added", "removed", "changed", "same"
IDENTITY: Final = (
    "card", "record.id", "record.version", "record.schema_version", "record.created_at", "record.supersedes",
    "model.name", "model.version",
)  # fmt: skip
"""What is another in every version, and says nothing about a change."""

RESULTS: Final = (
    "evaluation.runs", "evaluation.subgroups", "evaluation.intersectional",
    "evaluation.external.results", "evaluation.local.results",
)  # fmt: skip
"""The lists of a card whose entries are results."""
TESTS: Final = (
    "robustness",
    "security",
    "privacy_leakage",
    "explainability",
    "contamination",
    "reproducibility",
)
"""The lists below `evaluation` whose entries are tests with an outcome."""
_WHOLE: Final = (*RESULTS, "evaluation.thresholds")
"""Lists whose entries are one answer each: a number means nothing without what stands beside it."""
_RESULT = ("metric", "dataset", "slice")
_TEST = ("test", "metric")
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "evaluation.thresholds": ("metric", "comparator", "dataset", "slice"),
    "evaluation.runs": _RESULT, "evaluation.external.results": _RESULT, "evaluation.local.results": _RESULT,
    "evaluation.subgroups": ("metric", "attribute", "group", "dataset"),
    "evaluation.intersectional": ("metric", "attributes", "groups", "dataset"),
    "evaluation.excluded": ("report", "test", "metric"),
    "evaluation.weights": ("report", "name"),
    "evaluation.baseline": ("model", "metric", "dataset"),
    **{f"evaluation.{name}": _TEST for name in TESTS},
    "monitoring.tests": _TEST, "deployment.parity_test": _TEST,
    "data.separation.checks": ("left", "right", "kind"),
    "data.datasets.quality_checks": ("check",),
    "monitoring.drift": ("metric", "at"), "monitoring.results": ("metric", "at"),
    "outcomes.results": ("metric", "period"), "outcomes.backtests": ("metric", "period"),
    "risk.compensating_controls": ("gap",), "risk.rating_history": ("date",),
    "change.log": ("version",), "challenge.log": ("point",),
    "governance.applicability": ("framework", "requirement"), "governance.roles": ("role",),
    "reasons.codes": ("code",), "fairness.conclusion": ("basis",),
}  # fmt: skip
"""By list: what its entries are about. Any other list goes by what its schema requires of an entry."""
_OWN_ID: Final = ("risk.register", "validation.findings")
"""Lists whose entries may have an id, which then counts alone."""

_ALIKE = 0.6
_LONGEST, _MOST = 2_000, 60
_SHOWN = 80
"""So much of what an entry is about is told where it lies; `about` has the whole."""
_NOTHING: Final = object()
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Change:
    """One place of two cards. `was_at` and `now_at` are pointers, None on the side that lacks it.

    `name` is the field's dotted name, `place` what a person reads: entries by what they are about, which
    `about` tells once more, from the outermost list in.
    """

    place: str
    name: str
    kind: str
    was_at: str | None
    now_at: str | None
    was: Any = None
    now: Any = None
    about: tuple[str, ...] = ()

    @property
    def at(self) -> str:
        """Where it is, in the newer card if it is there."""
        return self.now_at or self.was_at or ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries of one list that are about the same; None where one side has none.

    `key` is what they are about, in words.
    """

    key: str
    was: int | None
    now: int | None


def compare(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """Every place of the two cards, in the order of the newer one; what only the older has comes last.

    Numbers have to be exact (`int`, `Decimal`): 0.50 is 0.5. What is another in every version is left out.
    """
    yield from _compare(was, now, _Place())


def pairs(name: str, was: Sequence[Any], now: Sequence[Any]) -> tuple[Pair, ...]:
    """Which entry of *was* answers to which of *now*, of the list with the dotted *name*.

    Entries that say the same of what they are about are taken in their order. Where they are known by
    their words alone, those whose words are much alike are one that was reworded; where more than sixty
    of either have no partner, nobody could say which.
    """
    keys = identity(name)
    before, after = ([_key(name, keys, entry) for entry in entries] for entries in (was, now))
    left = list(range(len(was)))
    found = _matched(
        [Pair(_shown(key), None, number) for number, key in enumerate(after)], before, after, left
    )
    if "report" in keys or "path" in keys:  # tools write the time of the run into the names of files
        found = _matched(found, [_undated(key) for key in before], [_undated(key) for key in after], left)
    alone = sum(pair.was is None for pair in found)
    if _by_words(name, keys) and len(left) <= _MOST and alone <= _MOST:
        words = {old: Words.of(_said(was[old])) for old in left}
        found = [_reworded(pair, words, now) for pair in found]
        left = list(words)
    return (*found, *(Pair(_shown(before[old]), old, None) for old in left))


_Key = tuple[str, ...]
"""What an entry is about, part by part, so that no part can pass for two, nor for the one beside it."""


def _matched(found: list[Pair], before: list[_Key], after: list[_Key], left: list[int]) -> list[Pair]:
    """*found* with what has no partner yet paired by its key; *left* loses whoever was paired."""
    waiting = dict[_Key, list[int]]()
    for old in left:
        waiting.setdefault(before[old], []).append(old)
    told = []
    for pair in found:
        others = waiting.get(after[pair.now]) if pair.was is None and pair.now is not None else None
        told.append(Pair(pair.key, others.pop(0), pair.now) if others else pair)
    left[:] = sorted(old for others in waiting.values() for old in others)
    return told


def _undated(key: _Key) -> _Key:
    return tuple(_DIGITS.sub("0", part) for part in key)


def _shown(key: _Key) -> str:
    return " · ".join(filter(None, key))


@cache
def identity(name: str) -> tuple[str, ...]:
    """The fields that tell what an entry of the list with the dotted *name* is about."""
    if name in _KEYS:
        return _KEYS[name]
    return cards.demanded(name)


def _key(name: str, keys: tuple[str, ...], entry: Any) -> _Key:
    if not isinstance(entry, Mapping):
        return (_said(entry),)
    own = entry.get("id") if name in _OWN_ID else None
    if isinstance(own, str):
        return (own,)
    return tuple(_said(entry.get(key)) for key in keys)


def _said(value: Any) -> str:
    if value is None or cards.state_of(value) is not None:
        return ""
    if isinstance(value, Mapping):
        return " to ".join(map(_said, value.values()))
    if isinstance(value, list | tuple):
        return ", ".join(map(_said, value))
    return str(value)


def _by_words(name: str, keys: tuple[str, ...]) -> bool:
    return bool(keys) and cards.takes_words(f"{name}.{keys[0]}")


def _reworded(pair: Pair, left: dict[int, Words], now: Sequence[Any]) -> Pair:
    if pair.was is not None or pair.now is None or not left:
        return pair
    own = _said(now[pair.now])
    score, match = max((words.alike(own), -old) for old, words in left.items())
    if score < _ALIKE:
        return pair
    del left[-match]
    return Pair(pair.key, -match, pair.now)


@dataclass(frozen=True, slots=True)
class Words:
    """A text to hold others against, word by word: how many words, and the places of each as bits."""

    count: int
    places: Mapping[str, int]

    @classmethod
    def of(cls, text: str, longest: int = _LONGEST) -> Words:
        """The words of *text*; only the first *longest* characters are looked at."""
        words, places = text[:longest].split(), dict[str, int]()
        for number, word in enumerate(words):
            places[word] = places.get(word, 0) | 1 << number
        return cls(len(words), places)

    def alike(self, other: str, longest: int = _LONGEST) -> float:
        """How much *other* is like it, from 0 to 1: the share of the words that both have in one order.

        Takes one pass over *other*, whatever its words (Hyyrö 2004, the longest common subsequence in
        bits): a text that repeats few words must not keep anybody waiting.
        """
        words, all_places = other[:longest].split(), (1 << self.count) - 1
        open_places = all_places
        for word in words:
            met = open_places & self.places.get(word, 0)
            open_places = ((open_places + met) | (open_places - met)) & all_places
        common = self.count - open_places.bit_count()
        return 2 * common / (self.count + len(words)) if self.count + len(words) else 1.0


_Part = tuple[Any, Any, Any, str, str]
"""A step (a key, or the pair of two entries), both values, and the key or number on each side."""


@dataclass(frozen=True, slots=True)
class _Place:
    shown: str = ""
    name: str = ""
    was_at: str = ""
    now_at: str = ""
    about: tuple[str, ...] = ()

    def below(self, part: _Part) -> _Place:
        step, old, new, old_key, new_key = part
        was_at = self.was_at if old is _NOTHING else f"{self.was_at}/{_escaped(old_key)}"
        now_at = self.now_at if new is _NOTHING else f"{self.now_at}/{_escaped(new_key)}"
        if isinstance(step, Pair):
            key = step.key if len(step.key) <= _SHOWN else f"{step.key[: _SHOWN - 1]}…"
            return _Place(f"{self.shown}[{key}]", self.name, was_at, now_at, (*self.about, step.key))
        return _Place(f"{self.shown}/{step}", f"{self.name}.{step}".lstrip("."), was_at, now_at, self.about)


def _compare(was: Any, now: Any, place: _Place) -> Iterator[Change]:
    """*was* and *now* are of one place, `_NOTHING` on the side that lacks it."""
    if place.name in IDENTITY:
        return
    lone = was is _NOTHING or now is _NOTHING
    whole = place.shown.endswith("]") and (place.name in _WHOLE or lone)
    inner = None if whole else _inner(was, now)
    if inner is None:
        yield _change(was, now, place)
        return
    for part in inner(place.name):
        yield from _compare(part[1], part[2], place.below(part))


def _inner(was: Any, now: Any) -> Callable[[str], Iterator[_Part]] | None:
    """The parts of a place that has any on both sides; None for what is one answer."""
    sides = [side for side in (was, now) if side is not _NOTHING]
    if all(_is_group(side) for side in sides):
        return lambda name: _keys(was, now)
    if all(isinstance(side, list) for side in sides) and any(map(_is_entries, sides)):
        return lambda name: _entries(name, was, now)
    return None


def _is_group(value: Any) -> bool:
    return isinstance(value, Mapping) and cards.state_of(value) is None


def _is_entries(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(part, Mapping) for part in value)


def _keys(was: Any, now: Any) -> Iterator[_Part]:
    old = was if isinstance(was, Mapping) else {}
    new = now if isinstance(now, Mapping) else {}
    for key in (*new, *(key for key in old if key not in new)):
        yield str(key), old.get(key, _NOTHING), new.get(key, _NOTHING), str(key), str(key)


def _entries(name: str, was: Any, now: Any) -> Iterator[_Part]:
    """The entries of a list; one that is new, or gone, or no longer there as a list is one change."""
    old, new = (side if isinstance(side, list) else [] for side in (was, now))
    for pair in pairs(name, old, new):
        yield (
            pair,
            _NOTHING if pair.was is None else old[pair.was], _NOTHING if pair.now is None else new[pair.now],
            str(pair.was), str(pair.now),
        )  # fmt: skip


def _change(was: Any, now: Any, at: _Place) -> Change:
    if was is _NOTHING:
        return Change(at.shown, at.name, ADDED, None, at.now_at, None, now, at.about)
    if now is _NOTHING:
        return Change(at.shown, at.name, REMOVED, at.was_at, None, was, None, at.about)
    kind = SAME if same(was, now) else CHANGED
    return Change(at.shown, at.name, kind, at.was_at, at.now_at, was, now, at.about)


def same(was: Any, now: Any) -> bool:
    """Whether two values say the same: numbers by value, true is not 1."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return was.keys() == now.keys() and all(same(was[key], now[key]) for key in was)
    if isinstance(was, list) and isinstance(now, list):
        return len(was) == len(now) and all(map(same, was, now))
    return isinstance(was, bool) is isinstance(now, bool) and bool(was == now)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
