"""Thresholds as they are spoken, registered and held."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cognify.errors import ConfigurationError
from cognify.records import plan
from cognify.records.plan import Threshold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("accuracy >= 0.9", Threshold("accuracy", "at_least", Decimal("0.9"))),
        ("f1 macro<=-0.50 on test set", Threshold("f1 macro", "at_most", Decimal("-0.5"), "test set")),
        ("loss < 1 on test in größe=klein", Threshold("loss", "below", Decimal(1), "test", "größe=klein")),
        ("n > 400 in a b ", Threshold("n", "above", Decimal(400), "", "a b")),
    ],
)
def test_spoken(text: str, expected: Threshold) -> None:
    """And what it is shown as says the same."""
    assert plan.spoken(text) == expected == plan.spoken(str(expected))


@pytest.mark.parametrize(
    "text", ["", "good", "accuracy = 0.9", ">= 0.9", "a >= x", "a >= .9", "a >= 010", "a >= 1 near b"]
)
def test_what_is_no_threshold(text: str) -> None:
    """`usage`, with how it is written."""
    with pytest.raises(ConfigurationError, match="no threshold") as stop:
        plan.spoken(text)
    assert "accuracy >= 0.9" in str(stop.value)


def test_a_difference_is_told_from_both_sides() -> None:
    """The spelling of a number makes none."""
    one, other = plan.spoken("a >= 0.9"), plan.spoken("a >= 0.8")
    assert plan.difference((one,), (plan.spoken("a >= 0.90"),)) == ""
    told = plan.difference((one,), (other,))
    assert (
        told
        == "a >= 0.9 was registered and is not on the card; a >= 0.8 is on the card and was not registered"
    )
