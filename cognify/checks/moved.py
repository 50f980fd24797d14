"""What is told otherwise than in the version that was approved before, so that a reader may be misled?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cognify.checks.around import Earlier
from cognify.checks.draft import Draft
from cognify.records import alignment, materiality, outcomes
from cognify.records import card as cards
from cognify.records.alignment import CHANGED, REMOVED, Change
from cognify.records.delta import Delta
from cognify.records.finding import Finding, Severity
from cognify.records.materiality import Judged

_LICENCES = ("model.license", "model.base.license", "data.datasets.license")
_KEEP = "keep the limit, or say in `rationale` of the threshold why less is enough, and who decided it"
_FEWER_DIGITS = 2
"""Results are told to at least so many digits less before anybody asks: 0.9 after 0.8712, not after 0.87."""


class _Moved:
    ids = ("threshold-loosened", "tier-lowered", "unit-changed", "digits-dropped", "licence-changed",
           "results-not-comparable")  # fmt: skip

    def __call__(self, draft: Draft) -> Iterator[Finding]:
        earlier, delta = draft.earlier, draft.delta
        if earlier is None or delta is None:
            return
        before = earlier.version.version
        for judged in delta.changes:
            yield from _one(draft, before, judged)
        yield from _dropped(draft, before, delta)
        yield from _rounded(draft, earlier, delta)
        yield from _not_comparable(draft, earlier, delta)


def _one(draft: Draft, before: str, judged: Judged) -> Iterator[Finding]:
    change = judged.change
    if change.kind == CHANGED and isinstance(change.now, Mapping) and materiality.looser(change):
        now = "there is none" if cards.state_of(change.now) else f"it is {_limit(change.now)}"
        yield draft.question(
            change.at, "threshold-loosened", f"{before} asked for {_limits(change.was)}; now {now}", _KEEP
        )
    elif change.name == "record.tier" and materiality.lower(change):
        yield draft.question(
            change.at, "tier-lowered", f"{before} was of tier {change.was}; now it is {change.now}",
            "say in `use.risk_classification` why the risk is lower; the higher tier's rule approves it",
        )  # fmt: skip
    elif change.name in _LICENCES and change.kind == CHANGED:
        yield draft.question(
            change.at, "licence-changed",
            f"{change.place} was {change.was} in {before}; now it is {change.now}",
            "say whether the use that the card declares is still allowed, and by which terms",
        )  # fmt: skip
    elif change.name in alignment.RESULTS and judged.compared and change.kind == CHANGED:
        yield from _told_otherwise(draft, before, change)


def _dropped(draft: Draft, before: str, delta: Delta) -> Iterator[Finding]:
    """Limits that are gone, in one question: they share a place, and who answers has to answer for all."""
    gone = [judged.change.was for judged in delta.changes
            if judged.change.name == "evaluation.thresholds" and judged.change.kind == REMOVED]  # fmt: skip
    if gone:
        yield draft.question(
            "/evaluation/thresholds", "threshold-loosened",
            f"{before} asked for {_limits(gone)}; now there is none like "
            f"{'it' if len(gone) == 1 else 'them'}", _KEEP,
        )  # fmt: skip


def _limits(limits: Any) -> str:
    """Every limit of a list, or the one that *limits* is."""
    told = limits if isinstance(limits, list) else [limits]
    return "; ".join(_limit(limit) for limit in told if isinstance(limit, Mapping))


def _limit(limit: Mapping[str, Any]) -> str:
    words = outcomes.WORDS.get(str(limit.get("comparator")), str(limit.get("comparator")))
    told = f"{limit.get('metric')} {words} {limit.get('value')}"
    about = " · ".join(text for key in ("dataset", "slice") if (text := outcomes.text(limit.get(key))))
    return told + (f" on {about}" if about else "")


def _told_otherwise(draft: Draft, before: str, change: Change) -> Iterator[Finding]:
    for key in ("unit", "direction"):
        was, now = (outcomes.text(side.get(key)) for side in (change.was, change.now))
        if was and now and was != now:
            yield draft.question(
                f"{change.now_at}/{key}", "unit-changed",
                f"{change.place}: {key} was {was} in {before}; now it is {now}",
                "tell both versions in one unit and direction, or name the metric otherwise",
            )  # fmt: skip


def _rounded(draft: Draft, earlier: Earlier, delta: Delta) -> Iterator[Finding]:
    """Metrics whose values are all told to fewer digits than before."""
    by_metric = dict[tuple[str, str], list[Change]]()
    for judged in delta.changes:
        if judged.compared and judged.change.kind == CHANGED:
            metric = str(judged.change.now.get("metric"))
            by_metric.setdefault((judged.change.name, metric), []).append(judged.change)
    for (_, metric), changes in by_metric.items():
        was = max(_digits(change.was.get("value")) for change in changes)
        now = max(_digits(change.now.get("value")) for change in changes)
        if was - now >= _FEWER_DIGITS:
            first = changes[0]
            yield draft.question(
                f"{first.now_at}/value", "digits-dropped",
                f"{metric} is told to {now} digits ({first.now['value']}); {earlier.version.version} told "
                f"it to {was} ({first.was['value']})",
                "tell it to as many digits as before: rounding can hide which way it went", Severity.NOTE,
            )  # fmt: skip


def _digits(value: Any) -> int:
    """How many digits after the point a number has; 0 for what has none, or is none."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _not_comparable(draft: Draft, earlier: Earlier, delta: Delta) -> Iterator[Finding]:
    """Results that stand side by side and cannot be compared: told once, with why, for all of them."""
    why = dict[tuple[str, ...], list[Change]]()
    for judged in delta.changes:
        if judged.compared and judged.compared.comparable is False and not judged.on_training_data:
            why.setdefault(judged.compared.because, []).append(judged.change)
    for because, changes in why.items():
        more = f" and {len(changes) - 1} more results" if len(changes) > 1 else ""
        yield draft.question(
            changes[0].now_at or "", "results-not-comparable",
            f"{changes[0].place}{more} cannot be compared with {earlier.version.version}: "
            f"{'; '.join(because)}",
            "evaluate both versions in one way on the same data, or say in the commentary that they are not "
            "compared", Severity.NOTE,
        )  # fmt: skip


MOVED = _Moved()
