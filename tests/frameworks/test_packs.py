"""Every shipped pack, row by row: traced to its table, told apart by its examples, flipped by its fields.

One pack alone: `pytest tests/frameworks -k sr-26-2`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cognify import resources, strictyaml
from cognify.checks.framework import load
from cognify.records import card, schema
from cognify.records.framework import Framework, Requirement
from tests.frameworks import reference

PACKS = tuple(
    Path(name).name.removesuffix(".yaml") for name in resources.listed("frameworks") if name.endswith(".yaml")
)
WORKED = strictyaml.load((reference.ROOT / "tests/fixtures/card-complete.yaml").read_bytes(), where="card")
EACH = pytest.mark.parametrize("pack", PACKS)
_VERDICT = re.compile(r"\bcompliant\b", re.IGNORECASE)
_AFTER = ("approvals", "attestations", "audit")


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
def test_an_example_is_judged_as_it_is_called(pack: str) -> None:
    """Given or derived: what passes is present, what fails is missing, and partial is partial."""
    wanted = {
        "pass": ("present",),
        "partial": ("partial",),
        "fail": ("missing",),
        "derived": ("partial", "missing"),
    }
    assert [
        (asked.id, kind, found)
        for asked in load(pack).requirements
        for kind, example in examples(asked)
        if (found := asked.coverage(example)) not in wanted[kind]
    ] == []


@EACH
def test_an_example_is_a_part_of_a_card(pack: str) -> None:
    """Examples teach no field that a card could not hold."""
    assert [
        (asked.id, kind, problems[0].pointer, problems[0].what)
        for asked in load(pack).requirements
        for kind, example in examples(asked)
        if kind != "derived" and (problems := schema.validate("card", whole(example), asked.id))
    ] == []


@EACH
def test_an_empty_card_evidences_nothing(pack: str) -> None:
    """No requirement is present, partial or exempt for a card that says nothing."""
    for asked in load(pack).requirements:
        assert asked.coverage({}) == ("not_applicable" if asked.asks_nothing else "missing"), asked.id


@EACH
def test_a_requirement_flips_without_any_of_its_fields(pack: str) -> None:
    """Every field that the passing example gives is needed: one less, and the evidence is not there."""
    assert [
        (asked.id, name)
        for asked in load(pack).requirements
        for name in asked.fields
        if card.find(asked.examples["pass"], name)
        and asked.coverage(without(asked.examples["pass"], name)) == "present"
    ] == []


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


def examples(asked: Requirement) -> Iterator[tuple[str, Any]]:
    yield from asked.examples.items()
    if asked.fields and "fail" not in asked.examples:
        given = [name for name in asked.fields if card.find(asked.examples["pass"], name)]
        yield "derived", without(asked.examples["pass"], given[0])


def whole(example: Any) -> Any:
    """*example* with what every card has, and without what is rendered after signing."""
    record = {"id": "urn:uuid:00000000-0000-0000-0000-000000000000", "tier": "low"}
    kept = {key: value for key, value in example.items() if key not in _AFTER}
    for name in card.AFTER_SIGNING:
        kept = without(kept, name)
    model = {"name": "m", "version": "1", **kept.get("model", {})}
    return {"card": 1, **kept, "record": {**record, **kept.get("record", {})}, "model": model}


def without(example: Any, name: str) -> Any:
    """*example* without the field *name*, in every entry of its lists."""
    left = copy.deepcopy(example)
    _drop(left, name.split("."))
    return left


def _drop(node: Any, steps: list[str]) -> None:
    if isinstance(node, list):
        for entry in node:
            _drop(entry, steps)
    elif isinstance(node, dict) and steps[0] in node:
        inner = node[steps[0]]
        if len(steps) == 1 or card.state_of(inner):
            del node[steps[0]]
        else:
            _drop(inner, steps[1:])
