"""Each question of an examiner is answered within two clicks, or named as not evidenced."""

from __future__ import annotations

import pytest

from tests import examples
from tests.examiner import NOT_EVIDENCED, QUESTIONS, Question
from tests.reading import Walk


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: f"{asked.example}: {asked.asks}")
def test_two_clicks_lead_to_it(asked: Question, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What has to be read is visible where the last click leads."""
    walk = Walk(examples.site(tmp_path_factory.getbasetemp(), asked.example))
    for click in asked.clicks:
        walk.click(click)
    text = walk.read()
    assert [words for words in asked.reads if words not in text] == []


def test_the_table_is_as_long_and_as_wide_as_promised() -> None:
    """Fifteen or more, five or more of each example, two clicks at most, some that nothing evidences."""
    assert len(QUESTIONS) >= 15
    assert all(1 <= len(one.clicks) <= 2 for one in QUESTIONS)
    assert all(sum(one.example == name for one in QUESTIONS) >= 5 for name in ("bank", "health", "insurer"))
    assert any(one.outcome == NOT_EVIDENCED for one in QUESTIONS)
