"""What a locator finds: the token as it stands in the bytes, its decoded value, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cognify.errors import ReplayError

MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """A token in an artifact.

    `raw` is its source text; `value` what its format says it means (JSON numbers as `Decimal` or
    `int`, NaN and the infinities as text). `start` and `end` are byte offsets, both 0 where the
    value is about the whole file or has no text of its own.
    """

    raw: str
    value: Any
    start: int = 0
    end: int = 0


def unreplayable(what: str, at: str, fix: str = "capture the version again") -> ReplayError:
    """The refusal of a locator that finds nothing, or more than one thing."""
    return ReplayError(what, where=at, fix=fix, id="citation-unreplayable")
