"""The indicative test of C(2025) 7719, points 59 to 61, at its edges."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cognify import replay, strictyaml
from cognify.checks.framework import load
from cognify.records.modification import (
    BASE,
    FLOPS,
    PACK,
    ROWS,
    Compared,
    Input,
    Outcome,
    compare,
    given,
)

SAID = Input(BASE, None, "not_available", "The provider of the base publishes no figure.", "Zoë Größe")


def flops(text: str) -> Input:
    return Input(FLOPS, Decimal(text))


def base(text: str) -> Input:
    return Input(BASE, Decimal(text))


@pytest.mark.parametrize(
    ("part", "whole", "outcome"),
    [
        ("1e22", "3e22", Outcome.NOT_ABOVE),  # exactly one third
        ("10000000000000000000000.1", "3e22", Outcome.ABOVE),
        ("9999999999999999999999.9", "3e22", Outcome.NOT_ABOVE),
        ("1", "3.0000000000000000000000000000000000001", Outcome.NOT_ABOVE),
        ("1", "2.9999999999999999999999999999999999999", Outcome.ABOVE),
        ("0", "1", Outcome.NOT_ABOVE),
        ("3E+23", "2.1e+24", Outcome.NOT_ABOVE),
        ("8e23", "2.1e+24", Outcome.ABOVE),
    ],
)
def test_more_than_one_third_and_no_less(part: str, whole: str, outcome: Outcome) -> None:
    found = compare(flops(part), base(whole))
    assert (found.outcome, len(found.marks), found.missing) == (outcome, 1, ())


@pytest.mark.parametrize(
    ("part", "outcome"),
    [
        ("3.3e22", Outcome.NOT_ABOVE),
        ("3.34e22", Outcome.SPLIT),
        ("3.33e24", Outcome.SPLIT),
        ("3.34e24", Outcome.ABOVE),
    ],
)
def test_where_the_base_cannot_be_known_the_published_stand_ins_count(part: str, outcome: Outcome) -> None:
    found = compare(flops(part), SAID)
    assert (found.outcome, [mark.compute for mark in found.marks], found.share) == (
        outcome,
        [Decimal("1e23"), Decimal("1e25")],
        None,
    )


def test_a_share_is_exact() -> None:
    share = compare(flops("1e22"), base("3e22")).share
    assert share is not None
    assert share * 3 == 1


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Input(BASE), "nobody says"),
        (Input(BASE, None, "pending", "How much?", "developer"), "is pending"),
        (Input(BASE, None, "not_available", "", "Zoë"), "is not_available"),
        (Input(BASE, None, "not_available", "No file says this.", "cognify"), "is not_available"),
        (Input(BASE, None, "withheld", "A trade secret.", "Zoë"), "is withheld"),
        (Input(BASE, None, "not_applicable", "", "Zoë"), "is not_applicable"),
        (Input(BASE, Decimal(0)), "is 0"),
    ],
)
def test_that_nobody_can_know_has_to_be_said_with_a_reason(told: Input, said: str) -> None:
    """Silence, an open question, or Cognify's own word are no reason to take the stand-ins."""
    found = compare(flops("1e15"), told)
    assert (found.outcome, found.marks, [m.pointer for m in found.missing]) == (Outcome.UNKNOWN, (), [BASE])
    assert said in found.missing[0].what
    assert "stand-ins" in found.missing[0].fix


@pytest.mark.parametrize(
    "told", [Input(FLOPS), Input(FLOPS, None, "not_available", "Nothing counted.", "cognify")]
)
def test_without_compute_of_the_modification_there_is_no_conclusion(told: Input) -> None:
    found = compare(told, base("3e22"))
    assert (found.outcome, [m.pointer for m in found.missing]) == (Outcome.UNKNOWN, [FLOPS])
    assert "total_flos" in found.missing[0].fix


def test_without_a_base_nothing_was_modified() -> None:
    none = Input(BASE, None, "not_applicable", "Trained from nothing.", "Zoë")
    assert compare(Input(FLOPS), none).outcome is Outcome.NO_BASE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3.0e+23", Decimal("3.0e23")),
        ("302877739008.0", Decimal("302877739008.0")),
        ("9007199254740993", Decimal(9007199254740993)),
        ("1.00000000000000000000000001e+22", Decimal("1.00000000000000000000000001e+22")),
    ],
)
def test_numbers_are_read_with_all_their_digits(text: str, value: Decimal) -> None:
    document = strictyaml.read(f"training:\n  flops: {text}\n".encode(), where="card.yaml")
    assert given(document.data, "training.flops", replay.exact(document, FLOPS)) == Input(FLOPS, value)


@pytest.mark.parametrize("value", ["3e22", True, [3], float("inf"), float("nan"), 10**500, None])
def test_what_is_no_number_is_not_given(value: Any) -> None:
    assert given({"training": {"flops": value}}, "training.flops") == Input(FLOPS)


def test_a_state_of_the_whole_group_is_one_of_the_field() -> None:
    state = {"state": "not_applicable", "reason": "Trained from nothing.", "by": "Zoë"}
    assert given({"model": {"base": state}}, "model.base.training_flops") == Input(
        BASE, None, "not_applicable", "Trained from nothing.", "Zoë"
    )


def test_every_outcome_speaks_of_an_indication_and_of_its_points() -> None:
    """Worded as the source words it; none says what is lawful."""
    for outcome in (Outcome.ABOVE, Outcome.NOT_ABOVE, Outcome.SPLIT):
        said = Compared(flops("1"), base("1"), (), outcome).conclusion
        assert "indicative test of points 59 to 61" in said
        assert "compliant" not in said


@pytest.mark.parametrize(("whole", "reached"), [("1e23", False), ("1.1e23", True), ("3e11", False)])
def test_a_base_that_is_no_general_purpose_model_by_point_17_is_told(whole: str, reached: bool) -> None:
    """A third of a toy is soon exceeded; nobody becomes a provider of a general-purpose model by that."""
    said = compare(flops("9e24"), base(whole)).conclusion
    assert ("point 17" in said) is not reached


def test_its_rows_stand_in_the_pack() -> None:
    """The confidence that is printed is that of these rows."""
    assert set(ROWS) <= {row.id for row in load(PACK).requirements}
