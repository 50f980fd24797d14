"""The card as a sheet to read: sections, groups, tables and values, each value with its source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from cognify import canonical, replay
from cognify.records import card as cards
from cognify.records import schema
from cognify.site.citing import Cited
from cognify.strictyaml import Document

HUMAN, IDENTITY, UNATTRIBUTED, STATED = "human", "identity", "unattributed", "stated"
_IDENTITY = frozenset(
    {"/card", "/record/id", "/record/version", "/record/schema_version", "/record/created_at",
     "/record/supersedes", "/model/name", "/model/version"}
)  # fmt: skip
_WIDEST = 6
_LONGEST_CELL = 90
_PLAIN = re.compile(r"[^A-Za-z0-9_]+")
_DIGEST = re.compile(r"[0-9a-f]{40,64}\Z")


@dataclass(frozen=True, slots=True)
class State:
    """Why a field has no value, and who says so."""

    name: str
    reason: str
    by: str
    revisit: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the card: its text, its unit, what stands behind it, and what is wrong with it."""

    shape: ClassVar[str] = "value"

    pointer: str
    title: str
    meaning: str
    texts: tuple[str, ...]
    unit: str
    mark: str
    number: bool = False
    digest: bool = False
    named: bool = False
    cited: Cited | None = None
    state: State | None = None
    faults: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """The id of its element."""
        return anchor(self.pointer)

    @property
    def text(self) -> str:
        """The value on one line."""
        return ", ".join(self.texts)


@dataclass(frozen=True, slots=True)
class Group:
    """Values that belong together."""

    shape: ClassVar[str] = "group"

    pointer: str
    title: str
    rows: tuple[Row, ...]

    @property
    def anchor(self) -> str:
        """The id of its element."""
        return anchor(self.pointer)


@dataclass(frozen=True, slots=True)
class Table:
    """A list of short entries, one per line; a column is a title, a cell None where it is absent."""

    shape: ClassVar[str] = "table"

    pointer: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[Value | None, ...], ...]

    @property
    def anchor(self) -> str:
        """The id of its element."""
        return anchor(self.pointer)


