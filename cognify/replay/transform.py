"""The transforms of replay grammar 1: `via` in a citation. Kept for ever; only ever added to."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from cognify.replay.found import Found, unreplayable

_ROUND = re.compile(r"round\((0|[1-9]|1[0-7])\)\Z")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_MAX_LITERAL = 20_000


def apply(via: str, found: Found, at: str) -> Any:
    """The card value that *found* gives through *via*: str, bool, int, Decimal, list or dict.

    Raises:
        ReplayError: `citation-unreplayable`: an unknown transform, or one that does not fit.
    """
    rounded = _ROUND.match(via)
    try:
        if rounded:
            return round(_number(found), int(rounded[1]))
        transform = _TRANSFORMS.get(via)
        if transform is None:
            raise unreplayable(f"no such transform: {via!r}", at, "use a newer version of Cognify")
        return transform(found)
    except (ValueError, TypeError, InvalidOperation, OverflowError, SyntaxError, MemoryError, RecursionError):
        raise unreplayable(f"{found.raw[:60]!r} does not go through {via}", at) from None


def _text(found: Found) -> str:
    if not isinstance(found.value, str) or not found.value.strip():
        raise ValueError("not text")
    return found.value


def _number(found: Found) -> int | Decimal:
    value = found.value
    if isinstance(value, bool):
        raise ValueError("not a number")
    if isinstance(value, int):
        return value
    text = repr(value) if isinstance(value, float) else str(value).strip()
    if not _NUMBER.match(text) or len(text) > 400:
        raise ValueError("not a number")
    number = Decimal(text)
    return int(number) if re.fullmatch(r"[-+]?[0-9]+", text) else number


def _integer(found: Found) -> int:
    number = _number(found)
    if isinstance(number, Decimal) and (abs(number.adjusted()) > 30 or number != int(number)):
        raise ValueError("not whole")
    return int(number)


def _boolean(found: Found) -> bool:
    words = {"true": True, "false": False, "1": True, "0": False}
    value = found.value
    return value if isinstance(value, bool) else words[str(value).strip().lower()]


def _epoch(found: Found, scale: int) -> str:
    seconds = Decimal(_number(found)) / scale
    if not 0 < seconds < 253402300800:
        raise ValueError("not a time")
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(found: Found) -> Any:
    value = found.value
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [None]
    if not all(isinstance(entry, str | int | Decimal) for entry in entries):
        raise ValueError("not a list or map of scalars")
    return value


def _literal(found: Found) -> list[Any]:
    # ast.literal_eval builds constants and containers only; it runs nothing.
    if len(found.value) > _MAX_LITERAL:
        raise ValueError("too long")
    value = ast.literal_eval(found.value)
    items = sorted(value) if isinstance(value, set) else list(value)
    if isinstance(value, str | dict) or not all(isinstance(i, str | int | float) for i in items):
        raise ValueError("not a list of scalars")
    return [Decimal(repr(item)) if isinstance(item, float) else item for item in items]


def _basename(found: Found) -> str:
    name = _text(found).replace("\\", "/").rstrip("/").rpartition("/")[2]
    if not name:
        raise ValueError("no name")
    return name


_TRANSFORMS: Mapping[str, Callable[[Found], Any]] = {
    "basename": _basename,
    "boolean": _boolean,
    "epoch-ms": lambda found: _epoch(found, 1000),
    "epoch-s": lambda found: _epoch(found, 1),
    "integer": _integer,
    "json": _json,
    "number": _number,
    "python-literal": _literal,
    "text": _text,
}
