"""The only place where an object becomes bytes and bytes become a digest.

Two forms are written: RFC 8785, for what is signed or hashed, and a pretty one, for machine files
that people compare line by line.
One strict reader serves both: it has no repair and no option that would let it forgive, so two
readers of the same bytes cannot come to two opinions.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Final, Literal, NamedTuple, NoReturn, TypeAlias

from cognify.errors import MalformedRecord, SurroundingsError

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
"""What a reader gives back: plain data that nobody else holds."""

Writable: TypeAlias = "Mapping[str, Writable] | Sequence[Writable] | str | int | float | None"
"""What a writer takes: as `JsonValue`, but tuples and read-only mappings will do."""

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 64
MAX_VALUES: Final = 250_000
MAX_INTEGER: Final = 2**53 - 1  # RFC 8785, 3.2.2.3: beyond it, doubles see another number

# RFC 7493 (I-JSON), 2.1 forbids surrogates and noncharacters. Controls and the two Unicode line
# separators are refused besides: they move the text that a person believes to be signing.
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane)}{chr(plane + 1)}" for plane in range(0xFFFE, 0x110000, 0x10000)
)
# What is read but not seen, or turns the reading direction (Trojan Source, CVE-2021-42574).
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
# An ASCII character composes with nothing before it, so each of these parts is judged by itself.
_COMPOSABLE = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")

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


def dumps(value: Writable) -> bytes:
    """The RFC 8785 bytes of *value*: what is signed, hashed and compared.

    Floats are refused, since nothing that is signed carries one: numbers that matter are strings
    with their source digits.
    It does **not** promise that `loads` takes the bytes: that reader also refuses text that
    deceives the eye, so a writer of statements reads back what it wrote.

    Raises:
        MalformedRecord: *value* holds what JSON or RFC 8785 cannot express.
    """
    import rfc8785

    return rfc8785.dumps(_plain(value))


def pretty(value: Writable) -> bytes:
    """*value* as people compare it: keys by code point, one space of indent, a final newline.

    Raises:
        MalformedRecord: as `dumps`.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode() + b"\n"


def _plain(value: Writable, pointer: str = "", depth: int = 1) -> JsonValue:
    """*value* as dicts and lists, or the refusal that names the place of the first unfit part."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _unwritable("json-charset", "a lone surrogate is not text", pointer) from None
        return value
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise _unwritable("json-number", "an integer beyond 2^53 - 1", pointer)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        raise _unwritable("json-number", f"{value!r} is a float; write its digits as text", pointer)
    if depth > MAX_DEPTH:
        raise _unwritable("json-depth", f"nested deeper than {MAX_DEPTH} levels", None)
    if isinstance(value, Mapping):
        return {
            _key(key, pointer): _plain(each, f"{pointer}/{key}", depth + 1) for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(each, f"{pointer}/{at}", depth + 1) for at, each in enumerate(value)]
    raise _unwritable("json-type", f"{type(value).__name__} is not a JSON type", pointer)


def _key(key: object, pointer: str) -> str:
    if isinstance(key, str):
        _plain(key, pointer)
        return key
    raise _unwritable("json-type", f"a key of type {type(key).__name__} is not text", pointer)


def _unwritable(fault: str, what: str, pointer: str | None) -> MalformedRecord:
    where = pointer and f"value at {pointer!r}"
    return MalformedRecord(what, where=where or None, fix="give plain JSON data", id=fault)


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
            value: JsonValue = json.loads(
                text,
                object_pairs_hook=_object,
                parse_int=_integer,
                parse_float=_integer,
                parse_constant=_integer,
            )
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
    value = loads(raw, where=where, max_bytes=max_bytes)
    _require_spelling(raw, dumps(value), where, "not-jcs", "RFC 8785 canonical JSON")
    return value


def loads_pretty(raw: bytes, *, where: str, max_bytes: int = MAX_BYTES) -> JsonValue:
    """As `loads`, and *raw* is exactly what `pretty` would write.

    Raises:
        MalformedRecord: as `loads`; `json-not-pretty` if one byte differs.
    """
    value = loads(raw, where=where, max_bytes=max_bytes)
    _require_spelling(raw, pretty(value), where, "json-not-pretty", "the form cognify writes")
    return value


def _require_spelling(raw: bytes, right: bytes, where: str, fault: str, spelling: str) -> None:
    if raw == right:
        return
    pairs = enumerate(zip(raw, right, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(raw), len(right)))
    _refuse(fault, f"not {spelling}", where, raw[:same].decode(errors="ignore"))


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


class Unfit(NamedTuple):
    """A character that has no place in a record: where, which rule, and how to say it."""

    position: int
    fault: Literal["charset", "bidi-control", "not-nfc"]
    what: str


def unfit(text: str, *, besides: str = "") -> Unfit | None:
    """The first character of *text* that no record may hold, or that is one of *besides*.

    The one rule on characters for JSON, YAML and whatever is typed: no controls but tab, line feed
    and carriage return, nothing invisible or direction-changing, normal form C.
    """
    pattern, ordinary = _unfit_pattern(besides)
    # Ordinary ASCII is dropped first: the character class costs 40 ns for each character it sees.
    if not (odd := text.encode(errors="surrogatepass").translate(None, ordinary)):
        return None
    if pattern.search(odd.decode(errors="surrogatepass")) and (found := pattern.search(text)):
        name = f"U+{ord(found[0]):04X} {unicodedata.name(found[0], '(unnamed)')}"
        if _UNSEEN.match(found[0]):
            return Unfit(found.start(), "bidi-control", f"invisible or direction-changing {name}")
        return Unfit(found.start(), "charset", f"the character {name} has no place in a record")
    if unicodedata.is_normalized("NFC", text):
        return None
    parts = _COMPOSABLE.finditer(text)
    first = next(each for each in parts if not unicodedata.is_normalized("NFC", each[0]))
    return Unfit(first.start(), "not-nfc", "text that is not in Unicode normal form C")


@cache
def _unfit_pattern(besides: str) -> tuple[re.Pattern[str], bytes]:
    ordinary = {*b"\t\n", *range(0x20, 0x7F)} - set(besides.encode())
    return re.compile(f"[{besides}{_CONTROLS}{_INVISIBLE}]"), bytes(ordinary)


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


def sha256(raw: bytes) -> str:
    """The SHA-256 of *raw* in 64 lower-case hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()


def sha256_file(path: str | os.PathLike[str]) -> tuple[str, int]:
    """The SHA-256 and the size of what was read from *path*, through one buffer of 1 MiB.

    Raises:
        SurroundingsError: `file-unreadable`: absent, forbidden, or no regular file.
    """
    digest, size, buffer = hashlib.sha256(), 0, memoryview(bytearray(1024 * 1024))
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would let us wait for ever
            raise OSError("not a regular file")
        with open(path, "rb", buffering=0) as file:
            while count := file.readinto(buffer):
                digest.update(buffer[:count])
                size += count
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SurroundingsError(
            f"cannot read the file: {reason}",
            where=os.fspath(path),
            fix="check that the file exists and may be read",
            id="file-unreadable",
        ) from error
    return digest.hexdigest(), size


def is_sha256(text: str) -> bool:
    """Whether *text* has the one form in which records write a SHA-256."""
    return re.fullmatch("[0-9a-f]{64}", text) is not None
