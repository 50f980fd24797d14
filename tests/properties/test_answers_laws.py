"""What a card answers, found once for all rows, is what the fragments of each row say of it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cognify import strictyaml
from cognify.checks.framework import load, shipped
from cognify.records.answers import Answers
from cognify.records.assessment import as_if_signed
from cognify.strictyaml.document import read

ROOT = Path(__file__).parents[2]
RAW = (ROOT / "tests/fixtures/card-complete.yaml").read_bytes()
WORKED = as_if_signed(strictyaml.load(RAW, where="card"))
PACKS = tuple(load(id) for id in sorted(shipped()))
STATES = ("not_applicable", "held_elsewhere", "not_available", "withheld", "pending", "provided", 1, None)
ODD: tuple[Any, ...] = (
    None, "", 0, -1.5, True, [], {}, [[]], ["x"], {"state": "not_applicable"}, {"state": {}}, [{"state": "pending"}],
    {"state": "held_elsewhere", "reason": "r"}, 10**30, float("nan"), float("inf"), "\ud800", (1, 2), b"x", {1: 2},
)  # fmt: skip


def places(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    if isinstance(data, dict):
        for key, value in data.items():
            found += places(value, (*at, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            found += places(value, (*at, index))
    return found


PLACES = places(WORKED)
change = st.tuples(
    st.sampled_from(PLACES),
    st.one_of(st.just("drop"), st.sampled_from(STATES).map(lambda s: {"state": s, "reason": "r", "by": "m"}),
              st.sampled_from(ODD).map(copy.deepcopy)),
)  # fmt: skip


def changed(changes: list[tuple[tuple[Any, ...], Any]]) -> Any:
    data = copy.deepcopy(WORKED)
    for place, value in changes:
        holder: Any = data
        try:
            for step in place[:-1]:
                holder = holder[step]
            if value == "drop":
                del holder[place[-1]]
            else:
                holder[place[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
    return data


def agree(data: Any) -> None:
    answers = Answers(data)
    for pack in PACKS:
        assert pack.coverage(answers) == tuple(asked.coverage(data) for asked in pack.requirements), pack.id


@settings(max_examples=40, deadline=None)
@given(st.lists(change, min_size=1, max_size=12))
def test_changed_cards_are_judged_alike(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Whatever is dropped, stated or bent in a card that has every field: every row, every pack."""
    agree(changed(changes))


def test_what_is_no_card_is_judged_alike() -> None:
    """An empty card, a state, a list, a text, sections that are states, and what is too deep to read."""
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(300):
        inner["use"] = {}
        inner = inner["use"]
    sections = {name: {"state": "not_applicable", "reason": "r", "by": "m"} for name in WORKED}
    for data in (
        {},
        sections,
        {"state": "pending"},
        [],
        "x",
        None,
        deep,
        {**WORKED, "state": "held_elsewhere"},
    ):
        agree(data)


def test_where_a_value_begins_is_where_its_span_begins() -> None:
    """The fast way to a line and column, on a card with every kind of value."""
    card = read(RAW, where="card")
    whole = {pointer: card.span(pointer) for pointer in card.pointers()}
    fresh = read(RAW, where="card")
    assert {p: fresh.line_and_column(p) for p in whole} == {p: (s.line, s.column) for p, s in whole.items()}
