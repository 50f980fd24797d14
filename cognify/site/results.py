"""The results of the evaluation as tables: metric, value, sample, interval, and the limit it met."""

from __future__ import annotations

from dataclasses import dataclass

from cognify import replay
from cognify.records import outcomes
from cognify.records.outcomes import Outcome
from cognify.site.sheet import Sheet, Value

LISTS = ("/evaluation/runs", "/evaluation/subgroups", "/evaluation/intersectional")
_COMPARATORS = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below"}
_KEYS = ("dataset", "slice", "value", "unit", "n", "threshold", "pass", "suppressed", "stderr", "commentary")


@dataclass(frozen=True, slots=True)
class Result:
    """One line: a metric on some data, or on a group of it. A part is None where it is absent.

    `held` tells of each threshold on the card that is about it whether it is met.
    """

    metric: Value | None
    group: tuple[Value, ...]
    parts: dict[str, Value | None]
    low: Value | None
    high: Value | None
    level: str
    held: tuple[Outcome, ...] = ()

    @property
    def interval(self) -> Value | None:
        """What stands for the whole interval, where a state or one value does."""
        return self.parts.get("ci")


@dataclass(frozen=True, slots=True)
class Results:
    """One table of results; `has` tells which columns have anything in them."""

    pointer: str
    title: str
    lines: tuple[Result, ...]

    def has(self, part: str) -> bool:
        """Whether any line gives *part*."""
        if part == "group":
            return any(line.group for line in self.lines)
        if part == "ci":
            return any(line.low or line.interval for line in self.lines)
        if part == "held":
            return any(line.held for line in self.lines)
        return any(line.parts.get(part) for line in self.lines)


def results(sheet: Sheet) -> tuple[Results, ...]:
    """The tables that the card gives, in a fixed order."""
    found = []
    judged = outcomes.outcomes(replay.exact(sheet.card, "/evaluation"))
    for pointer, title in zip(LISTS, ("Results", "Subgroups", "Intersections"), strict=True):
        entries = replay.lookup(sheet.card.data, pointer)
        if isinstance(entries, list) and entries:
            places = (f"{pointer}/{index}" for index in range(len(entries)))
            found.append(Results(pointer, title, tuple(_line(sheet, place, judged) for place in places)))
    return tuple(found)


def thresholds(sheet: Sheet) -> tuple[tuple[Value, str, Value], ...]:
    """The limits that were set: metric, comparison in words, and the number."""
    entries = replay.lookup(sheet.card.data, "/evaluation/thresholds")
    found = []
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        place = f"/evaluation/thresholds/{index}"
        metric, number = sheet.value(f"{place}/metric"), sheet.value(f"{place}/value")
        comparator = entry.get("comparator") if isinstance(entry, dict) else None
        if metric is not None and number is not None:
            found.append((metric, _COMPARATORS.get(str(comparator), str(comparator)), number))
    return tuple(found)


def _line(sheet: Sheet, place: str, judged: tuple[Outcome, ...]) -> Result:
    groups = ("attribute", "group", "attributes", "groups")
    level = replay.lookup(sheet.card.data, f"{place}/ci/level")
    return Result(
        metric=sheet.value(f"{place}/metric"),
        group=tuple(v for key in groups if (v := sheet.value(f"{place}/{key}")) is not None),
        parts={key: sheet.value(f"{place}/{key}") for key in (*_KEYS, "ci")},
        low=sheet.value(f"{place}/ci/low"),
        high=sheet.value(f"{place}/ci/high"),
        level=_percent(level),
        held=tuple(outcome for outcome in judged if outcome.run == place),
    )


def _percent(level: object) -> str:
    if isinstance(level, float) and 0 < level < 1:
        return f"{level * 100:.4g} %"
    return ""
