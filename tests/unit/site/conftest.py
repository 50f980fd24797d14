"""One inventory with something of everything, and a reader of HTML that believes nothing."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from cognify import register
from cognify.site.pages import Site
from cognify.verification import Verification
from tests import gallery
from tests.scenario import Scene

VOID = {"br", "hr", "img", "input", "link", "meta", "col", "area", "base", "embed", "source", "track", "wbr"}


class Read(HTMLParser):
    """A page as a browser would take it apart: elements, text, and whether every tag was closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.unclosed: list[str] = []
        self.misnested: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.unclosed or self.unclosed.pop() != tag:
            self.misnested.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.elements if attribute in attrs]

    def classed(self, name: str) -> list[tuple[str, dict[str, str]]]:
        return [(tag, attrs) for tag, attrs in self.elements if name in attrs.get("class", "").split()]


@pytest.fixture(scope="session")
def hung(sealed_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """1.0.0 sealed, 1.1.0 proposed, 2.0.0 a hostile draft. Copy it before changing it."""
    return gallery.hang(sealed_scene.copy(tmp_path_factory.mktemp("hung") / "home"))


@pytest.fixture
def wall(hung: Scene, tmp_path: Path) -> Scene:
    """A copy of it to do anything with."""
    return hung.copy(tmp_path / "home")


@pytest.fixture(scope="session")
def result(hung: Scene) -> Verification:
    """It, judged."""
    return gallery.judged(hung)


@pytest.fixture(scope="session")
def pages(result: Verification) -> dict[str, str]:
    """Every page's body, by path."""
    return bodies(result)


def bodies(result: Verification) -> dict[str, str]:
    made = register.register(result, at=gallery.AT)
    return {page.path: page.body() for page in Site(result, register=made).pages()}
