"""The file that says where sources disagree: what is written is what is read, and rubbish says nothing."""

from __future__ import annotations

import json

import pytest

from cognify.records import conflicts
from cognify.records.conflicts import Conflict, Side
from cognify.records.finding import Severity

ONE = Conflict(
    "/evaluation/runs/0/value", (Side("a.json", "json:/x", "1"), Side("größe.json", "json:/y", "2"))
)


def test_what_is_written_is_read() -> None:
    assert tuple(conflicts.parse(conflicts.to_bytes([ONE, ONE]))) == (ONE, ONE)


def test_the_finding_has_every_citation() -> None:
    found = ONE.finding("card.yaml:3:1")
    assert (found.id, found.severity, found.where) == ("sources-conflict", Severity.WARNING, "card.yaml:3:1")
    assert "a.json (json:/x) says 1; größe.json (json:/y) says 2; the first" in found.what


@pytest.mark.parametrize("data", [
    [], {"fields": 1}, {"fields": [1]}, {"fields": [{"pointer": "/x"}]}, {"fields": [{"said": [1, {}]}]},
])  # fmt: skip
def test_rubbish_holds_none(data: object) -> None:
    assert tuple(conflicts.parse(json.dumps(data).encode())) == ()
    assert tuple(conflicts.parse(json.dumps(data).encode()[:-1])) == ()
