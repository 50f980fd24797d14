"""Each question of an examiner is answered within two clicks, or named as not evidenced."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import examples
from tests.examiner import NOT_EVIDENCED, QUESTIONS
from tests.reading import Walk, links, placed, plain

NAMES = ("bank", "health", "insurer")


@pytest.mark.parametrize("name", NAMES)
def test_two_clicks_lead_to_it(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What has to be read is visible where the last click leads. One test for each site, which is built once."""
    unread = []
    for asked in (one for one in QUESTIONS if one.example == name):
        walk = Walk(examples.site(tmp_path_factory.getbasetemp(), name))
        for click in asked.clicks:
            walk.click(click)
        text = walk.read()
        unread += [(asked.asks, words) for words in asked.reads if words not in text]
    assert unread == []
    _every_cell(examples.site(tmp_path_factory.getbasetemp(), name) / "index.html")


def _every_cell(front: Path) -> None:
    """From the front page to the pack, from its cell to what can be read: the evidence, or what is asked."""
    packs = {
        page for _, page, _ in links(front) if page.parent.name == "frameworks" and page.name != "index.html"
    }
    words = {"present", "partial", "missing", "not applicable", "held elsewhere"}
    cells = [(pack.name, *link) for pack in sorted(packs) for link in links(pack) if link[0] in words]
    assert len(packs) >= 4 and len(cells) > 150, (len(packs), len(cells))
    blind = [
        (pack, word, place) for pack, word, page, place in cells
        if place not in placed(page) or not plain("".join(node.text for node in placed(page)[place].all()))
    ]  # fmt: skip
    assert blind == []


def test_the_table_is_as_long_and_as_wide_as_promised() -> None:
    """Fifteen or more, five or more of each example, two clicks at most, some that nothing evidences."""
    assert len(QUESTIONS) >= 15
    assert all(1 <= len(one.clicks) <= 2 for one in QUESTIONS)
    assert all(sum(one.example == name for one in QUESTIONS) >= 5 for name in NAMES)
    assert any(one.outcome == NOT_EVIDENCED for one in QUESTIONS)
