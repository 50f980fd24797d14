"""A card held against its evidence: every difference is one finding, and no number is rounded away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cognify import replay, strictyaml
from cognify.records.finding import Finding
from cognify.records.lock import DERIVED, MEASURED, Artifact, Citation, Lock

RAW = b'{"lr": 2e-04, "n": 400, "names": ["a", "\xc3\xb6"], "acc": 0.8425, "map": {"x": 1}}'
CITED = {
    "/lr": Citation(MEASURED, "number", "a01", "json:/lr", "2e-04"),
    "/count": Citation(MEASURED, "integer", "a01", "json:/n", "400"),
    "/names": Citation(MEASURED, "json", "a01", "json:/names", '["a", "ö"]'),
    "/map": Citation(MEASURED, "json", "a01", "json:/map", '{"x": 1}'),
    "/acc": Citation(MEASURED, "number", "a01", "json:/acc", "0.8425"),
    "/size": Citation(MEASURED, "integer", "a01", "json:/n", "400"),
    "/low": Citation(DERIVED, "wilson95-low", inputs=("/acc", "/size")),
}
CARD = 'lr: 0.0002\ncount: 400\nnames: ["a", "ö"]\nmap: {x: 1}\nacc: 0.8425\nsize: 400\nlow: 0.803565\n'


def judged(card: str, *, raw: bytes | None = RAW, **changed: Citation) -> tuple[Finding, ...]:
    document = strictyaml.read(card.encode(), where="card.yaml")
    artifact = Artifact("0" * 64, len(RAW), "application/json", "r.json", "x", 1, path="evidence/r.json")
    values = {**CITED, **{f"/{name}": citation for name, citation in changed.items()}}
    return replay.discrepancies(document, Lock("m", "1", {"a01": artifact}, values), lambda _: raw, where="")


def test_a_card_that_says_what_its_evidence_says() -> None:
    """Numbers are equal by value, whatever their notation; lists, maps and derived values too."""
    assert judged(CARD) == ()


@pytest.mark.parametrize(
    ("said", "other", "pointer"),
    [
        ("lr: 0.0002", "lr: 0.00020000000000000001", "/lr"), ("count: 400", "count: 401", "/count"), ("count: 400", "count: true", "/count"),
        ("count: 400", 'count: "400"', "/count"), ('["a", "ö"]', '["ö", "a"]', "/names"), ('["a", "ö"]', '["a"]', "/names"),
        ("{x: 1}", "{x: 2}", "/map"), ("{x: 1}", "{z: 1}", "/map"), ("low: 0.803565", "low: 0.803566", "/low"),
        ("lr: 0.0002\n", "", "/lr"),
    ],
)  # fmt: skip
def test_one_difference_is_one_finding(said: str, other: str, pointer: str) -> None:
    """A digit beyond every float, another type, another order: found, with its pointer."""
    (finding,) = judged(CARD.replace(said, other))
    assert (finding.id, finding.where) == ("field-provenance", pointer)


def test_a_number_that_a_derivation_needs_is_missing() -> None:
    """It cannot be derived again, and that is said of the derived field."""
    found = judged(CARD.replace("acc: 0.8425\n", ""))
    assert [(f.id, f.where) for f in found] == [
        ("field-provenance", "/acc"),
        ("citation-unreplayable", "/low"),
    ]


def test_a_number_that_a_derivation_takes_in_is_changed() -> None:
    """It differs from its evidence, and what is derived from it differs with it."""
    assert [f.where for f in judged(CARD.replace("acc: 0.8425", "acc: 0.85"))] == ["/acc", "/low"]


@pytest.mark.parametrize("inputs", [("/low", "/size"), ("/new", "/size"), ("/other", "/size"), ()])
def test_a_derivation_that_rests_on_nothing(inputs: tuple[str, ...]) -> None:
    """On itself, on what cites nothing, on a circle, on no value at all: none is evidence."""
    circle = Citation(DERIVED, "sum", inputs=("/low",))
    (low, *rest) = judged(CARD, other=circle, low=Citation(DERIVED, "sum", inputs=inputs))
    assert {(f.id, f.where) for f in (low, *rest)} == {
        ("citation-unreplayable", "/low"), ("citation-unreplayable", "/other"),
    }  # fmt: skip


def test_a_derivation_from_a_derivation() -> None:
    """That ends in evidence holds."""
    twice = Citation(DERIVED, "sum", inputs=("/low", "/low"))
    assert judged(CARD + "twice: 1.60713\n", twice=twice) == ()


@pytest.mark.parametrize(
    "citation",
    [Citation(MEASURED, "integer", "a01", "json:/n", "401"), Citation(MEASURED, "integer", "a01", "json:/z", "400"),
     Citation(MEASURED, "eval", "a01", "json:/n", "400"), Citation(DERIVED, "magic", inputs=("/acc",))],
)  # fmt: skip
def test_a_citation_that_does_not_replay(citation: Citation) -> None:
    """Another quoted token, no such place, no such transform, no such derivation."""
    (finding,) = judged(CARD, count=citation)
    assert (finding.id, finding.where) == ("citation-unreplayable", "/count")


def test_evidence_that_is_not_to_be_had_is_passed_over() -> None:
    """Whoever asks knows which artifacts those are; derived values still are judged."""
    (finding,) = judged(CARD.replace("lr: 0.0002", "lr: 5").replace("0.803565", "0.1"), raw=None)
    assert finding.where == "/low"


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [(1, 1.0, True), (Decimal("1E-8"), 1e-08, True), (True, 1, False), (0, False, False), ("1", 1, False),
     ([1, [2]], [1, [2]], True), ([1], [1, 2], False), ({"a": 1}, {"a": 1, "b": 2}, False), ("é", "e\u0301", False)],
)  # fmt: skip
def test_what_is_the_same(left: Any, right: Any, same: bool) -> None:
    """Numbers by value, everything else by type and value."""
    assert replay.same(left, right) is same


def test_leaves_and_pointers() -> None:
    """Lists of scalars are one leaf, states are none; steps are escaped as RFC 6901 says."""
    data = {
        "a/b": {"~": 1},
        "l": [1, 2],
        "o": [{"x": 1}],
        "s": {"state": "pending", "reason": "r", "by": "b"},
    }
    assert list(replay.leaves(data)) == [("/a~1b/~0", 1), ("/l", [1, 2]), ("/o/0/x", 1)]
    assert all(replay.lookup(data, pointer) == value for pointer, value in replay.leaves(data))
    assert replay.absent(replay.lookup(data, "/l/2"))
    assert replay.absent(replay.lookup(data, "/none"))
