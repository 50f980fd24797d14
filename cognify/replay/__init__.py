"""Replay: a citation and the cited bytes give the value again, without the reader that found it.

Locators and transforms form a small grammar, version 1, that is kept for ever, so that an upgrade
of a reader can never break a sealed record.
"""

from cognify.replay import derive, transform
from cognify.replay.found import Found
from cognify.replay.judge import (
    absent,
    discrepancies,
    escape,
    exact,
    leaves,
    lookup,
    quoted,
    same,
    value_of,
)
from cognify.replay.locate import find

__all__ = [
    "Found", "absent", "derive", "discrepancies", "escape", "exact", "find", "leaves", "lookup", "quoted",
    "same", "transform", "value_of",
]  # fmt: skip
