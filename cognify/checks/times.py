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
    """Agreements that were not in force when training began or ended, and no other stood in for them."""
    section = draft.data.get("data")
    listed = section.get("agreements") if isinstance(section, dict) else None
    entries = [
        (f"/data/agreements/{number}", entry)
        for number, entry in enumerate(listed if isinstance(listed, list) else ())
        if isinstance(entry, dict)
    ]
    times = [*_told(draft.data, "training.started_at"), *_told(draft.data, "training.ended_at")]
    for pointer, entry in entries:
        others = [other for _, other in entries if other is not entry and _stands_in(other, entry)]
        told = dict[str, tuple[str, str]]()
        for place, when in times:
            out = _out_of_force(entry, when)
            if out and not any(_in_force(other, when) for other in others):
                told.setdefault(out, (place, when))
        for out, (place, when) in told.items():
            yield _warning(
                draft.where(f"{pointer}/{out}"), "agreement-not-in-force",
                f"{pointer}/{out} is {entry[out]}, {place} is {when}, and no other agreement of that type on "
                "these data was in force then",
                "add the agreement that was in force then, with its type, data sets and days",
            )  # fmt: skip


def _stands_in(other: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    return other.get("type") == entry.get("type") and _datasets(entry) <= _datasets(other)


def _datasets(entry: Mapping[str, Any]) -> frozenset[str]:
    named = entry.get("datasets")
    return frozenset(one for one in named if isinstance(one, str)) if isinstance(named, list) else frozenset()


def _out_of_force(entry: Mapping[str, Any], when: str) -> str:
    """The field that says so: `effective` or `expires`, or nothing."""
    effective, expires = entry.get("effective"), entry.get("expires")
    if isinstance(effective, str) and _after(effective, when):
        return "effective"
    return "expires" if isinstance(expires, str) and _after(when, expires) else ""


def _in_force(entry: Mapping[str, Any], when: str) -> bool:
    """Whether *entry* says from which day on it is in force, and *when* is not outside of its days."""
    return isinstance(entry.get("effective"), str) and not _out_of_force(entry, when)


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
        return begins[0] > ends[0]
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
