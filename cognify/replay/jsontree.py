"""JSON with byte positions, as lenient as training tools are: bare NaN and Infinity are tokens.

Evidence is foreign bytes: it is not held to the strict profile of records, but it is bounded, and
a key that is there twice on the way to a value makes the value ambiguous, which is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cognify.errors import ReplayError
from cognify.replay.found import Found, unreplayable

MAX_DEPTH = 128
MAX_VALUES = 1_000_000
_TOKEN = re.compile(
    rb"[ \t\r\n]*(?:(?P<punctuation>[{}\[\]:,])"
    rb'|(?P<string>"(?:[^"\\\x00-\x1f]|\\["\\/bfnrtu])*")'
    rb"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9.eE]))"
    rb"|(?P<word>true|false|null|NaN|-?Infinity))"
)
_REMEMBERED = 4 * 1024 * 1024
"""Trees of files up to this size are kept a while: a card cites dozens of values of one file."""
_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,14})\Z")
_BLANK = re.compile(rb"[ \t\r\n]*\Z")


@dataclass(slots=True)
class Node:
    """A value and its byte span; children by key or index, `twice` the keys that repeat."""

    start: int
    end: int = 0
    keyed: dict[str, Node] | None = None
    listed: list[Node] | None = None
    twice: set[str] = field(default_factory=set)


def tree(raw: bytes, *, offset: int = 0, at: str = "json:") -> Node:
    """The tree of the JSON document in *raw* from *offset*, spans relative to *raw*'s start.

    Raises:
        ReplayError: `citation-unreplayable`, not JSON, nested deeper than 128, or more than a
            million values.
    """
    if len(raw) > _REMEMBERED:
        return _tree(raw, offset, at)
    try:
        return _remembered(raw, offset)
    except ReplayError as error:
        raise unreplayable(error.what, at) from None


@lru_cache(maxsize=8)
def _remembered(raw: bytes, offset: int) -> Node:
    return _tree(raw, offset, "json:")


def _tree(raw: bytes, offset: int, at: str) -> Node:
    tokens = _tokens(raw, offset, at)
    stack: list[Node] = []
    key: str | None = None
    done: Node | None = None
    expecting, left = "value", MAX_VALUES
    for kind, start, end in tokens:
        text = raw[start:end]
        if done is not None:
            raise unreplayable(f"bytes after the document, at byte {start}", at)
        if kind == "punctuation" and text in b"}]" and text:
            if not _closes(stack, text, expecting):
                raise unreplayable(f"unexpected {text!r} at byte {start}", at)
            closed = stack.pop()
            closed.end, expecting = end, "comma"
            done = None if stack else closed
            continue
        if expecting == "key":
            if kind != "string":
                raise unreplayable(f"no key at byte {start}", at)
            key, expecting = _string(text, at), "colon"
            continue
        if expecting in ("colon", "comma"):
            if text != (b":" if expecting == "colon" else b","):
                raise unreplayable(f"unexpected {text[:20]!r} at byte {start}", at)
            in_object = bool(stack) and stack[-1].keyed is not None
            expecting = "value" if expecting == "colon" else ("key" if in_object else "value")
            continue
        left -= 1
        if left < 0:
            raise unreplayable(f"more than {MAX_VALUES} values", at)
        node = Node(start, end)
        _attach(stack, key, node)
        if kind == "punctuation":
            if text not in b"{[" or len(stack) >= MAX_DEPTH:
                raise unreplayable(f"unexpected {text!r} or too deep at byte {start}", at)
            node.keyed, node.listed = ({}, None) if text == b"{" else (None, [])
            stack.append(node)
            expecting = "key" if text == b"{" else "value"
        elif stack:
            expecting = "comma"
        else:
            done = node
    if done is None:
        raise unreplayable("the document ends too early", at)
    return done


def _tokens(raw: bytes, offset: int, at: str) -> Iterator[tuple[str, int, int]]:
    position = offset + 3 if raw.startswith(b"\xef\xbb\xbf", offset) else offset
    while not _BLANK.match(raw, position):
        match = _TOKEN.match(raw, position)
        if match is None or match.lastgroup is None:
            raise unreplayable(f"not JSON at byte {position}", at)
        yield match.lastgroup, *match.span(match.lastgroup)
        position = match.end()


def _closes(stack: list[Node], text: bytes, expecting: str) -> bool:
    """Whether the bracket *text* belongs here: it fits the open one, and no value is owed."""
    if not stack or (stack[-1].keyed is not None) != (text == b"}"):
        return False
    if expecting == "comma":
        return True
    empty = not (stack[-1].keyed or stack[-1].listed)
    return empty and expecting == ("key" if text == b"}" else "value")


def _attach(stack: list[Node], key: str | None, node: Node) -> None:
    if not stack:
        return
    parent = stack[-1]
    if parent.listed is not None:
        parent.listed.append(node)
    elif parent.keyed is not None and key is not None:
        if key in parent.keyed:
            parent.twice.add(key)
        parent.keyed[key] = node


def _string(token: bytes, at: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        raise unreplayable(f"not a JSON string: {token[:40]!r}", at) from None


def steps(pointer: str, at: str) -> list[str]:
    """The steps of a JSON Pointer (RFC 6901)."""
    if pointer and not pointer.startswith("/"):
        raise unreplayable(f"not a JSON Pointer: {pointer!r}", at)
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def find(node: Node, pointer: str, raw: bytes, at: str) -> Found:
    """The value at *pointer* under *node*.

    Raises:
        ReplayError: there is none, or a key on the way is there twice.
    """
    for step in steps(pointer, at):
        child: Node | None = None
        if node.keyed is not None:
            if step in node.twice:
                raise unreplayable(f"the key {step!r} is there twice", at)
            child = node.keyed.get(step)
        elif node.listed is not None and _INDEX.match(step) and int(step) < len(node.listed):
            child = node.listed[int(step)]
        if child is None:
            raise unreplayable(f"there is no {step!r}", at)
        node = child
    token = raw[node.start : node.end]
    return Found(token.decode("utf-8", "replace"), decode(token, at), node.start, node.end)


def decode(token: bytes, at: str) -> Any:
    """What the token means; numbers exact, NaN and the infinities as their own text."""
    try:
        return _EXACT.decode(token.decode(json.detect_encoding(token), "surrogatepass"))
    except (ValueError, ArithmeticError, RecursionError):
        raise unreplayable(f"not JSON: {token[:40]!r}", at) from None


def _integer(text: str) -> int | Decimal:
    # int() of a very long text is quadratic, and refused above 4,300 digits.
    return int(text) if len(text) < 400 else Decimal(text)


_EXACT = json.JSONDecoder(parse_float=Decimal, parse_int=_integer, parse_constant=str)
"""Made once: `json.loads` makes one for each of a card's citations."""
