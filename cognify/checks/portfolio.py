"""The newest version of every model, in the few traits by which one card is held against the others.

Traits of cards that have not changed since are remembered in Git's folder of the clone: reading ten
thousand cards to ask one question of one of them would keep everybody waiting. Nothing is judged by
them: they can only make a check ask the wrong question, or none.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cognify import canonical, strictyaml
from cognify.errors import CognifyError, SurroundingsError
from cognify.inventory import Inventory, Version, WorkTree, write_atomically
from cognify.records import card as cards
from cognify.records.alignment import Words
from cognify.records.ordering import natural

MEMORY = "portraits.json"
_FORM = 1
_LONG = 120
"""Texts of so many characters are held against each other; shorter ones are alike by chance."""
_COPIED = 0.95
_MARKS, _MOST_ALIKE = 8, 20
_LONGEST = 20_000
_SHORT, _TELLING = 5, re.compile(r"[-_.0-9]")
"""A name of so many characters, with a sign that words have not, is hardly a word of everyday language."""
_SPACES = re.compile(r"\s+")
_FEW_STATES = ("not_applicable",)


@dataclass(frozen=True, slots=True)
class Portrait:
    """What is remembered of one card.

    `datasets` are (id, version, digest); `given` the names of fields that people answered; `prose` the
    longer texts by pointer, in small letters and with single spaces, with their `marks`; `reasons` those
    of what does not apply, by pointer.
    """

    model: str
    version: str
    tier: str = ""
    method: str = ""
    datasets: tuple[tuple[str, str, str], ...] = ()
    hyperparameters: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    prose: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, list[str]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Portfolio:
    """The newest version of every model of *inventory*; *memory* is where traits are kept, if anywhere.

    Each question names the model that asks, whose own traits do not count. What is looked up is put in
    order once, so that asking for each of ten thousand models takes no more than ten thousand times one.
    """

    inventory: Inventory
    memory: Path | None = None

    def named_alike(self, asks: str, id: str, version: str, digest: str) -> tuple[str, str] | None:
        """Digest and model of other data that another model calls by the name *id* and *version*."""
        told = self._index.by_name.get((id, version), {})
        return next(
            ((other, model) for other, model in told.items() if other != digest and model != asks), None
        )

    def same_bytes(self, asks: str, id: str, digest: str) -> tuple[str, str] | None:
        """Name and model of the very data *digest* that another model calls other than *id*."""
        told = self._index.by_digest.get(digest, {})
        return next(((other, model) for other, model in told.items() if other != id and model != asks), None)

    def settings(self, asks: str, method: str) -> tuple[int, Counter[str]]:
        """How many other models were trained by *method*, and how many of them tell each setting."""
        return self._without(
            asks, self._index.settings.get(method), lambda one: (one.method, one.hyperparameters), method
        )

    def given(self, asks: str, tier: str) -> tuple[int, Counter[str]]:
        """How many other models are of *tier*, and how many of them answer each field."""
        return self._without(asks, self._index.given.get(tier), lambda one: (one.tier, one.given), tier)

    def named_in(self, asks: str, words: Iterable[str]) -> str:
        """The first other model, by name, that *words* name, of those whose names are hardly words."""
        found = sorted(self._index.names[word] for word in words if word in self._index.names)
        return next((model for model in found if model != asks), "")

    def twin(self, asks: str, pointer: str, text: str) -> str:
        """Another model whose text at *pointer* is nearly word for word *text*; which one is not said."""
        for mark in _marks(text):
            for model, other in self._index.prose.get((pointer, mark), ()):
                if model != asks and _alike(text, other):
                    return model
        return ""

    def _without(
        self, asks: str, told: tuple[int, Counter[str]] | None,
        of: Callable[[Portrait], tuple[str, tuple[str, ...]]], wanted: str,
    ) -> tuple[int, Counter[str]]:  # fmt: skip
        count, names = told or (0, Counter())
        own = self._portraits.get(asks)
        if own is not None and of(own)[0] == wanted:
            return count - 1, names - Counter(of(own)[1])
        return count, names

    @cached_property
    def _index(self) -> _Index:
        index = _Index()
        for portrait in self._portraits.values():
            index.add(portrait)
        return index

    @cached_property
    def _portraits(self) -> Mapping[str, Portrait]:
        known, kept = _remembered(self.memory), dict[str, Any]()
        found = dict[str, Portrait]()
        for version in _newest(self.inventory):
            state, entry = _state(self.inventory, version), known.get(version.card)
            portrait = _kept(entry, state, version)
            if portrait is None:
                portrait = _portrait(self.inventory, version)
                entry = portrait and [state, _plain(portrait)]
            if portrait is not None:
                found[version.model], kept[version.card] = portrait, entry
        if self.memory is not None and kept != known:
            _remember(self.memory, kept)
        return found


@dataclass(frozen=True)
class _Index:
    """Who says what, put in order for looking up."""

    by_name: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    by_digest: dict[str, dict[str, str]] = field(default_factory=dict)
    settings: dict[str, tuple[int, Counter[str]]] = field(default_factory=dict)
    given: dict[str, tuple[int, Counter[str]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    prose: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, portrait: Portrait) -> None:
        """Enter one model."""
        for id, version, digest in portrait.datasets:
            if digest:
                self.by_name.setdefault((id, version), {}).setdefault(digest, portrait.model)
                self.by_digest.setdefault(digest, {}).setdefault(id, portrait.model)
        _count(self.settings, portrait.method, portrait.hyperparameters)
        _count(self.given, portrait.tier, portrait.given)
        if len(portrait.model) >= _SHORT and _TELLING.search(portrait.model):
            self.names[folded(portrait.model)] = portrait.model
        for pointer, text in portrait.prose.items():
            for mark in portrait.marks[pointer]:
                held = self.prose.setdefault((pointer, mark), [])
                if len(held) < _MOST_ALIKE:
                    held.append((portrait.model, text))


def _count(place: dict[str, tuple[int, Counter[str]]], key: str, names: tuple[str, ...]) -> None:
    count, told = place.get(key, (0, Counter()))
    told.update(names)
    place[key] = (count + 1, told)


def _marks(text: str) -> list[str]:
    """The least digests of fives of words: texts that are nearly alike hardly fail to share one."""
    words = text.split()
    fives = {" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))}
    return sorted(canonical.sha256(five.encode(errors="replace"))[:16] for five in fives)[:_MARKS]


def _alike(text: str, other: str) -> bool:
    if text == other:
        return True
    if max(len(text), len(other)) > _LONGEST:
        return False  # it would keep everybody waiting
    return Words.of(text, _LONGEST).alike(other, _LONGEST) >= _COPIED


def _newest(inventory: Inventory) -> Iterator[Version]:
    """The newest version by name of each model that has a card."""
    by_model = dict[str, list[str]]()
    for model, version in _named(inventory):
        by_model.setdefault(model, []).append(version)
    for model, versions in sorted(by_model.items()):
        for version in sorted(versions, key=natural, reverse=True):
            if inventory.files.exists(Version(model, version).card):
                yield Version(model, version)
                break


def _named(inventory: Inventory) -> Iterator[tuple[str, str]]:
    files = inventory.files
    if isinstance(files, WorkTree):  # two levels of folders, not everything that lies below them
        for model in _folders(files.root / "models"):
            yield from ((model.name, version.name) for version in _folders(Path(model)))
        return
    for version in inventory.versions():
        yield version.model, version.version


def _folders(place: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            return [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _state(inventory: Inventory, version: Version) -> list[int] | None:
    """What tells that a card on disk is as it was; None for one that comes from elsewhere."""
    if not isinstance(inventory.files, WorkTree):
        return None
    try:
        stat = os.stat(inventory.files.root / version.card, follow_symlinks=False)
    except OSError:
        return None
    return [_FORM, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]


def _portrait(inventory: Inventory, version: Version) -> Portrait | None:
    try:
        data = strictyaml.load(inventory.files.read(version.card), where=version.card)
    except CognifyError:
        return None  # it is judged where it stands
    return portrait(version, data) if isinstance(data, Mapping) else None


def portrait(version: Version, data: Mapping[str, Any]) -> Portrait:
    """The traits of the card *data*."""
    prose, reasons, given = dict[str, str](), dict[str, str](), set[str]()
    for pointer, value in _texts(data, ""):
        known = cards.field_at(pointer)
        state = cards.state_of(value)
        if known is None or known.owner == "machine":
            continue
        if state is not None and isinstance(value, Mapping):
            if state in _FEW_STATES:
                reasons[pointer] = folded(str(value.get("reason", "")))
            continue
        given.add(known.name)
        if isinstance(value, str) and len(value) >= _LONG and cards.takes_words(known.name):
            prose[pointer] = folded(value)
    return Portrait(
        version.model, version.version,
        tier=_text(data, "record.tier"), method=_text(data, "model.adaptation.method"),
        datasets=tuple(_datasets(data)), hyperparameters=tuple(sorted(_settings(data))),
        given=tuple(sorted(given)), prose=prose, marks={p: _marks(text) for p, text in prose.items()},
        reasons=reasons,
    )  # fmt: skip


def folded(text: str) -> str:
    """*text* in small letters, with single spaces."""
    return _SPACES.sub(" ", text.casefold()).strip()


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and cards.state_of(value) is None:
        for key, part in value.items():
            yield from _texts(part, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(part, f"{pointer}/{index}")
    else:
        yield pointer, value


def _text(data: Mapping[str, Any], name: str) -> str:
    return next((value for _, value in cards.find(data, name) if isinstance(value, str)), "")


def _datasets(data: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for _, entries in cards.find(data, "data.datasets"):
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                told = (entry.get(key) for key in ("id", "version", "digest"))
                id, version, digest = (value if isinstance(value, str) else "" for value in told)
                yield id, version, digest


def _settings(data: Mapping[str, Any]) -> Iterator[str]:
    for _, settings in cards.find(data, "training.hyperparameters"):
        if isinstance(settings, Mapping) and cards.state_of(settings) is None:
            yield from map(str, settings)


def _plain(portrait: Portrait) -> dict[str, Any]:
    """*portrait* as a file keeps it."""
    told: dict[str, Any] = asdict(portrait)
    told |= {name: list(told[name]) for name in ("hyperparameters", "given")}
    return {**told, "datasets": [list(one) for one in portrait.datasets]}


def _kept(entry: Any, state: list[int] | None, version: Version) -> Portrait | None:
    """What was kept of *version*, if it is of the card as it is, and has the shape of a portrait."""
    if state is None or not isinstance(entry, list) or len(entry) != 2 or entry[0] != state:
        return None
    told = entry[1]
    if not isinstance(told, dict) or any(
        not holds(told.get(name)) for name, holds in _SHAPES.items()
    ) or (told["model"], told["version"]) != (version.model, version.version):  # fmt: skip
        return None
    if not all(_texts_in(told["marks"].get(at)) for at in told["prose"]):
        return None
    return Portrait(
        told["model"], told["version"], told["tier"], told["method"],
        tuple((a, b, c) for a, b, c in told["datasets"]), tuple(told["hyperparameters"]),
        tuple(told["given"]), told["prose"], {at: told["marks"][at] for at in told["prose"]}, told["reasons"],
    )  # fmt: skip


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _texts_in(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _by_pointer(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


_SHAPES: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("model", "version", "tier", "method"), _is_text),
    **dict.fromkeys(("hyperparameters", "given"), _texts_in),
    **dict.fromkeys(("prose", "reasons"), _by_pointer),
    "marks": lambda value: isinstance(value, dict),
    "datasets": lambda value: (
        isinstance(value, list) and all(_texts_in(one) and len(one) == 3 for one in value)
    ),
}
"""What is kept is a file that anybody may have written: what is not of these shapes is read again."""


def _remembered(memory: Path | None) -> dict[str, Any]:
    """What was kept; a file that is gone, or damaged, is as if there were none."""
    if memory is None:
        return {}
    try:
        data = json.loads(memory.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _remember(memory: Path, kept: Mapping[str, Any]) -> None:
    with contextlib.suppress(SurroundingsError):  # a disk that refuses is no fault
        write_atomically(memory, json.dumps(kept, ensure_ascii=False).encode(errors="replace"))
