"""A document with the place of everything in it: for messages, and for changing single bytes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

from cognify.strictyaml.characters import source_text, unfit_value
from cognify.strictyaml.events import Event, Style, events
from cognify.strictyaml.fast import fast
from cognify.strictyaml.refusals import refuse, refuse_at, shown
from cognify.strictyaml.scalars import Ambiguous, Scalar, resolve
from cognify.strictyaml.starts import starts, token

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | None"

LONGEST_KEY: Final = 256
_MANY_DIGITS = re.compile(r"[0-9](?:\.?[0-9]){15}")
_SMALLEST_NORMAL = 1e-290


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands: byte offsets, and line and column (in characters) from 1."""

    start: int
    end: int
    line: int
    column: int


class _Node(NamedTuple):
    start: int
    end: int
    style: Style
    key: tuple[int, int] | None


class Document:
    """Plain data and where each part of it stands in the bytes it was read from.

    Parts are named by JSON Pointer (RFC 6901); a pointer to nothing is a `KeyError`.
    Offsets count bytes of `raw`, so they can be used to cut it.
    """

    __slots__ = ("_ascii", "_known", "_lines", "_long", "_starts", "_text", "data", "raw", "where")

    def __init__(
        self, raw: bytes, text: str, where: str, data: dict[str, Value], nodes: dict[str, _Node] | None
    ) -> None:
        self.raw, self.where, self.data = raw, where, data
        self._text, self._known, self._ascii = text, nodes, raw.isascii()
        self._lines: list[int] | None = None
        self._long: bool | None = None
        self._starts: dict[str, int] | None = None

    @property
    def _nodes(self) -> dict[str, _Node]:
        """The place of everything; found when it is first asked for, which takes ten times as long."""
        if self._known is None:
            self._known = _built(self._text, self.where, None).nodes
        return self._known

    def __contains__(self, pointer: str) -> bool:
        return pointer in self._nodes

    def value(self, pointer: str) -> Value:
        """The data at *pointer*."""
        if pointer not in self._nodes:
            raise KeyError(pointer)
        found: Any = self.data
        for each in pointer.split("/")[1:]:
            in_list = isinstance(found, list)
            found = found[int(each) if in_list else each.replace("~1", "/").replace("~0", "~")]
        value: Value = found
        return value

    def pointers(self) -> Iterator[str]:
        """Every pointer, in the order of the document."""
        return iter(self._nodes)

    def span(self, pointer: str) -> Span:
        """The value: of a scalar its source with quotes, of a mapping from its first key on.

        The span of a literal or folded text begins with its header and ends before its last line
        break; no span contains the comments that follow a value.
        """
        node = self._nodes[pointer]
        return self._span(node.start, node.end)

    def line_and_column(self, pointer: str) -> tuple[int, int]:
        """Where the value at *pointer* begins, as its `span` says, found faster than that.

        Raises:
            KeyError: there is no such value.
        """
        if self._starts is None:
            known = self._known
            self._starts = starts(self._text) if known is None else {at: n.start for at, n in known.items()}
        return self._line(self._starts[pointer])

    def key_span(self, pointer: str) -> Span:
        """The key under which the value stands, with its quotes.

        Raises:
            KeyError: there is no such value, or it stands under no key.
        """
        key = self._nodes[pointer].key
        if key is None:
            raise KeyError(pointer)
        return self._span(*key)

    def text(self, pointer: str) -> str:
        """The source text of the value; a number keeps its digits."""
        node = self._nodes[pointer]
        return self._text[node.start : node.end]

    def number(self, pointer: str, value: float) -> Decimal:
        """The number at *pointer*, which the data know as *value*, exactly as its digits write it."""
        # Fifteen digits go through a double unharmed (C11 5.2.4.2.2, DBL_DIG), if it is a normal one.
        if self._long is None:
            self._long = _MANY_DIGITS.search(self._text) is not None
        if (value and abs(value) < _SMALLEST_NORMAL) or self._long:
            return Decimal(self.text(pointer))
        return Decimal(repr(value))

    def style(self, pointer: str) -> Style:
        """How the value is written."""
        return self._nodes[pointer].style

    def place(self, pointer: str) -> str:
        """`file:line:column` of the value, or of the nearest thing that was to hold it."""
        while pointer not in self._nodes:
            pointer = pointer.rpartition("/")[0]
        span = self.span(pointer)
        return f"{self.where}:{span.line}:{span.column}"

    def indent(self, pointer: str) -> int:
        """The column, from 0, at which the keys or dashes of a block mapping or sequence stand.

        Raises:
            MalformedRecord: `yaml-not-block`: the value is a scalar or stands in brackets.
        """
        node = self._block(pointer)
        return node.start - (self._text.rfind("\n", 0, node.start) + 1)

    def nested_indent(self, pointer: str) -> int:
        """The column, from 0, for lines of a new value in the place of the one at *pointer*.

        Raises:
            MalformedRecord: `yaml-not-block`: the value stands inside of brackets.
        """
        return self.indent(pointer.rpartition("/")[0]) + 2 if pointer else 0

    def block_end(self, pointer: str) -> int:
        """The byte after the last line of a block mapping or sequence.

        Comments and blank lines after that line are taken to belong to what follows.
        If the last line is not ended, this is the end of the bytes.

        Raises:
            MalformedRecord: `yaml-not-block`: the value is a scalar or stands in brackets.
        """
        return self.line_end(self._span(0, self._block(pointer).end).end)

    def line_end(self, offset: int) -> int:
        """The byte after the line in which byte *offset* stands."""
        newline = self.raw.find(b"\n", offset)
        return newline + 1 if newline >= 0 else len(self.raw)

    def _block(self, pointer: str) -> _Node:
        node = self._nodes[pointer]
        if node.style != "block":
            refuse_at("yaml-not-block", "not a block of lines", self.place(pointer))
        return node

    def _span(self, start: int, end: int) -> Span:
        line, column = self._line(start)
        return Span(self._byte(start), self._byte(end), line, column)

    def _line(self, start: int) -> tuple[int, int]:
        if self._lines is None:
            self._lines = [0, *(match.end() for match in re.finditer("\n", self._text))]
        line = bisect_right(self._lines, start)
        return line, start - self._lines[line - 1] + 1

    def _byte(self, index: int) -> int:
        return index if self._ascii else len(self._text[:index].encode())