Row: TypeAlias = Value | Group | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A top-level part of the card."""

    name: str
    title: str
    meaning: str
    rows: tuple[Row, ...]

    @property
    def anchor(self) -> str:
        """The id of its heading."""
        return f"s{anchor('/' + self.name)[1:]}"


def anchor(pointer: str) -> str:
    """The element id for *pointer*: readable, and different for different pointers."""
    plain = _PLAIN.sub("-", pointer).strip("-")
    if pointer == "/" + plain.replace("-", "/"):
        return f"v-{plain}"
    return f"v-{plain[:60]}-{canonical.sha256(pointer.encode())[:8]}"


@dataclass(frozen=True)
class Sheet:
    """A card, the citations of its values, and what a verification found at single ones."""

    card: Document
    cited: Mapping[str, Cited]
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def sections(self, *, without: Callable[[str], bool] = lambda pointer: False) -> tuple[Section, ...]:
        """Every section as it stands in the card; pointers that *without* names are left out."""
        described = schema.schema("card")["properties"]
        found = []
        for key, value in self.card.data.items():
            pointer = f"/{replay.escape(key)}"
            if key == "card" or without(pointer):
                continue
            shown = described.get(key, {})
            title = shown.get("title", key)
            rows = tuple(self._rows(pointer, value, without))
            if rows:
                found.append(Section(key, title, shown.get("description", ""), rows))
        return tuple(found)

    def value(self, pointer: str) -> Value | None:
        """The value at *pointer*, or None if there is none or it is more than a value."""
        found = replay.lookup(self.card.data, pointer)
        return self._value(pointer, found) if not replay.absent(found) and _is_leaf(found) else None

    def values(self) -> Iterator[Value]:
        """Every value of the card, states too."""
        waiting: list[tuple[str, object]] = [("", self.card.data)]
        while waiting:
            pointer, value = waiting.pop()
            if _is_leaf(value):
                yield self._value(pointer, value)
            else:
                waiting += [(below, part) for below, part in _parts(pointer, value)]

    def _rows(self, pointer: str, value: object, without: Callable[[str], bool]) -> Iterator[Row]:
        if _is_leaf(value):
            yield self._value(pointer, value)
            return
        for below, part in _parts(pointer, value):
            if not without(below):
                yield from self._row(below, part, without)

    def _row(self, pointer: str, value: object, without: Callable[[str], bool]) -> Iterator[Row]:
        if _is_leaf(value):
            yield self._value(pointer, value)
            return
        table = self._table(pointer, value) if isinstance(value, list) else None
        if table is not None:
            yield table
            return
        rows = tuple(self._rows(pointer, value, without))
        if rows:
            yield Group(pointer, _entry(pointer, rows), rows)

    def _table(self, pointer: str, entries: list[object]) -> Table | None:
        """A list as a table, if each entry is a few short values."""
        keys: dict[str, None] = {}
        for entry in entries:
            if not isinstance(entry, Mapping) or cards.state_of(entry) is not None:
                return None
            keys |= {str(key): None for key in entry}
        lines = []
        for index, entry in enumerate(entries):
            cells = tuple(self.value(f"{pointer}/{index}/{replay.escape(key)}") for key in keys)
            assert isinstance(entry, Mapping)
            if sum(cell is not None for cell in cells) < len(entry) or len(keys) > _WIDEST:
                return None
            if any(cell and len(cell.text) > _LONGEST_CELL for cell in cells):
                return None
            lines.append(cells)
        titles = tuple(_column(f"{pointer}/0/{replay.escape(key)}") for key in keys)
        return Table(pointer, _title(pointer), titles, tuple(lines)) if keys else None

    def _value(self, pointer: str, value: object) -> Value:
        known = cards.field_at(pointer)
        exact = known if known is not None and _is_exactly(known.pointer, pointer) else None
        state = _state(value)
        cited = None if state else self._citation(pointer)
        texts = () if state else tuple(self._texts(pointer, value))
        return Value(
            pointer=pointer,
            title=exact.title if exact else _title(pointer),
            meaning=exact.meaning if exact else "",
            texts=texts,
            unit=_unit(exact) if exact else "",
            mark=STATED if state else _mark(pointer, known, cited),
            number=isinstance(value, int | float) and not isinstance(value, bool),
            digest=isinstance(value, str) and bool(_DIGEST.match(value)),
            named=exact is None,
            cited=cited,
            state=state,
            faults=self.faults.get(pointer, ()),
        )

    def _citation(self, pointer: str) -> Cited | None:
        """The citation of the value, or of the map or list that it was cited as a part of."""
        while pointer:
            if pointer in self.cited:
                return self.cited[pointer]
            pointer = pointer.rpartition("/")[0]
        return None

    def _texts(self, pointer: str, value: object) -> Iterator[str]:
        """The value as text, entry by entry; numbers in the digits that the card gives."""
        if isinstance(value, list):
            for index, part in enumerate(value):
                yield from self._texts(f"{pointer}/{index}", part)
        elif isinstance(value, bool):
            yield "yes" if value else "no"
        elif isinstance(value, float):
            yield self.card.text(pointer)
        else:
            yield "nothing" if value is None else str(value)


def _is_leaf(value: object) -> bool:
    if cards.state_of(value) is not None:
        return True
    if isinstance(value, list):
        return not any(isinstance(part, Mapping | list) for part in value)
    return not isinstance(value, Mapping)


def _parts(pointer: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield f"{pointer}/{replay.escape(str(key))}", part
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield f"{pointer}/{index}", part


def _state(value: object) -> State | None:
    name = cards.state_of(value)
    if name is None or not isinstance(value, Mapping):
        return None
    said = (str(value.get(key, "")) for key in ("reason", "by", "revisit"))
    return State(name, *said)


def _mark(pointer: str, known: cards.Field | None, cited: Cited | None) -> str:
    if cited is not None:
        return cited.kind
    if any(pointer == own or pointer.startswith(f"{own}/") for own in _IDENTITY):
        return IDENTITY
    return UNATTRIBUTED if known is not None and known.owner == "machine" else HUMAN


def _is_exactly(pattern: str, pointer: str) -> bool:
    return pattern.count("/") == pointer.count("/")


def _column(pointer: str) -> str:
    """A title with the unit that all values of the column have."""
    known = cards.field_at(pointer)
    unit = _unit(known) if known is not None and _is_exactly(known.pointer, pointer) else ""
    return f"{_title(pointer)}, {unit}" if unit else _title(pointer)


def _unit(known: cards.Field) -> str:
    """The unit, unless the title says it already."""
    return "" if known.unit.lower() in known.title.lower() else known.unit


def _entry(pointer: str, rows: tuple[Row, ...]) -> str:
    """What a group is called; an entry of a list by its number and the first thing it says."""
    title = _title(pointer)
    first = rows[0]
    if title.isdecimal() and isinstance(first, Value) and 0 < len(first.text) <= _LONGEST_CELL:
        return f"{title}. {first.text}"
    return title


def _title(pointer: str) -> str:
    """What a place of the card is called: by the schema, by its number, or by its own key."""
    known = cards.field_at(pointer)
    if known is not None and _is_exactly(known.pointer, pointer):
        return known.title
    key = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    if key.isdecimal():
        return str(int(key) + 1)
    return key.replace("_", " ").capitalize() if known is None and key.islower() else key
