"""Results against the thresholds that stand on the same card. Pure.

A result meets a threshold by its value; that its interval meets it, too, is the stronger word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cognify.records.card import state_of

MET, MISSED, OPEN = "met", "missed", "open"
WORDS: Mapping[str, str] = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result held against one threshold; `run` and `threshold` are pointers into the card.

    `value` is `met` or `missed`; so is `interval` if all of it lies on one side, `open` if it does
    not, and empty if the result has none. `lacks` names what a reader would need to judge it by.
    """

    run: str
    threshold: str
    metric: str
    said: str
    limit: str
    value: str
    interval: str
    lacks: tuple[str, ...]


def outcomes(evaluation: Any) -> tuple[Outcome, ...]:
    """Every threshold of the card's section *evaluation* with every result that it is about.

    Numbers in it are exact (`int`, `Decimal`). A threshold without data set holds for any; one
    without slice is about results on the whole of it.
    """
    return tuple(_outcomes(evaluation)) if isinstance(evaluation, Mapping) else ()


def _outcomes(evaluation: Mapping[str, Any]) -> Iterator[Outcome]:
    limits, runs = evaluation.get("thresholds"), evaluation.get("runs")
    by_metric = dict[str, list[tuple[int, Mapping[str, Any]]]]()
    for index, run in enumerate(runs if isinstance(runs, list) else ()):
        if isinstance(run, Mapping) and is_number(run.get("value")):
            by_metric.setdefault(metric(run.get("metric")), []).append((index, run))
    for number, limit in enumerate(limits if isinstance(limits, list) else ()):
        if not isinstance(limit, Mapping) or not is_number(limit.get("value")):
            continue
        for index, run in by_metric.get(metric(limit.get("metric")), ()):
            if _is_about(limit, run):
                yield _outcome(limit, run, f"/evaluation/runs/{index}", f"/evaluation/thresholds/{number}")


def _is_about(limit: Mapping[str, Any], run: Mapping[str, Any]) -> bool:
    """Whether *limit* holds for *run*, a result of its metric."""
    dataset, part = (text(limit.get(key)) for key in ("dataset", "slice"))
    return dataset in ("", text(run.get("dataset"))) and part.removesuffix("all") == text(
        run.get("slice")
    ).removesuffix("all")


def _outcome(limit: Mapping[str, Any], run: Mapping[str, Any], place: str, threshold: str) -> Outcome:
    comparator, bound = str(limit.get("comparator")), limit["value"]
    both = ends(run.get("ci"))
    reached = {reaches(end, comparator, bound) for end in both}
    lacks = [] if is_number(run.get("n")) else ["its sample size"]
    lacks += [] if both or is_number(run.get("stderr")) else ["an interval or a standard error"]
    return Outcome(
        place, threshold, str(run.get("metric")), said(run),
        f"{WORDS.get(comparator, comparator)} {bound}",
        MET if reaches(run["value"], comparator, bound) else MISSED,
        "" if not both else OPEN if len(reached) > 1 else MET if reached == {True} else MISSED,
        tuple(lacks),
    )  # fmt: skip


def same_metric(one: object, other: object) -> bool:
    """Whether two names mean one metric: `Macro F1` is `macro_f1`."""
    return metric(one) == metric(other)


def metric(name: object) -> str:
    """The name of a metric, in the one way of writing it by which names are compared."""
    return str(name or "").casefold().replace(" ", "_")


def reaches(value: Any, comparator: str, bound: Any) -> bool:
    """Whether *value* lies to *bound* as *comparator* says; an unknown comparator is never reached."""
    value, bound = Decimal(str(value)), Decimal(str(bound))
    return bool({
        "at_least": value >= bound, "at_most": value <= bound, "above": value > bound, "below": value < bound,
    }.get(comparator, False))  # fmt: skip


def ends(interval: Any) -> tuple[Any, ...]:
    """Both ends of *interval*, exact; nothing where it has not both."""
    if not isinstance(interval, Mapping):
        return ()
    both = (interval.get("low"), interval.get("high"))
    return both if all(map(is_number, both)) else ()


def said(run: Mapping[str, Any]) -> str:
    """The value of a result, with what says how sure it is."""
    both = ends(run.get("ci"))
    parts = [str(run["value"])]
    if is_number(run.get("n")):
        parts.append(f"n = {run['n']}")
    if both:
        level = Decimal(str(run["ci"].get("level", 0))) * 100
        parts.append(f"{level.normalize():f} % interval {both[0]} to {both[1]}")
    elif is_number(run.get("stderr")):
        parts.append(f"standard error {run['stderr']}")
    return parts[0] + (f" ({', '.join(parts[1:])})" if parts[1:] else "")


def text(value: object) -> str:
    """*value* where it is a text and no state, else nothing."""
    return value if isinstance(value, str) and state_of(value) is None else ""


def is_number(value: object) -> bool:
    """Whether *value* is an exact number."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