def read(raw: bytes, *, where: str) -> Document:
    """The document that *raw* says, with positions, or a named refusal.

    Verdict and data are those of `load`, which is faster.

    Raises:
        MalformedRecord: see `load`.
    """
    text = source_text(raw, where)
    data = fast(raw, text)
    return document_of(raw, text, where) if data is None else Document(raw, text, where, data, None)


def document_of(raw: bytes, text: str, where: str, parser: Any = None) -> Document:
    """`read` for *raw* whose *text* has been judged, by the *parser* that there is."""
    builder = _built(text, where, parser)
    return Document(raw, text, where, builder.data, builder.nodes)


def _built(text: str, where: str, parser: Any) -> _Builder:
    builder = _Builder(text, where)
    for event in events(text, where, parser):
        builder.take(event)
    return builder


class _Open:
    """A mapping or sequence whose end has not been seen."""

    __slots__ = ("end", "holder", "index", "key", "key_span", "pointer", "start", "style")

    def __init__(self, holder: dict[str, Value] | list[Value], pointer: str, event: Event) -> None:
        self.holder, self.pointer = holder, pointer
        self.start = self.end = event.start
        self.style = event.style
        self.key: str | None = None
        self.key_span: tuple[int, int] | None = None


class _Builder:
    """Events to plain data, and the pointer and place of each value."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        self.data: dict[str, Value] = {}
        self.nodes: dict[str, _Node] = {}
        self.stack: list[_Open] = []

    def take(self, event: Event) -> None:
        top = self.stack[-1] if self.stack else None
        if event.kind == "end":
            self._close(event)
        elif top is not None and isinstance(top.holder, dict) and top.key is None:
            self._key(top, top.holder, event)
        elif event.kind == "scalar":
            self._put(self._resolved(event), event)
        else:
            self._open(event)

    def _open(self, event: Event) -> None:
        holder: dict[str, Value] | list[Value] = {} if event.kind == "mapping" else []
        if not self.stack and isinstance(holder, dict):
            self.data = holder
            self.nodes[""] = _Node(event.start, event.start, event.style, None)
            self.stack.append(_Open(holder, "", event))
            return
        pointer = self._put(holder, event)
        self.stack.append(_Open(holder, pointer, event))

    def _put(self, value: Value, event: Event) -> str:
        """File *value* under the waiting key or as the next item; its pointer."""
        top = self.stack[-1]
        if isinstance(top.holder, dict):
            key = top.key or ""
            pointer = f"{top.pointer}/{token(key)}"
            top.holder[key] = value
        else:
            pointer = f"{top.pointer}/{len(top.holder)}"
            top.holder.append(value)
        self.nodes[pointer] = _Node(event.start, event.end, event.style, top.key_span)
        top.end = event.end
        top.key = top.key_span = None
        return pointer

    def _close(self, event: Event) -> None:
        done = self.stack.pop()
        end = event.end if done.style == "flow" else done.end
        self.nodes[done.pointer] = _Node(done.start, end, done.style, self.nodes[done.pointer].key)
        if self.stack:
            self.stack[-1].end = end

    def _key(self, top: _Open, holder: dict[str, Value], event: Event) -> None:
        if event.kind != "scalar":
            self._refuse("yaml-key", "a key that is itself a mapping or list", event)
        if event.style == "plain" and event.value == "<<":
            self._refuse("yaml-alias", "a merge key", event)
        key = self._resolved(event) if event.value or event.style != "plain" else None
        if not isinstance(key, str):
            self._refuse("yaml-key", f"the key {shown(event.value)} is not text", event)
        if len(key) > LONGEST_KEY:
            self._refuse("yaml-key", f"a key of {len(key)} characters", event)
        if event.style in ("literal", "folded") or "\n" in self.text[event.start : event.end]:
            self._refuse("yaml-key", "a key of several lines", event)
        if key in holder:
            self._refuse("yaml-dup-key", f"the key {shown(key)} stands twice", event)
        top.key, top.key_span = key, (event.start, event.end)

    def _resolved(self, event: Event) -> Scalar:
        """The value of a scalar, which must not be empty, ambiguous or unfit."""
        if event.style == "plain":
            if not event.value:
                self._refuse("yaml-empty-value", "nothing stands where a value belongs", event)
            try:
                return resolve(event.value)
            except Ambiguous as reason:
                self._refuse("yaml-ambiguous-scalar", str(reason), event)
        escaped = event.style == "double" and "\\" in self.text[event.start : event.end]
        if escaped and (unfit := unfit_value(event.value)):
            self._refuse(*unfit, event)
        return event.value

    def _refuse(self, fault: str, what: str, event: Event) -> NoReturn:
        refuse(fault, what, self.where, self.text, event.start)
