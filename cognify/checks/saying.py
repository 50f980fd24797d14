"""How findings say a value, and several names: short enough to be read on one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_MOST = 5


def short(value: Any, longest: int = 60) -> str:
    """*value* in a sentence: a list by its length, a long text cut."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "an entry"
    text = f"{len(value)} entries" if isinstance(value, list) else str(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def some(names: Iterable[str]) -> str:
    """The first five of *names*, and how many more there are."""
    told = list(names)
    return ", ".join(told[:_MOST]) + (f" and {len(told) - _MOST} more" if len(told) > _MOST else "")
