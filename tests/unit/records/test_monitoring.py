"""Results in use against the limits of a card: which limits there are, and what each result comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cognify.records import monitoring
from cognify.records.monitoring import BREACH, WARNING, WITHIN

LEVELS = {"direction": "above", "warn": Decimal("0.05"), "breach": Decimal("0.10")}
CARD: dict[str, Any] = {
    "monitoring": {"metrics": [{"metric": "psi", "threshold": LEVELS}, {"metric": "latency"}]},
    "evaluation": {"thresholds": [
        {"metric": "accuracy", "comparator": "at_least", "value": Decimal("0.9"), "dataset": "holdout"},
        {"metric": "PSI", "comparator": "at_most", "value": Decimal("0.01")},
    ]},
}  # fmt: skip


def report(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"evaluation": {"runs": list(runs)}}


def judged(card: Any, *runs: dict[str, Any]) -> list[tuple[str, str]]:
    held = monitoring.judge(monitoring.limits(card), report(*runs))
    return [(each.limit.metric, each.outcome) for each in held]


def test_monitored_levels_come_before_acceptance() -> None:
    """A metric with levels of its own is not held against its acceptance threshold; one without is."""
    assert [(limit.metric, limit.place) for limit in monitoring.limits(CARD)] == [
        ("psi", "/monitoring/metrics/0"),
        ("accuracy", "/evaluation/thresholds/0"),
    ]
    assert str(monitoring.limits(CARD)[0]) == "breach unless below 0.10; warning unless below 0.05"


@pytest.mark.parametrize(
    ("direction", "value", "outcome"),
    [
        ("above", "0.0499", WITHIN), ("above", "0.05", WARNING), ("above", "0.0999", WARNING),
        ("above", "0.1", BREACH), ("above", "7", BREACH),
        ("below", "0.1001", WITHIN), ("below", "0.10", WARNING), ("below", "0.05", BREACH),
        ("below", "-1", BREACH),
    ],
)  # fmt: skip
def test_reaching_a_level_is_being_at_it(direction: str, value: str, outcome: str) -> None:
    """Exactly: numbers are decimal, and a level belongs to its bad side."""
    levels = {"direction": direction, "warn": Decimal("0.05"), "breach": Decimal("0.10")}
    if direction == "below":
        levels |= {"warn": Decimal("0.10"), "breach": Decimal("0.05")}
    card = {"monitoring": {"metrics": [{"metric": "m", "threshold": levels}]}}
    assert judged(card, {"metric": "m", "value": Decimal(value)}) == [("m", outcome)]


def test_what_is_left_out_is_a_warning() -> None:
    """A limit without a result, or with one that is no number, does not read as well."""
    runs = [
        {"metric": "Psi", "value": Decimal("0.01")},
        {"metric": "accuracy", "value": {"state": "withheld"}},
    ]
    assert judged(CARD, *runs) == [("psi", WITHIN), ("accuracy", WARNING)]
    held = monitoring.judge(monitoring.limits(CARD), report(*runs))
    assert (held[1].result, held[1].said, monitoring.outcome(held)) == ("", "no result", WARNING)
    assert judged(CARD) == [("psi", WARNING), ("accuracy", WARNING)]


def test_the_worst_of_several_counts() -> None:
    """Two results of one metric, on other data than the threshold names."""
    runs = [
        {"metric": "accuracy", "dataset": name, "value": Decimal(value)}
        for name, value in (("north", "0.95"), ("south", "0.85"))
    ]
    held = monitoring.judge(monitoring.limits(CARD), report(*runs, {"metric": "psi", "value": 0}))
    assert [each.outcome for each in held] == [WITHIN, WITHIN, BREACH]
    assert monitoring.outcome(held) == BREACH
    assert held[2].result == "/evaluation/runs/1"


def test_a_slice_is_not_the_whole() -> None:
    """A threshold for a part of the data is about results on that part, and no others."""
    limit = {"metric": "recall", "comparator": "above", "value": 0, "slice": "small firms"}
    card = {"evaluation": {"thresholds": [limit]}}
    whole, part = {"metric": "recall", "value": 1}, {"metric": "recall", "value": 0, "slice": "small firms"}
    assert judged(card, whole) == [("recall", WARNING)]
    assert judged(card, whole, part) == [("recall", BREACH)]


@pytest.mark.parametrize(
    "card",
    [None, {}, {"monitoring": {"state": "pending"}}, {"monitoring": {"metrics": "psi"}},
     {"monitoring": {"metrics": ["psi", {"metric": "psi", "threshold": {"state": "pending"}}]}},
     {"monitoring": {"metrics": [{"metric": "psi", "threshold": {"direction": "above"}}]}},
     {"evaluation": {"thresholds": [{"metric": "m", "comparator": "near", "value": 1}]}}],
)  # fmt: skip
def test_a_card_without_limits(card: Any) -> None:
    """What states no number limits nothing."""
    assert monitoring.limits(card) == ()


GOOD = {
    "report": 1, "model": "m", "version": "1", "sealed": "0" * 64, "from": "2026-09-01", "to": "2026-09-30",
    "evaluation": {"runs": [{"dataset": "use", "metric": "accuracy", "value": 0.5, "n": 4}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"from": "yesterday"}, "/from"),
        ({"outcome": "within"}, "/outcome"),
        ({"evaluation": {"thresholds": []}}, "/evaluation/thresholds"),
        ({"evaluation": {"runs": [{"metric": 3, "value": 1}]}}, "/evaluation/runs/0/metric"),
        ({"data": {"datasets": [{"role": "fun", "id": "x"}]}}, "/data/datasets/0/role"),
    ],
)  # fmt: skip
def test_a_report_has_its_schema_and_a_cards(change: dict[str, Any], pointer: str) -> None:
    """Its own keys, and in the sections that it shares with a card what a card allows there."""
    assert monitoring.problems(GOOD, "report.yaml") == ()
    assert pointer in [problem.pointer for problem in monitoring.problems({**GOOD, **change}, "report.yaml")]
    assert monitoring.problems([], "report.yaml")
