"""What a card answers, looked up once; what cannot be looked up that way is judged the slow way."""

from __future__ import annotations

from typing import Any

import pytest

from cognify.checks.framework import load
from cognify.records.answers import GIVEN, SETTLED, Answers
from cognify.records.assessment import as_if_signed


def test_a_field_is_found_once() -> None:
    answers = Answers({"use": {"intended_purpose": "Größe"}})
    first = answers.of("use.intended_purpose")
    assert first & (SETTLED | GIVEN) == SETTLED | GIVEN
    assert answers.of("use.intended_purpose") is answers.known["use.intended_purpose"] is first


@pytest.mark.parametrize(
    "data", [{"use": {"intended_purpose": ("a", "tuple")}}, {"use": {1: "a key that is no text"}}]
)
def test_what_is_no_plain_json_is_judged_row_by_row(data: Any) -> None:
    """To the same end: a row says of it what it says when it is asked alone."""
    answers = Answers(data)
    assert not answers.plain
    for asked in load("model-card@mitchell-2019-v2").requirements:
        assert asked.answered(answers) is asked.coverage(data)


@pytest.mark.parametrize(("record", "expected"), [
    ({"id": "x"}, True), ("none", False), ({"state": "withheld", "reason": "x"}, False),
])  # fmt: skip
def test_what_is_rendered_after_signing_stands_beside_what_the_card_says(record: Any, expected: bool) -> None:
    """A section that is no section of fields stays what it is."""
    stood = as_if_signed({"record": record})
    assert (stood["record"] != record) is expected
    assert as_if_signed({})["approvals"]
