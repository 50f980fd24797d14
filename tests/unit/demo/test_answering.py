"""Answers find their places in a card, and every other byte stays."""

from __future__ import annotations

from datetime import date

import pytest

from cognify import strictyaml
from cognify.demo.answering import answer, dated
from cognify.errors import SurroundingsError

CARD = b"""\
model:
  # Asked of the owner.
  description: {state: pending, reason: "What?", by: owner}
data:
  datasets:
    - role: test
      id: test
      features:
        - name: memo
        - name: age
    - role: train
      id: train
evaluation:
  weights:
    - report: a/b.json
"""


def test_places_are_named_as_people_call_them() -> None:
    """`*` is every entry, `[name]` the one of that name, also one with a slash in it."""
    told = strictyaml.load(answer(CARD, {
        "/model/description": "Größe: in one line.",
        "/data/datasets/*/custodian": "Zoë",
        "/data/datasets/[train]/gaps": "None known.",
        "/data/datasets/*/features/[age]/rationale": "Kept for tests.",
        "/evaluation/weights/[a~1b.json]/relation": "same",
    }), where="card.yaml")  # fmt: skip
    assert told == {
        "model": {"description": "Größe: in one line."},
        "data": {"datasets": [
            {"role": "test", "id": "test", "custodian": "Zoë",
             "features": [{"name": "memo"}, {"name": "age", "rationale": "Kept for tests."}]},
            {"role": "train", "id": "train", "custodian": "Zoë", "gaps": "None known."},
        ]},
        "evaluation": {"weights": [{"report": "a/b.json", "relation": "same"}]},
    }  # fmt: skip


def test_sections_that_are_not_there_are_made() -> None:
    told = strictyaml.load(answer(CARD, {
        "/validation/findings": [{"id": "F-1", "statement": "Small."}],
        "/validation/validator": "Ines",
        "/use/oversight/measures": "A person reads each.",
    }), where="card.yaml")  # fmt: skip
    assert told["validation"] == {"findings": [{"id": "F-1", "statement": "Small."}], "validator": "Ines"}
    assert told["use"] == {"oversight": {"measures": "A person reads each."}}


def test_comments_stay() -> None:
    assert b"# Asked of the owner." in answer(CARD, {"/model/description": "Ranks memos."})


@pytest.mark.parametrize("pointer", ["/data/datasets/[holdout]/gaps", "/data/datasets/7/gaps"])
def test_an_answer_without_a_place_is_refused(pointer: str) -> None:
    """`demo-stopped`: an answer that silently went nowhere would be a hole in the card."""
    with pytest.raises(SurroundingsError) as stop:
        answer(CARD, {pointer: "None."})
    assert (stop.value.fault, pointer in str(stop.value)) == ("demo-stopped", True)


def test_days_are_reckoned_from_the_day_of_the_build() -> None:
    told = dated(
        {"a": ["<day>", "<day+30>", "until <day-1>, or <day+365>"], "b": {"c": 3}}, date(2026, 12, 2)
    )
    assert told == {"a": ["2026-12-02", "2027-01-01", "until 2026-12-01, or 2027-12-02"], "b": {"c": 3}}
