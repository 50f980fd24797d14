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
from cognify.records.assessment import as_if_signed
from cognify.records.framework import Framework, Requirement
from tests.frameworks import reference

PACKS = tuple(
    Path(name).name.removesuffix(".yaml") for name in resources.listed("frameworks") if name.endswith(".yaml")
)
WORKED = strictyaml.load((reference.ROOT / "tests/fixtures/card-complete.yaml").read_bytes(), where="card")
# What a sign-off on the record is no evidence of: statements about the data, the firm or a page elsewhere.
OTHERWISE = {
    "colorado-10-1-1@2025-10": frozenset({"C.R.S. 10-3-1104.9(3)(b)(V)", "10-1-1 §6 (no use)"}),
    "hipaa-164@2026-11": frozenset(
        {"164.502(d)(1)-(2)", "164.504(e)(2)(ii)(J)", "164.514(d)(2)(ii)", "164.514(e)(4)(ii)(C)(5)",
         "164.528(a)(1)"}
    ),
    "naic-model-bulletin@2023-12": frozenset({"§4 1.1(b)"}),
    "onc-dsi-170-315-b-11@2024-01": frozenset({"(b)(11)(v)(A)(1)"}),
}  # fmt: skip
EACH = pytest.mark.parametrize("pack", PACKS)
_VERDICT = re.compile(r"\bcompliant\b", re.IGNORECASE)


@EACH
def test_a_pack_has_the_rows_that_were_recorded(pack: str) -> None:
    """Number, tier, owner and confidence of every row, in the order of the table."""
    assert reference.of(pack) == reference.recorded(pack)[1]


def tabled(pack: str) -> tuple[str, list[reference.Row]]:
    """The table of *pack* and its rows, where the table is to be had."""
    name, mine = reference.recorded(pack)
    if not reference.table(name).exists():
        pytest.skip(f"NOT CHECKED: no reference table at {reference.table(name)}")
    return name, mine


@EACH
def test_every_row_of_the_table_is_in_a_pack(pack: str) -> None:
    """The record has not drifted from the table, and no row of the table is in no pack."""
    name, mine = tabled(pack)
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
    """The card that has every field, once signed, leaves nothing open that a card can answer."""
    signed = as_if_signed(WORKED)
    assert [
        (asked.id, str(found))
        for asked in load(pack).requirements
        if asked.of_the_card and not found_in_worked(asked, (found := asked.coverage(signed)))
    ] == []


@EACH
def test_what_only_a_signature_shows_is_open_before_it(pack: str) -> None:
    """A row that cites statements or the log is not present while nobody has stated anything."""
    assert [
        asked.id
        for asked in load(pack).requirements
        if asked.after_signing and asked.coverage(WORKED) == "present"
    ] == []


@EACH
def test_what_the_table_evidences_by_statements_asks_for_them(pack: str) -> None:
    """A row whose evidence in the table is a sign-off, an attestation or the trail cites one of these."""
    name, mine = tabled(pack)
    stated = reference.stated(name)
    rows = load(pack).requirements
    asking = {asked.id for asked in rows if asked.after_signing} | OTHERWISE.get(pack, frozenset())
    assert sorted(stated & {row["id"] for row in mine} - asking) == []


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
