"""A pack read as a proof-reader would: can what it says of itself be right? Pure.

It looks at no card and no example; whether a row does what it means to, `rehearsal` tries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from cognify.records.framework import Framework
from cognify.records.rehearsal import Fault

STATUS = "status"
"""Where a fault of the pack as a whole is said to lie."""
OLDEST = timedelta(days=366)
_SOURCE = re.compile(r"\bS[0-9]{1,3}[a-z]?\b")
_DAYS = ("issued", "effective", "last_checked")


def faults(pack: Framework, today: date) -> tuple[Fault, ...]:
    """What *pack* says of itself that cannot be right, or has not been looked at for a year, on *today*."""
    return (*_status(pack, today), *_rows(pack))


def _status(pack: Framework, today: date) -> Iterator[Fault]:
    said = {name: getattr(pack.status, name) for name in _DAYS}
    days = {name: _last_day(text) for name, text in said.items() if text}
    for name, text in said.items():
        if text and days[name] is None:
            yield Fault(STATUS, f"{name} is {text!r}, which is no day, month or year")
    checked, issued = days.get("last_checked"), _first_day(said["issued"])
    if checked and checked > today:
        yield Fault(STATUS, f"it was last checked on {checked}, which is still to come")
    elif checked and today - checked > OLDEST:
        yield Fault(
            STATUS, f"it was last checked on {checked}, more than a year ago: look whether it still holds"
        )
    if checked and issued and issued > checked:
        yield Fault(STATUS, f"it was last checked on {checked}, before it was issued, on {said['issued']}")
    if pack.status.superseded_by and pack.status.superseded_by == pack.id:
        yield Fault(STATUS, "it is superseded by itself")


def _rows(pack: Framework) -> Iterator[Fault]:
    known = {id for id, _ in pack.status.sources}
    for asked in pack.requirements:
        for source in sorted(set(_SOURCE.findall(asked.confidence)) - known):
            yield Fault(asked.id, f"its confidence rests on {source}, which the pack does not list")


def _first_day(text: str) -> date | None:
    """The first day that *text* (a day, a month or a year) can mean."""
    try:
        return date.fromisoformat(text + "-01" * (2 - text.count("-")))
    except ValueError:
        return None


def _last_day(text: str) -> date | None:
    first = _first_day(text)
    if first is None or text.count("-") == 2:
        return first
    month = first.month if text.count("-") else 12
    return date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
