"""Two cards beside each other: entries are matched by what they are about, never by their place."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognify.records import alignment
from cognify.records.alignment import Change, Pair, Words


def changes(was: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, str]]:
    return [(c.place, c.kind) for c in alignment.compare(was, now) if c.kind != "same"]


def runs(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"evaluation": {"runs": list(entries)}}


def run(metric: str, dataset: str, value: str, **more: Any) -> dict[str, Any]:
    return {"metric": metric, "dataset": dataset, "value": Decimal(value), **more}


def test_another_order_is_no_change() -> None:
    one, other = run("accuracy", "test", "0.8"), run("recall", "größe", "0.7")
    assert changes(runs(one, other), runs(other, one)) == []


def test_a_result_is_one_answer_with_all_that_stands_beside_it() -> None:
    was, now = run("accuracy", "test", "0.8", n=100), run("accuracy", "test", "0.8", n=90)
    found = [c for c in alignment.compare(runs(was), runs(now)) if c.kind != "same"]
    assert [(c.place, c.name, c.was["n"], c.now["n"]) for c in found] == [
        ("/evaluation/runs[accuracy · test]", "evaluation.runs", 100, 90)
    ]


def test_another_slice_is_another_result() -> None:
    was, now = run("recall", "test", "0.8", slice="18-29"), run("recall", "test", "0.8", slice="30+")
    assert changes(runs(was), runs(now)) == [
        ("/evaluation/runs[recall · test · 30+]", "added"), ("/evaluation/runs[recall · test · 18-29]", "removed"),
    ]  # fmt: skip


def test_entries_that_say_the_same_are_taken_in_their_order() -> None:
    pair = [run("accuracy", "test", "0.8"), run("accuracy", "test", "0.9")]
    assert changes(runs(*pair), runs(*pair)) == []
    assert len(changes(runs(*pair), runs(*reversed(pair)))) == 2


@pytest.mark.parametrize(("was", "now", "kind"), [
    (Decimal("0.50"), Decimal("0.5"), "same"), (1, Decimal("1.0"), "same"), (True, 1, "changed"), ("1", 1, "changed"),
    (["a", "b"], ["a", "b"], "same"), (["a", "b"], ["b", "a"], "changed"), (["a"], ["a", "b"], "changed"),
    ({"state": "pending", "reason": "x"}, {"state": "pending", "reason": "x"}, "same"),
    ({"state": "pending", "reason": "x"}, {"state": "pending", "reason": "y"}, "changed"),
    ({"state": "pending", "reason": "x"}, "a value", "changed"),
])  # fmt: skip
def test_what_says_the_same(was: Any, now: Any, kind: str) -> None:
    """Numbers by value, true is no number, a list in its order, a state with its reason."""
    (change,) = alignment.compare({"model": {"type": was}}, {"model": {"type": now}})
    assert (change.kind, change.name, change.was_at, change.now_at) == (
        kind,
        "model.type",
        "/model/type",
        "/model/type",
    )


def test_what_is_another_in_every_version_is_left_out() -> None:
    was = {"card": 1, "record": {"id": "a", "version": 1, "tier": "low"}, "model": {"version": "1.0.0"}}
    now = {"card": 1, "record": {"id": "b", "version": 2, "tier": "low"}, "model": {"version": "1.1.0"}}
    assert [(c.name, c.kind) for c in alignment.compare(was, now)] == [("record.tier", "same")]


def test_a_limitation_that_was_reworded_is_the_same_limitation() -> None:
    """Where entries are known by their words alone, texts that are much alike are one."""
    was = {
        "risk": {
            "limitations": [
                {"statement": "Short memos of small firms are read badly."},
                {"statement": "Nothing else."},
            ]
        }
    }
    now = {
        "risk": {
            "limitations": [
                {"statement": "Kurz."},
                {"statement": "Short memos of very small firms are read badly."},
            ]
        }
    }
    place = "/risk/limitations[Short memos of very small firms are read badly.]/statement"
    assert changes(was, now) == [
        ("/risk/limitations[Kurz.]", "added"), (place, "changed"), ("/risk/limitations[Nothing else.]", "removed"),
    ]  # fmt: skip


def test_no_more_than_sixty_entries_are_compared_word_by_word() -> None:
    was = [{"statement": f"Limitation number {n} is here."} for n in range(61)]
    now = [{"statement": "Limitation number 5 is here, too."}]
    assert (
        sum(
            pair.was is not None and pair.now is not None
            for pair in alignment.pairs("risk.limitations", was, now)
        )
        == 0
    )
    assert (
        sum(
            pair.was is not None and pair.now is not None
            for pair in alignment.pairs("risk.limitations", was[:60], now)
        )
        == 1
    )


def test_an_id_counts_alone_where_entries_may_have_one() -> None:
    was, now = [{"id": "R1", "description": "A"}], [{"id": "R1", "description": "Something else altogether"}]
    assert alignment.pairs("risk.register", was, now) == (Pair("R1", 0, 0),)


def test_file_names_may_tell_the_time_of_the_run() -> None:
    was = [{"report": "out/results_2026-11-23T10-53.json"}, {"report": "out/results_2026-11-24T10-53.json"}]
    now = [{"report": "out/results_2026-11-25T09-01.json"}]
    found = alignment.pairs("evaluation.weights", was, now)
    assert [(pair.was, pair.now) for pair in found] == [(0, 0), (1, None)]


@pytest.mark.parametrize("now", [
    {"metric": "recall · test"}, {"metric": "recall", "slice": "test"}, {"dataset": "recall", "slice": "test"},
])  # fmt: skip
def test_no_part_of_a_name_passes_for_two_or_for_the_one_beside_it(now: dict[str, str]) -> None:
    """A result of a slice is none of the data set of that name, however both are shown."""
    was = {"metric": "recall", "dataset": "test"}
    assert [(p.was, p.now) for p in alignment.pairs("evaluation.runs", [was], [now])] == [
        (None, 0),
        (0, None),
    ]


def test_texts_of_few_words_that_are_told_in_many_orders_keep_nobody_waiting() -> None:
    """What two texts have in common takes one pass: the worst that a list may hold is a matter of a second."""
    texts = [" ".join("ab"[(n * k + k * k // 7) % 2] for k in range(1000)) for n in range(120)]
    was, now = ([{"statement": text} for text in half] for half in (texts[:60], texts[60:]))
    began = time.process_time()
    assert all(pair.was is not None for pair in alignment.pairs("risk.limitations", was, now) if pair.now)
    assert time.process_time() - began < 10


@given(st.lists(st.sampled_from("äbc"), max_size=12), st.lists(st.sampled_from("äbc"), max_size=12))
def test_how_much_texts_are_alike(one: list[str], other: list[str]) -> None:
    """Twice the longest sequence that both have in one order, by the rows that everybody learns it by."""
    row = [0] * (len(other) + 1)
    for word in one:
        above = row
        row = [0]
        for number, against in enumerate(other):
            row.append(above[number] + 1 if word == against else max(row[-1], above[number + 1]))
    both = len(one) + len(other)
    expected = 2 * row[-1] / both if both else 1.0
    assert Words.of(" ".join(one)).alike(" ".join(other)) == expected


@pytest.mark.parametrize(("was", "now", "expected"), [
    ({}, {"datasets": [{"role": "train", "id": "a"}]}, [("/data/datasets[train · a]", "added")]),
    ({"datasets": [{"role": "train", "id": "a"}]}, {}, [("/data/datasets[train · a]", "removed")]),
    ({"datasets": {"state": "not_available", "reason": "x"}}, {"datasets": [{"role": "train", "id": "a"}]},
     [("/data/datasets", "changed")]),
    ({"datasets": [{"role": "train", "id": "a", "features": [{"name": "x", "type": "int"}]}]},
     {"datasets": [{"role": "train", "id": "a", "features": [{"name": "x", "type": "float"}]}]},
     [("/data/datasets[train · a]/features[x]/type", "changed")]),
    ({"datasets": [{"role": "train", "id": "a", "collection_period": {"from": "2025", "to": "2026"}}]},
     {"datasets": [{"role": "train", "id": "a"}]},
     [("/data/datasets[train · a]/collection_period/from", "removed"),
      ("/data/datasets[train · a]/collection_period/to", "removed")]),
])  # fmt: skip
def test_lists_and_groups(was: Any, now: Any, expected: list[tuple[str, str]]) -> None:
    assert changes({"data": was}, {"data": now}) == expected


def test_keys_with_slashes_are_escaped_in_pointers_and_not_for_readers() -> None:
    was, now = ({"training": {"hyperparameters": {"a/b~c": value}}} for value in (1, 2))
    (change,) = alignment.compare(was, now)
    assert (change.place, change.now_at) == (
        "/training/hyperparameters/a/b~c",
        "/training/hyperparameters/a~1b~0c",
    )
    assert change.at == change.now_at
    assert Change("p", "n", "removed", "/x", None).at == "/x"


@pytest.mark.parametrize(("name", "entry", "key"), [
    ("governance.applicability", {"framework": "f", "requirement": {"state": "pending"}}, "f"),
    ("outcomes.results", {"metric": "m", "period": {"from": "2025", "to": "2026"}}, "m · 2025 to 2026"),
    ("evaluation.intersectional", {"metric": "m", "attributes": ["a", "b"], "groups": ["x", "y"]}, "m · a, b · x, y"),
    ("no.such.list", {"a": 1}, ""), ("governance.roles", "a text where an entry should be", "a text where an entry should be"),
])  # fmt: skip
def test_what_an_entry_is_about(name: str, entry: Any, key: str) -> None:
    assert alignment.pairs(name, [], [entry]) == (Pair(key, None, 0),)


_LEAF = st.one_of(
    st.integers(),
    st.booleans(),
    st.text(max_size=5),
    st.none(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
)
_CARD = st.dictionaries(
    st.sampled_from(["model", "data", "use", "größe"]),
    st.recursive(_LEAF, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(
        st.sampled_from(["datasets", "id", "role", "state", "name", "a/b"]), inner, max_size=3)), max_leaves=12),
    max_size=3)  # fmt: skip


@given(_CARD, _CARD)
def test_every_place_of_either_card_is_told(was: dict[str, Any], now: dict[str, Any]) -> None:
    """Nothing is lost: each side's leaves are covered by the pointers that are told, and a card is as itself."""
    assert [c for c in alignment.compare(now, now) if c.kind != "same"] == []
    found = list(alignment.compare(was, now))
    assert len({c.was_at for c in found if c.was_at}) == len([c for c in found if c.was_at])
    assert len({c.now_at for c in found if c.now_at}) == len([c for c in found if c.now_at])
    assert all(
        (c.kind == "added") is (c.was_at is None) and (c.kind == "removed") is (c.now_at is None)
        for c in found
    )
