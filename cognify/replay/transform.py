"""The transforms of replay grammar 1: `via` in a citation. Kept for ever; only ever added to.

A `via` is one transform, or up to three in a row, joined by `|`: `basename|before(.)`.
"""

from __future__ import annotations

import ast
import base64
import re
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cognify.errors import ReplayError
from cognify.replay import jsontree
from cognify.replay.found import Found, unreplayable

_CALL = re.compile(r"([a-z]+)\(([^()|\x00-\x1f]{1,40})\)\Z")
_DIGITS = re.compile(r"(?:0|[1-9]|1[0-7])\Z")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?"
    r"(Z|z|[-+][0-9]{2}:[0-9]{2})\Z"
)
_MAX_LITERAL = 20_000
_MAX_DIGITS = 400
_MAX_STEPS = 3
_FAILURES = (
    ValueError, TypeError, LookupError, ArithmeticError, SyntaxError, MemoryError, RecursionError,
)  # fmt: skip


def apply(via: str, found: Found, at: str) -> Any:
    """The card value that *found* gives through *via*: str, bool, int, Decimal, list or dict.

    Raises:
        ReplayError: `citation-unreplayable`: an unknown transform, or one that does not fit.
    """
    steps = via.split("|")
    if len(steps) > _MAX_STEPS:
        raise unreplayable(f"more than {_MAX_STEPS} transforms: {via!r}", at)
    value: Any = found.value
    for step in steps:
        try:
            value = _transform(step, at)(value)
        except ReplayError:
            raise
        except _FAILURES:
            raise unreplayable(f"{found.raw[:60]!r} does not go through {via}", at) from None
    if value is None or (isinstance(value, str) and not value.strip()):
        raise unreplayable(f"{via} gives nothing", at)
    return value


def _transform(step: str, at: str) -> Callable[[Any], Any]:
    call = _CALL.match(step)
    if call and call[1] in _WITH_ARGUMENT:
        transform, argument = _WITH_ARGUMENT[call[1]], call[2]
        return lambda value: transform(value, argument)
    if step not in _TRANSFORMS:
        raise unreplayable(f"no such transform: {step!r}", at, "use a newer version of Cognify")
    return _TRANSFORMS[step]


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("not text")
    value.encode()  # a lone surrogate is not text
    return value


def _number(value: Any) -> int | Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = repr(value) if isinstance(value, float) else str(value).strip()  # "True" is none
    if len(text) > _MAX_DIGITS or not _NUMBER.match(text):
        raise ValueError("not a number")
    number = Decimal(text)
    if abs(number.adjusted()) > _MAX_DIGITS:
        raise ValueError("out of all proportion")
    return int(number) if re.fullmatch(r"[-+]?[0-9]+", text) else number


def _integer(value: Any) -> int:
    number = _number(value)
    if isinstance(number, Decimal) and (abs(number.adjusted()) > 30 or number != int(number)):
        raise ValueError("not whole")
    return int(number)


def _round(value: Any, digits: str) -> Any:
    if not _DIGITS.match(digits):
        raise ValueError("not a number of digits")
    return round(_number(value), int(digits))


def _boolean(value: Any) -> bool:
    words = {"true": True, "false": False, "1": True, "0": False}
    return value if isinstance(value, bool) else words[str(value).strip().lower()]


def _epoch(value: Any, scale: int) -> str:
    seconds = Decimal(_number(value)) / scale
    if not 0 < seconds < 253402300800:
        raise ValueError("not a time")
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _utc(value: Any) -> str:
    """ISO 8601 with its distance from UTC, as UTC to the second."""
    match = _TIME.match(_text(value))
    if match is None:
        raise ValueError("not a time with its distance from UTC")
    offset = "+00:00" if match[2] in ("Z", "z") else match[2]
    moment = datetime.fromisoformat(match[1].replace(" ", "T") + offset).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year > 999 else _text("")


def _json(value: Any) -> Any:
    entries = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    if not isinstance(entries, list) or not entries:
        raise ValueError("not a list or map, or an empty one")
    for entry in entries:
        if isinstance(entry, str):
            entry.encode()
        elif not isinstance(entry, int | Decimal):
            raise TypeError("not a list or map of scalars")
    return value


def _literal(value: Any) -> list[Any]:
    if len(value) > _MAX_LITERAL:
        raise ValueError("too long")
    # ast.literal_eval builds constants and containers only; it runs nothing. The compiler warns
    # of odd escapes, which is nothing to whoever replays.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = ast.literal_eval(value)
    items = sorted(parsed) if isinstance(parsed, set) else list(parsed)
    if isinstance(parsed, str | dict) or not all(isinstance(i, str | int | float) for i in items):
        raise ValueError("not a list of scalars")
    numbers = [Decimal(repr(item)) if isinstance(item, float) else item for item in items]
    if not all(item.is_finite() for item in numbers if isinstance(item, Decimal)):
        raise ValueError("not finite")
    return list(_json(numbers))


def _basename(value: Any) -> str:
    name = _text(value).replace("\\", "/").rstrip("/").rpartition("/")[2]
    return _text(name)


def _before(value: Any, mark: str) -> str:
    return _text(_parts(value, mark)[0])


def _after(value: Any, mark: str) -> str:
    return _text(_parts(value, mark)[1])


def _parts(value: Any, mark: str) -> tuple[str, str]:
    left, found, right = _text(value).partition(mark)
    if not found:
        raise ValueError("the mark is not there")
    return left, right


def _split(value: Any, mark: str) -> list[str]:
    return [_text(part) for part in _text(value).split(mark)]


def _word(value: Any, number: str) -> str:
    if not re.fullmatch("[1-9][0-9]?", number):
        raise ValueError("not the number of a word")
    return _text(value).split()[int(number) - 1]


def _member(value: Any, pointer: str) -> Any:
    raw = _text(value).encode()
    found = jsontree.find(jsontree.tree(raw, at=pointer), pointer, raw, pointer).value
    return _json(found) if isinstance(found, dict | list) else found


def _base64_hex(value: Any) -> str:
    """The digest of 32 bytes that S3 spells in base64; anything shorter or longer is none."""
    digest = base64.b64decode(_text(value), validate=True)
    if len(digest) != 32 or base64.b64encode(digest).decode() != value:
        raise ValueError("not the base64 of a SHA-256")
    return digest.hex()


def _direction(value: Any) -> str:
    """`higher_is_better` as the card says it."""
    if not isinstance(value, bool):
        raise TypeError("not true or false")
    return "higher" if value else "lower"


def _is(value: Any, text: str) -> bool:
    return bool(_text(value) == text)


_TRANSFORMS: Mapping[str, Callable[[Any], Any]] = {
    "base64-hex": _base64_hex,
    "basename": _basename,
    "boolean": _boolean,
    "direction": _direction,
    "epoch-ms": lambda value: _epoch(value, 1000),
    "epoch-s": lambda value: _epoch(value, 1),
    "integer": _integer,
    "json": _json,
    "number": _number,
    "python-literal": _literal,
    "text": _text,
    "utc": _utc,
}
_WITH_ARGUMENT: Mapping[str, Callable[[Any, str], Any]] = {
    "after": _after,
    "before": _before,
    "is": _is,
    "member": _member,
    "round": _round,
    "split": _split,
    "word": _word,
}
"""`before(x)` and `after(x)`: the text on either side of the first *x*. `split(x)`: a list of the
texts between every *x*. `word(n)`: the n-th word. `member(pointer)`: a value in JSON that is text.
`is(x)`: whether it is the text *x*."""
