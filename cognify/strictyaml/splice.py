"""Changing single values of a document, every other byte as it was.

Each verb takes the bytes, the `Document` read from them, and text as `emit` writes it.
`replacement` and `insertion` give edits that refer to the bytes as they were read, so that many can
be applied at once; `replace`, `insert_key` and `insert_item` apply a single one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, NoReturn

from cognify.strictyaml.document import Document
from cognify.strictyaml.emitting import emit, emit_document, emit_key
from cognify.strictyaml.refusals import refuse_at, shown
from cognify.strictyaml.starts import token

_LITERAL = re.compile(r"(?:^| )\|-?\n( *)[^ \n]", re.MULTILINE)
_BLANK_LINES = re.compile(rb"(?: *+(?:#[^\n]*+)?+\n)*+(?: *+(?:#[^\n]*+)?+\Z)?+")
_BLANKS_AND_COMMENTS = re.compile(rb"(?:[ \n]++|#[^\n]*+)*+")

__all__ = [
    "Edit",
    "apply",
    "emit",
    "emit_document",
    "emit_key",
    "insert_item",
    "insert_key",
    "insertion",
    "replace",
    "replacement",
]


class Edit(NamedTuple):
    """The bytes from *start* to *end* become *text*."""

    start: int
    end: int
    text: bytes


def apply(raw: bytes, edits: Iterable[Edit]) -> bytes:
    """*raw* with all *edits* made; those at one place stand in the order given.

    Raises:
        ValueError: two edits want the same bytes, which is the caller's mistake.
    """
    parts, done = [], 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        if edit.start < done:
            raise ValueError(f"edits overlap at byte {edit.start}")
        parts += [raw[done : edit.start], edit.text]
        done = edit.end
    return b"".join([*parts, raw[done:]])


def replace(raw: bytes, document: Document, pointer: str, text: str) -> bytes:
    """*raw* with the value at *pointer* written as *text*.

    *text* of several lines must be emitted at `document.nested_indent(pointer)`.
    A comment behind the value stays on its line.

    Raises:
        KeyError: there is no such value.
        MalformedRecord: `yaml-not-block`: text of several lines for a value inside of brackets.
    """
    return apply(_same(raw, document), replacement(document, pointer, text))


def insert_key(raw: bytes, document: Document, parent_pointer: str, key: str, block_text: str) -> bytes:
    """*raw* with a new *key* at the end of the mapping at *parent_pointer*.

    *block_text* of several lines must be emitted at the parent's `indent` + 2, or its
    `nested_indent` + 2 if it is still `{}`.

    Raises:
        KeyError: there is no such mapping.
        MalformedRecord: `yaml-dup-key`: the key is there; `yaml-not-block`: text of several lines
            for a mapping in braces, or no mapping at all.
    """
    _require(dict, document, parent_pointer)
    if (pointer := f"{parent_pointer}/{token(key)}") in document:
        refuse_at("yaml-dup-key", f"the key {shown(key)} is there", document.place(pointer))
    return apply(_same(raw, document), insertion(document, parent_pointer, block_text, key=key))


def insert_item(raw: bytes, document: Document, parent_pointer: str, block_text: str) -> bytes:
    """*raw* with a new item at the end of the sequence at *parent_pointer*; as `insert_key`."""
    _require(list, document, parent_pointer)
    return apply(_same(raw, document), insertion(document, parent_pointer, block_text))


def replacement(document: Document, pointer: str, text: str) -> list[Edit]:
    """The edits that write the value at *pointer* as *text*; see `replace`."""
    span = document.span(pointer)
    head, newline, tail = text.partition("\n")
    if not pointer:
        return _root_replacement(document, text.removeprefix("\n"))
    if document.style(_parent(pointer)) == "flow":
        if newline:
            _refuse_lines(document, pointer)
        return [Edit(span.start, span.end, text.encode())]
    after = _introducer_end(document, pointer)
    gap = document.raw[after : span.start]
    start = after + len(gap.rstrip(b" \n"))
    margin = document.nested_indent(pointer)
    if not head or start == after:
        edits = [Edit(start, span.end, f" {head}".rstrip(" ").encode())]
    elif span.column > margin:
        # A comment stands between the key and the value, which keeps its place.
        edits = [Edit(span.start, span.end, head.encode())]
    else:
        # A list may lie no deeper than its key, other values may not.
        edits = [Edit(start, span.end, f"\n{' ' * margin}{head}".encode())]
    if newline:
        # What follows the old value on its line, a comment, stays there: below, it would be text.
        edits.append(_below(document, span.end, head, tail))
    return edits


def _root_replacement(document: Document, text: str) -> list[Edit]:
    span = document.span("")
    start = document.raw.rfind(b"\n", 0, span.start) + 1
    below = _below(document, span.end, "", text)
    if document.raw[span.end : below.start].strip(b" "):
        return [Edit(start, span.end, b""), below]
    return [Edit(start, below.start, below.text.removeprefix(b"\n"))]


def _below(document: Document, offset: int, head: str, text: str) -> Edit:
    """*text*, which continues *head*, as new lines after the one where byte *offset* stands."""
    at = document.line_end(offset)
    if document.raw[at - 1 : at] != b"\n":
        # A literal text whose last line is not ended would lose its line break.
        return Edit(at, at, f"\n{text}\n".encode())
    margins = [len(found[1]) for found in _LITERAL.finditer(f"{head}\n{text}")]
    if margins and (follows := _BLANK_LINES.match(document.raw, at)):
        margin = min(margins)
        if re.search(rb"^ {%d}" % margin, follows[0], re.MULTILINE):
            # A deeper comment or blank line behind a literal text would become part of it; a
            # comment that is less deep ends the text.
            text += f"\n{' ' * (margin - 2)}#"
    return Edit(at - 1, at - 1, f"\n{text}".encode())


def insertion(document: Document, parent_pointer: str, text: str, *, key: str | None = None) -> list[Edit]:
    """The edits that put *text* at the end of a mapping, under *key*, or of a sequence.

    See `insert_key`, which also looks whether the key is there.
    Of several insertions at one place the inner one is given first; into what is still `{}` or `[]`
    only one can be made at a time.
    """
    parent = document.span(parent_pointer)
    if key is None:
        entry = "- " + text.removeprefix("\n").lstrip(" ")
    else:
        entry = f"{emit_key(key)}:{'' if text.startswith(chr(10)) else ' '}{text}"
    if document.style(parent_pointer) == "block":
        line = f"{' ' * document.indent(parent_pointer)}{entry}"
        return [_below(document, parent.end, "", line)]
    source = document.text(parent_pointer)
    in_flow = bool(parent_pointer) and document.style(_parent(parent_pointer)) == "flow"
    if not source[1:-1].strip(" \n") and not in_flow:
        margin = " " * document.nested_indent(parent_pointer)
        return replacement(document, parent_pointer, f"\n{margin}{entry}")
    if "\n" in text:
        _refuse_lines(document, parent_pointer)
    inline = text if key is None else entry
    if (last := _last_child(document, parent_pointer)) is None:
        return [Edit(parent.start + 1, parent.start + 1, inline.encode())]
    at = document.span(last).end
    return [Edit(at, at, f", {inline}".encode())]


def _introducer_end(document: Document, pointer: str) -> int:
    """The byte after the colon or dash to which the value at *pointer* belongs."""
    parent, index = _parent(pointer), pointer.rpartition("/")[2]
    if isinstance(document.value(parent), dict):
        return document.raw.index(b":", document.key_span(pointer).end) + 1
    if index == "0":
        return document.span(parent).start + 1
    before = document.span(f"{parent}/{int(index) - 1}").end
    between = _BLANKS_AND_COMMENTS.match(document.raw, before)
    return (between.end() if between else before) + 1


def _last_child(document: Document, pointer: str) -> str | None:
    holder = document.value(pointer)
    if isinstance(holder, dict):
        return f"{pointer}/{token(next(reversed(holder)))}" if holder else None
    return f"{pointer}/{len(holder) - 1}" if isinstance(holder, list) and holder else None


def _parent(pointer: str) -> str:
    return pointer.rpartition("/")[0]


def _require(kind: type, document: Document, pointer: str) -> None:
    if not isinstance(document.value(pointer), kind):
        name = "mapping" if kind is dict else "list"
        refuse_at("yaml-not-block", f"not a {name} that could grow", document.place(pointer))


def _refuse_lines(document: Document, pointer: str) -> NoReturn:
    what = "text of several lines does not fit between brackets"
    refuse_at("yaml-not-block", what, document.place(pointer))


def _same(raw: bytes, document: Document) -> bytes:
    if raw != document.raw:
        raise ValueError("the document was read from other bytes")
    return raw
