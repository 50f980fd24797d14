"""A real Chromium for every test here, and what a page asked for or complained of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Chromium has services of its own that call home; what a page asks for is what is tested here.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


class Watched:
    """A page, and everything that it asked for or complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss())
        )

    def open(self, address: str) -> Page:
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def is_quiet(self, allowed: str = "file:") -> bool:
        outside = [url for url in self.requests if not url.startswith((allowed, "data:", "blob:", "about:"))]
        assert outside == []
        assert self.complaints == []
        return True


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None and "COGNIFY_TESTS_MUST_RUN" in os.environ:
        pytest.fail("no Chromium, where every test must run")
    if CHROMIUM is None:
        pytest.skip("no Chromium: `apt-get install chromium`, then `pip install playwright`")
    sync = pytest.importorskip("playwright.sync_api", reason="no playwright: `pip install playwright`")
    with sync.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield Watched(context.new_page())
    context.close()


# Every piece of text with less contrast than WCAG 2.2 AA asks.
CONTRAST = """() => {
  const channel = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const parse = s => (s.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = e => {
    for (let at = e; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  for (const e of document.querySelectorAll('.cg *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility()) continue;
    const style = getComputedStyle(e);
    const colour = parse(style.color);
    if (colour[3] !== undefined && colour[3] < 0.99) continue;
    const [a, b] = [light(colour), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.add(`${e.className || e.tagName} ${style.color} ${ratio.toFixed(2)}`);
  }
  return [...poor];
}"""
