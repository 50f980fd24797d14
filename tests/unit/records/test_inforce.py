"""What was in force on a day: as far as the dates of a pack tell, and no further."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cognify.checks.framework import load, shipped
from cognify.records import inforce
from cognify.records.framework import Framework
from cognify.records.inforce import Standing

SR, OCC, NEW = "sr-11-7@2011-04", "occ-handbook-mrm@2021-08", "sr-26-2@2026-04"


def stood(pack: Framework | str, day: str) -> Standing:
    found = load(pack) if isinstance(pack, str) else pack
    return inforce.standing(found, date.fromisoformat(day), known=shipped(), load=load)


@pytest.mark.parametrize(
    ("id", "day", "in_force"),
    [
        (SR, "2011-04-03", "no"), (SR, "2011-04-04", "yes"), (SR, "2026-04-16", "yes"), (SR, "2026-04-17", "no"),
        (NEW, "2026-04-16", "no"), (NEW, "2026-04-17", "yes"),
        ("osfi-e-23@2027", "2027-04-30", "no"), ("osfi-e-23@2027", "2027-05-01", "yes"),
        # A month has no day: within it nobody knows.
        (OCC, "2021-07-31", "no"), ("nist-ai-300-1@ipd-2026-07", "2026-07-15", "unknown"),
        # No day of effect, so it may have been followed or not; but what was superseded was not in force.
        ("iso-42001@2023", "2026-01-01", "unknown"), (OCC, "2022-01-01", "unknown"), (OCC, "2026-05-01", "no"),
    ],
)  # fmt: skip
def test_the_day_on_which_it_stands(id: str, day: str, in_force: str) -> None:
    """Issued, in effect, and nothing in its place; the successor stands from its own day of effect."""
    assert stood(id, day).in_force == in_force


def test_a_successor_that_nobody_has() -> None:
    """It is superseded, and since when is not known."""
    pack = load(SR)
    lost = replace(pack, status=replace(pack.status, superseded_by="A later letter, in print."))
    assert (stood(lost, "2020-01-01").superseded, stood(lost, "2020-01-01").in_force) == (
        "unknown",
        "unknown",
    )
    assert inforce.successor(lost.status, shipped()) == ""
    named = replace(pack.status, superseded_by=f"{NEW}.")
    assert inforce.successor(named, shipped()) == NEW and inforce.successor(named, {SR}) == ""


def test_what_came_after_the_last_check_is_not_known() -> None:
    """It says so."""
    assert stood(NEW, load(NEW).status.last_checked).checked
    assert not stood(NEW, "2099-01-01").checked
