"""Plain data to bytes: RFC 8785 for what is signed or hashed, a pretty form for what is compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Final, TypeAlias

from cognify.errors import MalformedRecord

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
"""What a reader gives back: plain data that nobody else holds."""

Writable: TypeAlias = "Mapping[str, Writable] | Sequence[Writable] | str | int | float | None"
"""What a writer takes: as `JsonValue`, but tuples and read-only mappings will do."""

MAX_DEPTH: Final = 64
MAX_INTEGER: Final = 2**53 - 1  # RFC 8785, 3.2.2.3: beyond it, doubles see another number


_SPELLING: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
)
"""Made once, for trees: what it is given came from `loads` or `_plain`, which bound its depth."""


def dumps(value: Writable) -> bytes:
    """The RFC 8785 bytes of *value*: what is signed, hashed and compared.

    Floats are refused, since nothing that is signed carries one: numbers that matter are strings
    with their source digits.
    It does **not** promise that `loads` takes the bytes: that reader also refuses text that
    deceives the eye, so a writer of statements reads back what it wrote.

    Raises:
        MalformedRecord: *value* holds what JSON or RFC 8785 cannot express.
    """
    return spelled(_plain(value))


def spelled(value: JsonValue) -> bytes:
    """The RFC 8785 bytes of *value*, which came from `loads`: plain, without floats, within bounds."""
    text = _SPELLING.encode(value)
    # RFC 8785 sorts keys by UTF-16 units and Python by code points: below the surrogates these are
    # one order, and everything else is spelled alike (a test holds the two together).
    if text.isascii() or max(text) < "\ud800":
        return text.encode()
    import rfc8785

    return rfc8785.dumps(value)


def pretty(value: Writable) -> bytes:
    """*value* as people compare it: keys by code point, one space of indent, a final newline.

    Raises:
        MalformedRecord: as `dumps`.
    """
    return indented(_plain(value))


def indented(value: JsonValue) -> bytes:
    """As `pretty`, for a *value* that came from `loads`."""
    return (_lines(value, "\n") + "\n").encode()


def _lines(value: JsonValue, newline: str) -> str:
    # What `json.dumps(indent=1)` writes, which takes four times as long: with an indent, its quick
    # half stands aside (a test holds the two together).
    if isinstance(value, str):
        return encode_basestring(value)
    inner = newline + " "
    if isinstance(value, dict) and value:
        items = [f"{encode_basestring(key)}: {_lines(each, inner)}" for key, each in sorted(value.items())]
        return "{" + inner + f",{inner}".join(items) + newline + "}"
    if isinstance(value, list) and value:
        return "[" + inner + f",{inner}".join(_lines(each, inner) for each in value) + newline + "]"
    return _SPELLING.encode(value)


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
