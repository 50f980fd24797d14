"""Times that cannot both be right, thresholds fixed after results, agreements out of force: each with its twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cognify import strictyaml
from cognify.checks import times
from cognify.checks.draft import Draft
from cognify.inventory import Inventory, WorkTree, named
from cognify.records.finding import Finding
from cognify.strictyaml import splice
from tests.frameworks import reference

Finds = Callable[[Mapping[str, Any]], list[Finding]]
_SETTINGS = (
    b"cognify: 1\ninventory: urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0aaa\nname: n\norigin: example.org/n\n"
)


@pytest.fixture
def finds(tmp_path: Path) -> Finds:
    def find(card: Mapping[str, Any]) -> list[Finding]:
        tree, place = WorkTree(tmp_path), named("m", "1.0.0")
        tree.write("cognify.yaml", _SETTINGS)
        tree.write(place.card, splice.emit_document({"card": 1, **card}))
        return list(times.TIMES(Draft(Inventory(tree), place)))

    return find


def trained(start: str = "2026-11-18T06:00:00Z", end: str = "2026-11-18T10:45:00Z") -> dict[str, Any]:
    return {"started_at": start, "ended_at": end}


def ran(at: str) -> dict[str, Any]:
    return {"runs": [{"dataset": "t", "metric": "recall", "value": 0.8, "executed_at": at}]}


def fixed(at: str) -> dict[str, Any]:
    return {"thresholds_set_at": {"commit": "9" * 40, "at": at}, **ran("2026-11-20T16:40:00Z")}


def agreed(**days: str) -> dict[str, Any]:
    return {"data": {"agreements": [{"id": "A", "type": "dua", **days}]}, "training": trained()}


PAIRS: Mapping[str, tuple[str, str, Mapping[str, Any], Mapping[str, Any]]] = {
    "training": ("time-order-impossible", "/training/ended_at is 2026-11-18T05:59:59Z, before /training/started_at",
        {"training": trained(end="2026-11-18T05:59:59Z")}, {"training": trained(end="2026-11-18T06:00:00Z")}),
    "training, by offset": ("time-order-impossible", "/training/ended_at is 2026-11-18T07:30:00+02:00",
        {"training": trained(end="2026-11-18T07:30:00+02:00")}, {"training": trained(end="2026-11-18T05:30:00-02:00")}),
    "period": ("time-order-impossible", "/data/datasets/0/collection_period/to is 2025-01-01",
        {"data": {"datasets": [{"role": "train", "id": "a", "collection_period": {"from": "2025-01-02", "to": "2025-01-01"}}]}},
        {"data": {"datasets": [{"role": "train", "id": "a", "collection_period": {"from": "2025-01-01", "to": "2025-01-01"}}]}}),
    "use": ("time-order-impossible", "/lifecycle/retired_on is 2026-12-14, before /lifecycle/deployed_on",
        {"lifecycle": {"deployed_on": "2026-12-15", "retired_on": "2026-12-14"}},
        {"lifecycle": {"deployed_on": "2026-12-15", "retired_on": "2026-12-15"}}),
    "evaluated": ("time-order-impossible", "what was evaluated was not trained yet",
        {"training": trained(), "evaluation": ran("2026-11-18T05:00:00Z")},
        {"training": trained(), "evaluation": ran("2026-11-18T07:00:00Z")}),
    "thresholds": ("thresholds-after-results", "fixed at 2026-11-20T16:40:01Z",
        {"evaluation": fixed("2026-11-20T16:40:01Z")}, {"evaluation": fixed("2026-11-20T16:40:00Z")}),
    "agreed late": ("agreement-not-in-force", "/data/agreements/0/effective is 2026-11-20",
        agreed(effective="2026-11-20"), agreed(effective="2026-11-18")),
    "agreement ended": ("agreement-not-in-force", "/data/agreements/0/expires is 2026-11-16",
        agreed(expires="2026-11-16"), agreed(expires="2026-11-18")),
}  # fmt: skip


@pytest.mark.parametrize("case", PAIRS)
def test_each_has_its_twin(finds: Finds, case: str) -> None:
    id, said, crime, twin = PAIRS[case]
    assert [(one.id, one.severity.value, said in one.what) for one in finds(crime)] == [(id, "warning", True)]
    assert finds(twin) == []


@pytest.mark.parametrize(
    "text", ["2026", "tomorrow", "2026-11-18T05:00:00", "0001-01-01", "9999-12-31", "2026-02-30", ""]
)
def test_what_is_no_time_says_nothing_false(finds: Finds, text: str) -> None:
    """Each may be refused by the schema; this check does not stumble over it."""
    found = finds({"training": trained(end=text), "evaluation": ran(text)})
    assert found == []


BEFORE = {"id": "A", "type": "dua", "datasets": ["notes"], "effective": "2025-01-01", "expires": "2026-10-31"}
RENEWED = {**BEFORE, "id": "B", "effective": "2026-11-01", "expires": "2027-10-31"}


def during(*agreements: Mapping[str, Any]) -> dict[str, Any]:
    return {"data": {"agreements": list(agreements)}, "training": trained()}


def test_a_renewed_agreement_stands_in_for_the_one_before(finds: Finds) -> None:
    """As the finding says to mend it; both may stand on the card, also the one of next year."""
    assert {one.id for one in finds(during(BEFORE))} == {"agreement-not-in-force"}
    assert finds(during(BEFORE, RENEWED)) == []
    following = {**RENEWED, "id": "C", "effective": "2027-11-01", "expires": "2028-10-31"}
    assert finds(during(BEFORE, RENEWED, following)) == []


def test_two_agreements_span_a_training_that_neither_does(finds: Finds) -> None:
    first, then = {**BEFORE, "expires": "2026-11-20"}, {**RENEWED, "effective": "2026-11-21"}
    long = {**during(first, then), "training": trained(end="2026-11-30T00:00:00Z")}
    assert finds(long) == []
    late = {
        **during(first, {**then, "expires": "2026-11-25"}),
        "training": trained(end="2026-11-30T00:00:00Z"),
    }
    assert {one.id for one in finds(late)} == {"agreement-not-in-force"}


@pytest.mark.parametrize(
    "other",
    [
        {"datasets": ["claims"]},
        {"datasets": []},
        {"type": "baa"},
        {"effective": "2026-12-01"},
        {"effective": None},
    ],
)
def test_what_does_not_stand_in(finds: Finds, other: Mapping[str, Any]) -> None:
    """Other data, another kind of agreement, one that began later, or one that says no day."""
    assert "/data/agreements/0/expires" in finds(during(BEFORE, {**RENEWED, **other}))[0].what


@pytest.mark.parametrize("odd", [[], {}, [1], "x", {"state": "pending"}])
def test_odd_shapes(finds: Finds, odd: object) -> None:
    assert (
        finds(
            {
                "training": odd,
                "evaluation": {"runs": odd, "thresholds_set_at": odd},
                "data": {"agreements": odd},
            }
        )
        == []
    )


def test_the_worked_card_is_in_order(finds: Finds) -> None:
    worked = strictyaml.load((reference.ROOT / "tests/fixtures/card-complete.yaml").read_bytes(), where="c")
    assert isinstance(worked, dict)
    assert [one.what for one in finds({key: value for key, value in worked.items() if key != "card"})] == []
