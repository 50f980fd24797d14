"""Can the times on the card all be right, and were agreements in force when data were used?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cognify.checks.draft import Draft
from cognify.records import card
from cognify.records.finding import Finding, Severity

# The earlier of each pair may not be after the later; both lie in the same object where they share one.
_PAIRS = (
    ("training.started_at", "training.ended_at"),
    ("data.datasets.collection_period.from", "data.datasets.collection_period.to"),
    ("data.agreements.effective", "data.agreements.expires"),
    ("lifecycle.deployed_on", "lifecycle.retired_on"),
)

# How far a calendar day reaches before and beyond the same day in UTC.
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)


class _Times:
    ids = ("time-order-impossible", "thresholds-after-results", "agreement-not-in-force")

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        yield from _impossible(draft)
        yield from _thresholds(draft)
        yield from _agreements(draft)


def _impossible(draft: Draft) -> Iterator[Finding]:
    for first, last in _PAIRS:
        starts = {pointer.rpartition("/")[0]: (pointer, text) for pointer, text in _told(draft.data, first)}
        for pointer, text in _told(draft.data, last):
            begun = starts.get(pointer.rpartition("/")[0])
            if begun and _after(begun[1], text):
                yield _warning(
                    draft.where(pointer), "time-order-impossible",
                    f"{pointer} is {text}, before {begun[0]}, which is {begun[1]}",
                    "correct the one that is wrong; where a machine wrote it, look at its clock",
                )  # fmt: skip
    for started in _told(draft.data, "training.started_at"):
        for pointer, text in _told(draft.data, "evaluation.runs.executed_at"):
            if _after(started[1], text):
                yield _warning(
                    draft.where(pointer), "time-order-impossible",
                    f"{pointer} is {text}, before {started[0]}, which is {started[1]}: "
                    "what was evaluated was not trained yet",
                    "move results of the base to `evaluation.baseline`, or correct the time",
                )  # fmt: skip


def _thresholds(draft: Draft) -> Iterator[Finding]:
    for fixed, at in _told(draft.data, "evaluation.thresholds_set_at.at"):
        for pointer, text in _told(draft.data, "evaluation.runs.executed_at"):
            if _after(at, text):
                yield _warning(
                    draft.where(pointer), "thresholds-after-results",
                    f"{pointer} is {text}, and the thresholds were fixed at {at} ({fixed})",
                    "evaluate again, or say in `evaluation.metric_rationale` who had seen what by then",
                )  # fmt: skip


def _agreements(draft: Draft) -> Iterator[Finding]:
    used = [
        (pointer, text)
        for name in ("training.started_at", "training.ended_at")
        for pointer, text in _told(draft.data, name)
    ]
    for pointer, text in _told(draft.data, "data.agreements.effective"):
        for when in used[:1]:
            if _after(text, when[1]):
                yield _not_in_force(draft, pointer, f"from {text} on", when)
    for pointer, text in _told(draft.data, "data.agreements.expires"):
        for when in used[-1:]:
            if _after(when[1], text):
                yield _not_in_force(draft, pointer, f"until {text}", when)


def _not_in_force(draft: Draft, pointer: str, told: str, when: tuple[str, str]) -> Finding:
    return _warning(
        draft.where(pointer), "agreement-not-in-force",
        f"{pointer}: the agreement is in force {told}, and {when[0]} is {when[1]}",
        "add the agreement that was in force then, or say in its place why none was needed",
    )  # fmt: skip


def _warning(where: str, id: str, what: str, fix: str) -> Finding:
    return Finding(where, id, what, fix, Severity.WARNING)


def _told(data: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    """Pointer and text of every place that the dotted *name* leads to."""
    return [(pointer, value) for pointer, value in card.find(data, name) if isinstance(value, str)]


def _after(first: str, then: str) -> bool:
    """Whether *first* is surely after *then*; what is no time says nothing.

    Days are held against days. A day against a time stands for all hours that the day has anywhere on earth.
    """
    begins, ends = _span(first), _span(then)
    if begins is None or ends is None:
        return False
    if begins[0] < begins[1] and ends[0] < ends[1]:
        return first > then
    return begins[0] > ends[1]


def _span(text: str) -> tuple[datetime, datetime] | None:
    try:
        if len(text) == len("2026-11-24"):
            day = datetime.combine(date.fromisoformat(text), time.min, UTC)
            return day - _EAST, day + timedelta(days=1) + _WEST
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return (at, at) if at.tzinfo else None


TIMES = _Times()
