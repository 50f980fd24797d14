"""Monitoring as it stands: the last signed report, and what the card's own cadence asks for since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cognify.records import durations
from cognify.register.cells import Cell, gap, said
from cognify.register.entry import Entry, day
from cognify.verification.result import Reported

_NOT_IN_USE = ("in_development", "in_validation", "approved")


@dataclass(frozen=True, slots=True)
class Watch:
    """What is to be reported how often: `said` is the cadence in the card's words, at `pointer`.

    `due` is the last day of the period that the next report is about; None where the words name no
    length of time, or nothing is in use yet. `first` is the first day of that period.
    """

    pointer: str
    said: str
    what: str
    readable: bool
    first: date | None
    due: date | None


def status(entry: Entry) -> Cell:
    """Whether a breach stands, or what the last report came to."""
    if entry.record.breaches:
        worst = max(entry.record.breaches.values(), key=lambda report: report.last)
        return said(f"breach, since the report on {worst.first} to {worst.last}")
    last = newest(entry)
    if last:
        return said(f"{last.outcome}, on {last.first} to {last.last}")
    told = entry.cell("monitoring.status")
    return said(f"{told.text} (says the card; no report is signed)") if told.texts else gap(
        "no monitoring report is signed")  # fmt: skip


def last_report(entry: Entry) -> Cell:
    """Period, signer and place of the newest report."""
    last = newest(entry)
    if last is None:
        return gap("no monitoring report is signed")
    return said(f"{last.first} to {last.last}, signed by {last.name} ({last.folder})")


def newest(entry: Entry, place: str = "") -> Reported | None:
    """The report with the latest period; with a result for the limit at *place*, if one is named."""
    told = (report for report in entry.record.reports if not place or place in report.worst())
    return max(told, key=lambda report: report.last, default=None)


def watches(entry: Entry) -> Iterator[Watch]:
    """Each cadence that the card states: of monitoring as a whole, and of single metrics."""
    for pointer, value in entry.found("monitoring.frequency"):
        if isinstance(value, str):
            yield _watch(entry, pointer, value, "monitoring", newest(entry))
    limited = {held.limit.place for report in entry.record.reports for held in report.held}
    for place, metric in entry.entries("monitoring", "metrics"):
        text = metric.get("cadence")
        if isinstance(text, str):
            # A metric without a limit is in no report's outcome: any report counts for it.
            last = newest(entry, place if place in limited else "")
            yield _watch(entry, f"{place}/cadence", text, str(metric.get("metric", "a metric")), last)


def _watch(entry: Entry, pointer: str, text: str, what: str, last: Reported | None) -> Watch:
    interval = durations.read(text)
    since = day(last.last) if last else in_use_since(entry)
    due = interval.after(since) if interval and since else None
    first = since + timedelta(days=1) if last and since else since
    return Watch(pointer, text, what, interval is not None, first, due)


def in_use_since(entry: Entry) -> date | None:
    """From which day on there is something to monitor: None while the card says that it is not in use."""
    begun = entry.day("monitoring.start") or entry.day("lifecycle.deployed_on")
    if begun is None and entry.text("lifecycle.status") not in _NOT_IN_USE:
        # Nothing says when it went into use: from the last approval on it may have been.
        begun = max((told for a in entry.record.approvals if a.stands
                     and (told := day(a.stated.stated_at))), default=None)  # fmt: skip
    return begun if begun and begun <= entry.today else None
