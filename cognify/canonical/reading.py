"""Bytes to plain data, strictly: no repair, no second opinion, bounded time and memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from itertools import accumulate
from typing import Final, NoReturn

from cognify.canonical.characters import Unfit, unfit
from cognify.canonical.writing import MAX_DEPTH, MAX_INTEGER, JsonValue, indented, spelled
from cognify.errors import MalformedRecord

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_VALUES: Final = 250_000

_SUSPECT_ESCAPE = re.compile(rb"\\[ubfr]")
# Always matches to the end of an unclosed string, else one such string costs quadratic time.
_STRING_BYTES = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}

_SPACE = re.compile(r"[ \t\n\r]+")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+')
_WORD = re.compile(r"[-+.0-9A-Za-z_]++")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,15}")
_NUMBER = re.compile(r"[-+]?(?:[0-9.]|Infinity|NaN)")
_WORDS: Final[dict[str, JsonValue]] = {"true": True, "false": False, "null": None}

_FIX = "write the file again with cognify, or restore the bytes that were recorded"


def loads(raw: bytes, *, where: str, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> JsonValue:
    """The value that *raw* says, under every reading of the JSON standards, or a named refusal.

    Time and memory are bounded by *max_bytes*, *max_depth* and `MAX_VALUES`.
    Messages name the bytes *where*, with line and column.

    Raises:
        MalformedRecord: `json-size` `json-charset` `bidi-control` `not-nfc` `json-depth`
            `json-syntax` `json-number` `json-dup-key`.
    """
    text = _text(raw, where, max_bytes)
    # CPython's parser is quick but lenient; hooks make it stumble over what we refuse, and what it
    # stumbles over is read again by the reader that knows positions and alone gives the verdict.
    if _is_tame(raw, max_depth):
        try:
            value: JsonValue = _QUICK.decode(text)
        except (ValueError, RecursionError):
            pass
        else:
            return value
    return _Reader(text, where, max_depth).document()


def loads_canonical(raw: bytes, *, where: str, max_bytes: int = MAX_BYTES) -> JsonValue:
    """As `loads`, and *raw* is the one RFC 8785 spelling of what it says.

    Raises:
        MalformedRecord: as `loads`; `not-jcs` if the same value has other canonical bytes.
    """
    return _loads_as(spelled, raw, where, max_bytes, "not-jcs", "RFC 8785 canonical JSON")


def loads_pretty(raw: bytes, *, where: str, max_bytes: int = MAX_BYTES) -> JsonValue:
    """As `loads`, and *raw* is exactly what `pretty` would write.

    Raises:
        MalformedRecord: as `loads`; `json-not-pretty` if one byte differs.
    """
    return _loads_as(indented, raw, where, max_bytes, "json-not-pretty", "the form cognify writes")


def _loads_as(
    spell: Callable[[JsonValue], bytes], raw: bytes, where: str, max_bytes: int, fault: str, spelling: str
) -> JsonValue:
    """As `loads`, and *raw* is what *spell* makes of its value; else *fault*: not *spelling*."""
    if len(raw) <= max_bytes and _is_tame(raw, MAX_DEPTH):
        # Bytes that are their own spelling name no key twice, since it would be spelled once: so
        # the hook that looks for that, the dearest one, is left to `loads`, with every refusal.
        with suppress(ValueError, RecursionError):
            value: JsonValue = _QUICKEST.decode(_text(raw, where, max_bytes))
            if raw == spell(value):
                return value
    value = loads(raw, where=where, max_bytes=max_bytes)
    right = spell(value)
    if raw == right:
        return value
    pairs = enumerate(zip(raw, right, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(raw), len(right)))
    return _refuse(fault, f"not {spelling}", where, raw[:same].decode(errors="ignore"))


def _text(raw: bytes, where: str, max_bytes: int) -> str:
    if len(raw) > max_bytes:
        what = f"{len(raw)} bytes are more than the {max_bytes} that are read"
        raise MalformedRecord(what, where=where, fix=_FIX, id="json-size")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode()
        _refuse("json-charset", f"byte 0x{raw[error.start]:02x} is not UTF-8", where, good)
    if text.startswith("\ufeff"):
        _refuse("json-charset", "the file begins with a byte order mark", where, text, 0)
    if found := unfit(text):
        _refuse(_fault(found), found.what, where, text, found.position)
    return text


def _fault(found: Unfit) -> str:
    return "json-charset" if found.fault == "charset" else found.fault


def _is_tame(raw: bytes, max_depth: int) -> bool:
    """Whether depth, count and escaped characters are harmless; a no is not yet a refusal."""
    if raw.count(b",") + raw.count(b"[") + 2 * raw.count(b"{") >= MAX_VALUES:
        return False
    if _SUSPECT_ESCAPE.search(raw):
        return False
    if raw.count(b"[") + raw.count(b"{") <= max_depth:
        return True
    brackets = _STRING_BYTES.sub(b"", raw).translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0) <= max_depth


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _integer(digits: str) -> int:
    """The integer that *digits* write; floats, constants and minus zero are none."""
    if not _INTEGER.fullmatch(digits) or abs(number := int(digits)) > MAX_INTEGER:
        raise ValueError
    return number


_QUICK = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_integer, parse_constant=_integer
)
_QUICKEST = json.JSONDecoder(parse_int=_integer, parse_float=_integer, parse_constant=_integer)
"""Made once: to make one costs as much as to read a short statement with it."""


class _Reader:
    """RFC 8259 by recursive descent, never deeper than *max_depth*; it knows where it is."""

    def __init__(self, text: str, where: str, max_depth: int) -> None:
        self.text, self.where, self.max_depth = text, where, max_depth
        self.at = self.values = 0

    def document(self) -> JsonValue:
        value = self._value(1)
        if self._peek():
            self._refuse("json-syntax", "text after the end of the value")
        return value

    def _peek(self) -> str:
        """The next character that counts, or nothing at the end."""
        if space := _SPACE.match(self.text, self.at):
            self.at = space.end()
        return self.text[self.at : self.at + 1]

    def _value(self, depth: int) -> JsonValue:
        self.values += 1
        first = self._peek()
        if self.values > MAX_VALUES:
            self._refuse("json-size", f"more than {MAX_VALUES} values")
        if first == '"':
            return self._string()
        if first in ("{", "["):
            if depth > self.max_depth:
                self._refuse("json-depth", f"nested deeper than {self.max_depth} levels")
            self.at += 1
            return self._object(depth) if first == "{" else self._array(depth)
        return self._word()

    def _object(self, depth: int) -> dict[str, JsonValue]:
        members: dict[str, JsonValue] = {}
        if self._took("}"):
            return members
        while True:
            if self._peek() != '"':
                self._refuse("json-syntax", "a key in double quotes belongs here")
            start = self.at
            key = self._string()
            if key in members:
                self._refuse("json-dup-key", f"the key {key[:60]!r} stands twice", start)
            if not self._took(":"):
                self._refuse("json-syntax", f"a colon belongs after the key {key[:60]!r}")
            members[key] = self._value(depth + 1)
            if self._ends("}"):
                return members

    def _array(self, depth: int) -> list[JsonValue]:
        items: list[JsonValue] = []
        if self._took("]"):
            return items
        while True:
            items.append(self._value(depth + 1))
            if self._ends("]"):
                return items

    def _took(self, mark: str) -> bool:
        if self._peek() != mark:
            return False
        self.at += 1
        return True

    def _ends(self, closing: str) -> bool:
        """Step over a comma or the *closing* bracket, and say whether it was the latter."""
        if self._took(closing):
            return True
        if not self._took(","):
            self._refuse("json-syntax", f"a comma or {closing!r} belongs here")
        return False

    def _string(self) -> str:
        start, inside = self.at, _STRING.match(self.text, self.at)
        end = inside.end() if inside else start
        if (stop := self.text[end : end + 1]) in ("", "\\"):
            self._refuse("json-syntax", "a string that is never closed", start)
        if stop != '"':
            self._refuse("json-charset", "a raw control character inside a string", end)
        self.at = end + 1
        if "\\" not in (body := self.text[start + 1 : end]):
            return body
        try:
            said: str = json.loads(self.text[start : end + 1])
        except json.JSONDecodeError as error:
            self._refuse("json-syntax", "an escape that JSON does not have", start + error.pos)
        if found := unfit(said, besides="\r"):
            self._refuse(_fault(found), found.what, start)
        return said

    def _word(self) -> JsonValue:
        start, found = self.at, _WORD.match(self.text, self.at)
        word = found[0] if found else ""
        self.at += len(word)
        if word in _WORDS:
            return _WORDS[word]
        try:
            return _integer(word)
        except ValueError:
            if _NUMBER.match(word):
                what = f"{word[:40]} is not an integer within 2^53 - 1; floats are written as text"
                self._refuse("json-number", what, start)
            self._refuse("json-syntax", "a value belongs here", start)

    def _refuse(self, fault: str, what: str, at: int | None = None) -> NoReturn:
        _refuse(fault, what, self.where, self.text, self.at if at is None else at)


def _refuse(fault: str, what: str, where: str, text: str, at: int | None = None) -> NoReturn:
    """Raise *fault* at the line and column of character *at*, by default the end of *text*."""
    before = text if at is None else text[:at]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    raise MalformedRecord(what, where=f"{where}:{line}:{column}", fix=_FIX, id=fault)
