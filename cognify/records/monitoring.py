"""Results in use, held against the limits of the card that was approved. Pure.

The outcome of a report is worked out from its numbers and the sealed card, by whoever signs it and by
whoever verifies it: the word in the statement is believed only where it is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cognify.records import outcomes, schema
from cognify.records.card import state_of
from cognify.records.schema import Problem

WITHIN, WARNING, BREACH = "within", "warning", "breach"
OUTCOMES = (WITHIN, WARNING, BREACH)
"""From the best to the worst."""
FOLDER = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{8}\Z")
"""How the folder of a report is called: the last day of its period, and eight digits of an opaque id."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What the results of a metric have to be; `place` is a pointer to where the card says so.

    `bounds` are the words for missing one, the comparator and the number: the worst comes first.
    `slice` is the part of the data that it is about, empty for the whole.
    """

    metric: str
    place: str
    slice: str
    bounds: tuple[tuple[str, str, Any], ...]

    def __str__(self) -> str:
        return "; ".join(
            f"{word} unless {outcomes.WORDS[comparator]} {bound}" for word, comparator, bound in self.bounds
        )

    def judge(self, value: Any) -> str:
        """`within`, `warning` or `breach`."""
        missed = (word for word, comparator, bound in self.bounds
                  if not outcomes.reaches(value, comparator, bound))  # fmt: skip
        return next(missed, WITHIN)

    def is_about(self, run: Mapping[str, Any]) -> bool:
        """Whether *run* is a result of its metric, on its part of the data, whichever data they were."""
        parts = [outcomes.text(said).removesuffix("all") for said in (self.slice, run.get("slice"))]
        return outcomes.same_metric(self.metric, run.get("metric")) and parts[0] == parts[1]


@dataclass(frozen=True, slots=True)
class Held:
    """One result against one limit; `result` is a pointer into the report, empty where it has none."""

    limit: Limit
    result: str
    said: str
    outcome: str


def problems(report: Any, where: str) -> tuple[Problem, ...]:
    """What of *report* its schema does not allow, or a card's in the sections that it shares."""
    own = schema.validate("report", report, where)
    if own or not isinstance(report, Mapping):
        return own
    shared = {name: report[name] for name in ("data", "evaluation") if name in report}
    return tuple(problem for problem in schema.validate("card", shared, where)
                 if problem.pointer.startswith(tuple(f"/{name}/" for name in shared)))  # fmt: skip


def limits(card: Any) -> tuple[Limit, ...]:
    """The limits of *card*, whose numbers are exact: those for monitoring, and for acceptance.

    A metric that has limits for monitoring is not held against its acceptance threshold as well.
    """
    watched = tuple(_watched(card))
    return (*watched, *(limit for limit in _accepted(card) if not any(
        outcomes.same_metric(limit.metric, other.metric) for other in watched)))  # fmt: skip


def judge(limits: tuple[Limit, ...], report: Any) -> tuple[Held, ...]:
    """Every limit with every result of *report* that it is about; one without a result is a warning.

    A metric that a report leaves out must not read as one that is well.
    """
    return tuple(held for limit in limits for held in _held(limit, report))


def outcome(held: tuple[Held, ...]) -> str:
    """The worst of all."""
    return max((each.outcome for each in held), key=OUTCOMES.index, default=WITHIN)


def _held(limit: Limit, report: Any) -> Iterator[Held]:
    found = [(index, run) for index, run in enumerate(_entries(report, "evaluation", "runs"))
             if limit.is_about(run) and outcomes.is_number(run.get("value"))]  # fmt: skip
    for index, run in found:
        yield Held(limit, f"/evaluation/runs/{index}", outcomes.said(run), limit.judge(run["value"]))
    if not found:
        yield Held(limit, "", "no result", WARNING)


def _watched(card: Any) -> Iterator[Limit]:
    for index, entry in enumerate(_entries(card, "monitoring", "metrics")):
        levels = entry.get("threshold")
        if not isinstance(levels, Mapping) or state_of(levels) is not None:
            continue
        # To reach a level is to be at it: a good value lies strictly on the other side.
        comparator = "below" if levels.get("direction") == "above" else "above"
        bounds = tuple(
            (word, comparator, levels[key])
            for word, key in ((BREACH, "breach"), (WARNING, "warn"))
            if outcomes.is_number(levels.get(key))
        )
        if bounds:
            yield Limit(str(entry.get("metric", "")), f"/monitoring/metrics/{index}", "", bounds)


def _accepted(card: Any) -> Iterator[Limit]:
    for index, entry in enumerate(_entries(card, "evaluation", "thresholds")):
        comparator = str(entry.get("comparator"))
        if comparator in outcomes.WORDS and outcomes.is_number(entry.get("value")):
            yield Limit(
                str(entry.get("metric", "")), f"/evaluation/thresholds/{index}",
                outcomes.text(entry.get("slice")), ((BREACH, comparator, entry["value"]),),
            )  # fmt: skip


def _entries(data: Any, section: str, name: str) -> Iterator[Mapping[str, Any]]:
    inside = data.get(section) if isinstance(data, Mapping) else None
    entries = inside.get(name) if isinstance(inside, Mapping) else None
    # The places of the others must stay theirs: what is no entry is one without anything in it.
    yield from (entry if isinstance(entry, Mapping) else {} for entry in
                (entries if isinstance(entries, list) else ()))  # fmt: skip
