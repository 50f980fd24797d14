"""The page of attacks leaves no folder out, and names no test that is not there."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.docs import attacks
from tests.docs.generate import DOCS

ROOT = DOCS.parent


def test_every_folder_is_on_the_page() -> None:
    """With its README, so that a reader can look at what is done."""
    page = (DOCS / "attacks.md").read_text(encoding="utf-8")
    assert [f.name for f in attacks.folders() if f"tests/attacks/{f.name}/README.md" not in page] == []


def test_every_folder_has_a_number_of_its_own() -> None:
    """And its README, its code and its name say the same one."""
    numbers = Counter(folder.name.partition("-")[0] for folder in attacks.folders())
    assert [number for number, count in numbers.items() if count > 1] == []
    for folder in attacks.folders():
        number = folder.name.partition("-")[0]
        assert (folder / "README.md").read_text(encoding="utf-8").startswith(f"# {number}: "), folder
        assert (folder / "build.py").read_text(encoding="utf-8").startswith(f'"""{number}: '), folder


@pytest.mark.parametrize("test", sorted({test for _, _, test in attacks.ELSEWHERE}))
def test_what_the_page_names_is_there(test: str) -> None:
    """A test that was renamed shows nothing any more."""
    file, _, name = test.partition("::")
    tree = ast.parse(Path(ROOT, file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_case_is_somewhere() -> None:
    """As a folder, in another test, or among what is open: nothing is passed over in silence."""
    shown = {attacks.case_of(folder.name) for folder in attacks.folders()}
    shown |= {case for case, _, _ in attacks.ELSEWHERE} | attacks.OPEN.keys()
    planned = {letter + number for letter, numbers in attacks.CASES.items() for number in numbers.split()}
    assert sorted(planned - shown) == []


def test_what_shows_nothing_by_an_id_says_what_it_shows() -> None:
    """`shows` stands in `expected.toml` where there is no id to be found."""
    page = attacks.page()
    assert "| 0 |  |" not in page


def test_a_folder_without_a_number() -> None:
    with pytest.raises(AssertionError, match="begin a folder"):
        attacks.case_of("größer")
