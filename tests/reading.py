"""A built site, walked as a reader does: a link or a fold is a click, and only what is visible is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_UNSEEN = {"script", "style", "template", "head", "nav"}


@dataclass(eq=False)
class Node:
    """An element; text is a node without a tag."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    text: str = ""
    parent: Node | None = None
    parts: list[Node] = field(default_factory=list)

    def all(self) -> list[Node]:
        """This element and every one below it."""
        return [self, *(below for part in self.parts for below in part.all())]

    def seen(self, opened: frozenset[Node] = frozenset()) -> str:
        """The text that is visible: no closed fold, no sheet that was not asked for."""
        if self.tag in _UNSEEN or "popover" in self.attrs or "hidden" in self.attrs:
            return ""
        parts = self.parts
        if self.tag == "details" and self not in opened and "open" not in self.attrs:
            parts = [part for part in parts if part.tag == "summary"]
        return " ".join([self.text, *(part.seen(opened) for part in parts)])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.here = self.root = Node("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {key: value or "" for key, value in attrs}, parent=self.here)
        self.here.parts.append(node)
        if tag not in _VOID:
            self.here = node

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.here
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.here = node.parent

    def handle_data(self, data: str) -> None:
        self.here.parts.append(Node("", text=data, parent=self.here))


class Walk:
    """Where a reader is: a page, a place on it, the folds that are open. It begins at `index.html`."""

    def __init__(self, site: Path) -> None:
        self.page = site / "index.html"
        self.root = self.place = Node("")
        self.opened: frozenset[Node] = frozenset()
        self._open("")

    def click(self, label: str) -> None:
        """Press the link or the fold that *label* names; `REQUIREMENT: WORD` is the link in that row;
        a name that ends with `…` is the beginning of one.

        Raises:
            LookupError: nothing visible is called so, or its address leads nowhere.
        """
        for node in self.root.all():
            if node.tag == "summary" and _named(node, label) and node.parent:
                self.opened |= {node.parent}
                self.place = node.parent
                return
        scope, label = self._row(label)
        for node in scope.all():
            if node.tag == "a" and "href" in node.attrs and _named(node, label):
                self._follow(node.attrs["href"])
                return
        raise LookupError(f"{self.page.name}: no link or fold is called {label!r}")

    def read(self) -> str:
        """What stands at the place: an element, or from a heading on its section."""
        place = self.place
        if place.tag in ("h1", "h2", "h3") and place.parent:
            place = place.parent
        return plain(place.seen(self.opened))

    def _row(self, label: str) -> tuple[Node, str]:
        name, _, word = label.rpartition(": ")
        for node in self.root.all():
            if name and node.tag == "tr":
                codes = (plain(below.seen()) for below in node.all() if below.tag == "code")
                if name in codes:
                    return node, word
        return self.root, label

    def _follow(self, address: str) -> None:
        to = urlsplit(address)
        if to.scheme or to.netloc:
            raise LookupError(f"{address} leaves the site")
        if to.path:
            self.page = (self.page.parent / unquote(to.path)).resolve()
        self._open(unquote(to.fragment))

    def _open(self, place: str) -> None:
        reader = _Reader()
        reader.feed(self.page.read_text(encoding="utf-8"))
        self.root = self.place = reader.root
        if not place:
            return
        found = [node for node in self.root.all() if node.attrs.get("id") == place]
        if not found:
            raise LookupError(f"{self.page.name} has no #{place}")
        self.place = found[0]
        # As site.js does: whoever is sent to a folded row finds it open, and the source of a value too.
        around: Node | None = self.place
        folds = {node for node in self.place.all() if node.tag == "details"}
        while around is not None:
            folds |= {around} if around.tag == "details" else set()
            around = around.parent
        self.opened = frozenset(folds)


def _named(node: Node, label: str) -> bool:
    said = plain(node.seen())
    return said.startswith(label[:-1]) if label.endswith("…") else said == label


def plain(text: str) -> str:
    """*text* with one blank where it has several."""
    return " ".join(text.split())


@cache
def parsed(page: Path) -> Node:
    """The elements of *page*, read once."""
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.root


@cache
def placed(page: Path) -> dict[str, Node]:
    """The elements of *page* by their ids."""
    return {node.attrs["id"]: node for node in parsed(page).all() if "id" in node.attrs}


def links(page: Path) -> list[tuple[str, Path, str]]:
    """Every link of *page* into the site: what it is called, the page it leads to, and the place there."""
    found = []
    for node in parsed(page).all():
        to = urlsplit(node.attrs.get("href", "")) if node.tag == "a" else None
        if to and to.path and not to.scheme:
            found.append(
                (plain(node.seen()), (page.parent / unquote(to.path)).resolve(), unquote(to.fragment))
            )
    return found
