"""Every shipped pack, row by row: traced to its table, told apart by its examples, flipped by its fields.

One pack alone: `pytest tests/frameworks -k sr-26-2`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cognify import resources, strictyaml
from cognify.checks.framework import load
from cognify.records import card, rehearsal
from cognify.records.framework import Framework, Requirement
from tests.frameworks import reference

PACKS = tuple(
    Path(name).name.removesuffix(".yaml") for name in resources.listed("frameworks") if name.endswith(".yaml")
)
WORKED = strictyaml.load((reference.ROOT / "tests/fixtures/card-complete.yaml").read_bytes(), where="card")
EACH = pytest.mark.parametrize("pack", PACKS)
_VERDICT = re.compile(r"\bcompliant\b", re.IGNORECASE)


@EACH
def test_a_pack_has_the_rows_that_were_recorded(pack: str) -> None:
    """Number, tier, owner and confidence of every row, in the order of the table."""
    assert reference.of(pack) == reference.recorded(pack)[1]


@EACH
def test_every_row_of_the_table_is_in_a_pack(pack: str) -> None:
    """The record has not drifted from the table, and no row of the table is in no pack."""
    name, mine = reference.recorded(pack)
    if not reference.table(name).exists():
        pytest.skip(f"NOT CHECKED: no reference table at {reference.table(name)}")
    told = reference.rows(name)
    assert mine == [row for row in told if row["id"] in {one["id"] for one in mine}]
    others = [reference.recorded(other) for other in PACKS]
    packed = {row["id"] for table, rows in others if table == name for row in rows}
    assert [row["id"] for row in told if row["id"] not in packed] == []


@EACH
def test_its_own_examples_bear_it_out(pack: str) -> None:
    """An empty card evidences nothing, examples are judged as they are called, every field is needed."""
    assert rehearsal.faults(load(pack)) == ()


@EACH
def test_the_worked_card_answers_it(pack: str) -> None:
    """The card that has every field leaves nothing open that a card can answer."""
    assert [
        (asked.id, str(found))
        for asked in load(pack).requirements
        if asked.fields
        and not asked.after_signing
        and not found_in_worked(asked, (found := asked.coverage(WORKED)))
    ] == []


def found_in_worked(asked: Requirement, found: str) -> bool:
    return found in ("present", "not_applicable")


@EACH
@pytest.mark.parametrize("state", card.STATES)
def test_what_a_state_in_every_field_means(pack: str, state: str) -> None:
    """Not available, withheld and pending are honest, and no evidence."""
    said = {"state": state, "reason": "r", "by": "mara"}
    wanted = state if state in ("not_applicable", "held_elsewhere") else "missing"
    assert [
        asked.id
        for asked in load(pack).requirements
        if asked.fields and asked.coverage({name.split(".")[0]: said for name in asked.fields}) != wanted
    ] == []


@EACH
def test_a_pack_gives_no_verdict(pack: str) -> None:
    """Nobody may say that word: not the pack either."""
    raw = resources.shipped(f"frameworks/{pack}.yaml").decode()
    assert _VERDICT.findall(raw) == []
    assert_dated(load(pack))


def assert_dated(pack: Framework) -> None:
    assert pack.status.last_checked >= "2026-11-01"
    assert pack.disclaimer
    named = {
        found for asked in pack.requirements for found in re.findall(r"\bS[0-9]{1,2}\b", asked.confidence)
    }
    assert named <= {name for name, _ in pack.status.sources}
