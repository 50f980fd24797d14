"""Pages as a browser would take them apart: what of them could act, and what they say."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

MARK = "alert("
"""What every script in a hostile record says, and no script of a page."""


class Page(HTMLParser):
    """One page: `alive` lists what of a record could act in it, `text` is what it says."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.alive: list[str] = []
        self.links: list[str] = []
        self._said: list[str] = []
        self._open = ""
        self.feed(source)
        self.close()

    @property
    def text(self) -> str:
        return "".join(self._said)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag
        for name, value in attrs:
            said = (value or "").strip().lower()
            if name.startswith("on") or said.startswith("javascript:") or (name == "srcdoc"):
                self.alive.append(f"<{tag} {name}={said[:80]}>")
            if name in ("href", "src", "data"):
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        if self._open in ("script", "style"):
            if MARK in data:
                self.alive.append(f"<{self._open}>{data[:80]}")
            return
        self._said.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


def pages(folder: Path) -> dict[str, Page]:
    """Every page under *folder*, by its path."""
    found = sorted(folder.rglob("*.html"))
    return {p.relative_to(folder).as_posix(): Page(p.read_text(encoding="utf-8")) for p in found}
