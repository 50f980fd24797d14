"""Results against thresholds: by the value, and by the whole interval."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cognify.records.outcomes import MET, MISSED, OPEN, outcomes

RUN = {"dataset": "test", "metric": "macro F1", "value": Decimal("0.8"), "n": 400}
LIMIT = {"metric": "Macro_F1", "comparator": "at_least", "value": Decimal("0.75")}


def held(run: dict[str, Any], limit: dict[str, Any]) -> list[tuple[str, str]]:
    section = {"runs": [{**RUN, **run}], "thresholds": [{**LIMIT, **limit}]}
    return [(outcome.value, outcome.interval) for outcome in outcomes(section)]


def ci(low: str, high: str) -> dict[str, Any]:
    return {"ci": {"low": Decimal(low), "high": Decimal(high), "level": Decimal("0.95"), "method": "wilson"}}


@pytest.mark.parametrize(
    ("run", "limit", "value", "interval"),
    [
        ({}, {}, MET, ""),
        (ci("0.76", "0.84"), {}, MET, MET),
        (ci("0.74", "0.84"), {}, MET, OPEN),
        (ci("0.74", "0.84"), {"value": Decimal("0.81")}, MISSED, OPEN),
        (ci("0.74", "0.79"), {"value": Decimal("0.81")}, MISSED, MISSED),
        (ci("0.74", "0.79"), {"value": Decimal("0.795")}, MET, MISSED),
        ({}, {"value": Decimal("0.80")}, MET, ""),
        ({}, {"value": Decimal("0.80"), "comparator": "above"}, MISSED, ""),
        ({}, {"value": Decimal("0.80"), "comparator": "at_most"}, MET, ""),
        ({}, {"value": Decimal("0.80"), "comparator": "below"}, MISSED, ""),
        ({"value": 1}, {}, MET, ""),
        ({"ci": {"state": "not_available", "reason": "r", "by": "m"}}, {}, MET, ""),
        ({}, {"comparator": "around"}, MISSED, ""),
    ],
)  # fmt: skip
def test_what_is_met(run: dict[str, Any], limit: dict[str, Any], value: str, interval: str) -> None:
    assert held(run, limit) == [(value, interval)]


@pytest.mark.parametrize(
    ("run", "limit", "about"),
    [
        ({}, {"dataset": "test"}, True), ({}, {"dataset": "validation"}, False), ({}, {"metric": "accuracy"}, False),
        ({"slice": "energy"}, {}, False), ({"slice": "energy"}, {"slice": "energy"}, True), ({}, {"slice": "all"}, True),
        ({}, {"dataset": {"state": "not_applicable", "reason": "r", "by": "m"}}, True),
        ({"value": {"state": "withheld", "reason": "r", "by": "m"}}, {}, False), ({"value": True}, {}, False),
        ({}, {"value": {"state": "pending", "reason": "r", "by": "m"}}, False),
    ],
)  # fmt: skip
def test_which_results_a_threshold_is_about(run: dict[str, Any], limit: dict[str, Any], about: bool) -> None:
    """The same metric, whatever its spelling; a part of the data only where the threshold names it."""
    assert bool(held(run, limit)) is about


@pytest.mark.parametrize(
    ("run", "said", "lacks"),
    [
        (ci("0.76", "0.84"), "0.8 (n = 400, 95 % interval 0.76 to 0.84)", ()),
        ({"stderr": Decimal("0.02")}, "0.8 (n = 400, standard error 0.02)", ()),
        ({}, "0.8 (n = 400)", ("an interval or a standard error",)),
        ({"n": None}, "0.8", ("its sample size", "an interval or a standard error")),
    ],
)
def test_what_is_said_and_what_is_lacking(run: dict[str, Any], said: str, lacks: tuple[str, ...]) -> None:
    (found,) = outcomes({"runs": [{**RUN, **run}], "thresholds": [LIMIT]})
    assert (found.said, found.lacks, found.limit) == (said, lacks, "at least 0.75")
    assert (found.run, found.threshold) == ("/evaluation/runs/0", "/evaluation/thresholds/0")


@pytest.mark.parametrize("section", [None, [], {}, {"runs": 5, "thresholds": 5}, {"runs": [5], "thresholds": [5, LIMIT]},
                                     {"runs": {"state": "x"}, "thresholds": [LIMIT]}])  # fmt: skip
def test_a_section_of_another_shape_holds_none(section: object) -> None:
    """The schema says what is wrong with it."""
    assert outcomes(section) == ()
