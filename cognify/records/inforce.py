"""Which day a framework was in force on, as far as its pack knows the dates. Pure.

A pack dates what it says to a day or a month, or says that there is no such day. What is not known stays
unknown: within the month of a date that has no day, and where a successor is named that nobody has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from cognify.records.framework import Framework, Status

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}@[a-z0-9][a-z0-9.+_-]{0,63}")
YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a framework stood on a day: each of these `yes`, `no` or `unknown`.

    `since` is the day or month from which on another stands in its place, empty where none is known.
    `checked` says whether the pack was last held against its sources on that day or later; a pack
    cannot know what came after it was checked.
    """

    issued: str
    effective: str
    superseded: str
    since: str
    checked: bool

    @property
    def in_force(self) -> str:
        """Whether it was in effect and nothing had taken its place."""
        if NO in (self.issued, self.effective) or self.superseded == YES:
            return NO
        return YES if (self.effective, self.superseded) == (YES, NO) else UNKNOWN


def successor(status: Status, known: Collection[str]) -> str:
    """The id of the pack that took its place, if it is one of the *known*; else nothing."""
    found = _ID.match(status.superseded_by)
    id = found[0].rstrip(".") if found else ""
    return id if id in known else ""


def standing(
    pack: Framework, on: date, *, known: Collection[str], load: Callable[[str], Framework]
) -> Standing:
    """How *pack* stood on the day *on*; *load* gives the packs whose ids are *known*.

    It stood aside from the day on which its successor took effect, or was issued where that has no
    day of effect. It does not say whether the framework reaches anybody.
    """
    status = pack.status
    next_ = successor(status, known)
    since = _begin(load(next_).status) if next_ else ""
    superseded = _by(since, on) if status.superseded_by else NO
    issued = _by(status.issued, on)
    effective = NO if issued == NO else _by(status.effective, on)
    checked = status.last_checked >= on.isoformat()
    return Standing(issued, effective, superseded, since, checked)


def _begin(status: Status) -> str:
    return status.effective or status.issued


def _by(told: str, on: date) -> str:
    """Whether the day or month *told* had come on the day *on*."""
    day = on.isoformat()
    if not told:
        return UNKNOWN
    if len(told) < len(day) and told == day[: len(told)]:
        return UNKNOWN
    return YES if told <= day else NO
