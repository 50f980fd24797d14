"""The site in a real browser, from file://: it works, and it never speaks to anyone."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from cognify import package, site
from cognify.inventory import Version
from cognify.site.pages import framework_path
from tests import gallery
from tests.browser.conftest import CONTRAST, Watched
from tests.scenario import MODEL, Scene

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

LANDMARKS = "header, nav, main, article, footer"


@pytest.fixture(scope="module")
def built(sealed_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The gallery's site, and under pk/ the unpacked package of its sealed version."""
    folder = tmp_path_factory.mktemp("browser")
    scene = gallery.hang(sealed_scene.copy(folder / "home"))
    result = site.build(scene.root, into=folder / "site", at=gallery.AT)
    sealed = Version(MODEL, "1.0.0")
    file = folder / "package.zip"
    file.write_bytes(package.write(result, sealed, pages=site.offline_pages(result, sealed)))
    shutil.unpack_archive(file, folder / "pk")
    return folder


def address(folder: Path, path: str) -> str:
    file, _, fragment = path.partition("#")
    return (folder / file).as_uri() + (f"#{fragment}" if fragment else "")


def search(page: Page, words: str) -> Locator:
    """Type *words* as a person would, once the box is ready; the first hit."""
    page.locator(".md-search__input").click()
    page.locator(".md-search-result__meta", has_text="Type to start searching").wait_for()
    page.locator(".md-search__input").press_sequentially(words, delay=10)
    hit = page.locator(".md-search-result__link").first
    hit.wait_for()
    return hit


def every(folder: Path) -> list[Path]:
    return sorted(place for place in folder.rglob("*.html") if place.name != "404.html")


def test_a_number_shows_its_source(built: Path, watched: Watched) -> None:
    """Pressing a result opens its citation above the page; Escape closes it. No script of ours is needed."""
    page = watched.open(address(built, f"site/models/{MODEL}/1.0.0.html"))
    number = page.locator("#results ~ .cg-scroll .cg-main button").first
    assert number.inner_text() == "0.8425"
    source = page.locator("#v-evaluation-runs-0-value-c")
    assert not source.is_visible()
    number.click()
    assert source.is_visible()
    assert "evidence/results.json" in source.inner_text()
    assert source.locator("mark").inner_text() == "0.8425"
    page.keyboard.press("Escape")
    assert not source.is_visible()
    assert watched.is_quiet()


def test_a_row_shows_its_source_by_keyboard(built: Path, watched: Watched) -> None:
    """A value in the card opens with Enter, and a link to it opens it too."""
    page = watched.open(address(built, f"site/models/{MODEL}/2.0.0.html#v-training-hyperparameters-html"))
    row = page.locator("#v-training-hyperparameters-html details")
    assert row.get_attribute("open") is not None
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    assert row.get_attribute("open") is None
    assert watched.is_quiet()


def test_search_works_from_a_disk(built: Path, watched: Watched) -> None:
    """Typing in the search box finds a version's page, from file:// and without a request."""
    page = watched.open(address(built, "site/index.html"))
    hit = search(page, "Credit analysts")
    assert "/models/" in (hit.get_attribute("href") or "")
    hit.click()
    page.wait_for_load_state()
    assert page.locator(".cg-banner").is_visible()
    assert watched.is_quiet()


def test_hostile_text_in_search_stays_text(built: Path, watched: Watched) -> None:
    """A hit whose text is a script is shown as text."""
    page = watched.open(address(built, "site/index.html"))
    search(page, "onerror alert")
    page.wait_for_timeout(300)
    assert page.locator(".md-search-result img, .md-search-result svg[onload]").count() == 0
    assert watched.is_quiet()


def test_the_table_is_filtered(built: Path, watched: Watched) -> None:
    """Words in the filter leave the versions that have them all."""
    page = watched.open(address(built, "site/index.html"))
    rows = page.locator(".cg-versions tbody tr:visible")
    assert rows.count() == 3
    page.locator(".cg-filter input").fill("SEALED inés")
    assert rows.count() == 1
    assert page.locator(".cg-filter output").inner_text() == "1 of 3"
    page.locator(".cg-filter input").fill("nobody")
    assert rows.count() == 0
    assert watched.is_quiet()


MATRIX = f"site/{framework_path('model-card@mitchell-2019-v2')}.html"


def test_the_matrix_is_narrowed(built: Path, watched: Watched) -> None:
    """To what is missing or partial, at one model or at any, and to words; the basis stays."""
    page = watched.open(address(built, MATRIX))
    rows = page.locator(".cg-x tbody tr:visible")
    every, gaps = rows.count() - 1, page.locator(".cg-x tbody tr:has(td.cg-missing, td.cg-partial)").count()
    assert 0 < gaps < every
    page.locator(".cg-gaps select[name=kind]").select_option("cg-missing cg-partial")
    assert rows.count() - 1 == gaps
    assert page.locator(".cg-gaps output").inner_text() == f"{gaps} of {every}"
    page.locator(".cg-gaps select[name=model]").select_option(MODEL)
    assert rows.count() - 1 == gaps
    page.locator(".cg-gaps input").fill("no such requirement")
    assert rows.count() == 1 and page.locator(".cg-basis").is_visible()
    assert watched.is_quiet()


def test_a_gap_leads_to_its_row(built: Path, watched: Watched) -> None:
    """The folded table of the version's page opens where the row stands."""
    page = watched.open(address(built, MATRIX))
    page.locator(".cg-x td.cg-missing a").first.click()
    page.wait_for_load_state()
    row = page.locator(f"[id='{page.url.partition('#')[2]}']")
    assert row.is_visible() and row.inner_text().strip()
    assert watched.is_quiet()


@pytest.mark.parametrize("width", [360, 1280])
def test_headings_of_the_matrix_stay_in_sight(browser: Browser, built: Path, width: int) -> None:
    """Scrolled down and to the right, both headings are where they were; at any width."""
    context = browser.new_context(viewport={"width": width, "height": 700})
    page = context.new_page()
    page.goto(address(built, MATRIX))
    page.locator(".cg-matrix").scroll_into_view_if_needed()
    head, side = page.locator(".cg-x thead th").nth(1), page.locator(".cg-x tbody tr:nth-child(6) th")
    box = page.locator(".cg-matrix").bounding_box()
    page.evaluate("document.querySelector('.cg-matrix').scrollBy(60, 200)")
    top, left = head.bounding_box(), side.bounding_box()
    assert box and top and left
    assert abs(top["y"] - box["y"]) < 4 and abs(left["x"] - box["x"]) < 4
    assert left["width"] < width * 0.5
    context.close()


@pytest.mark.parametrize("folder", ["site", "pk"])
def test_every_page_is_quiet_and_has_landmarks(built: Path, watched: Watched, folder: str) -> None:
    """Each page loads without a complaint or a request outside, with one main part and one heading."""
    for place in every(built / folder):
        page = watched.open(place.as_uri())
        assert page.locator("main").count() == 1, place
        assert page.locator("h1").count() == 1, place
        assert page.locator("html[lang]").count() == 1
        assert page.title().strip()
    assert watched.is_quiet()


@pytest.mark.parametrize("folder", ["site", "pk"])
def test_no_link_is_dead(built: Path, watched: Watched, folder: str) -> None:
    """Every link on every page leads to a file that is there, and to a place on it that is there."""
    ids: dict[Path, set[str]] = {}
    links: list[tuple[Path, str]] = []
    for place in every(built / folder):
        page = watched.open(place.as_uri())
        ids[place] = set(page.eval_on_selector_all("[id]", "all => all.map(e => e.id)"))
        links += [(place, to) for to in page.eval_on_selector_all("a[href]", "all => all.map(e => e.href)")]
    assert len(links) > 20
    for place, to in links:
        file, _, fragment = to.removeprefix("file://").partition("#")
        target = Path(file)
        assert target.is_file(), (place, to)
        assert not fragment or fragment in ids.get(target, {fragment}), (place, to)


def test_the_policy_stops_what_a_page_might_ask(built: Path, watched: Watched) -> None:
    """Even a script that got in could not speak to another host: the page's own policy forbids it."""
    page = watched.open(address(built, "site/index.html"))
    reached = page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'reached').catch(() => 'stopped')")
    assert reached == "stopped"
    assert any("Content Security Policy" in said for said in watched.complaints)


def test_the_record_needs_no_script(browser: Browser, built: Path) -> None:
    """The one-page record and the start page are whole with scripts switched off."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    top = next((built / "pk").iterdir())
    page.goto((top / "index.html").as_uri())
    page.click("text=The record on one page")
    assert page.locator(".cg-banner .cg-word").inner_text().upper() == "SEALED"
    page.locator(".cg-note a").first.click()
    assert page.url.endswith("#n-2")
    context.close()


def test_the_record_prints_on_paper(browser: Browser, built: Path) -> None:
    """Nothing of the record is wider than an A4 page."""
    context = browser.new_context(viewport={"width": 700, "height": 1000})
    page = context.new_page()
    top = next((built / "pk").iterdir())
    page.goto((top / "record.html").as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways(browser: Browser, built: Path, width: int) -> None:
    """On a telephone and on a desk, long digests and hostile tokens wrap instead of pushing the page."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    for place in every(built / "site"):
        page.goto(place.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(browser: Browser, built: Path, scheme: Literal["light", "dark"]) -> None:
    """Every piece of text on a version's page and on those of frameworks has the contrast that WCAG 2.2 AA asks, 4.5 to 1."""
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    for place in (f"site/models/{MODEL}/2.0.0.html", MATRIX, "site/frameworks/index.html"):
        page.goto(address(built, place))
        page.wait_for_timeout(300)
        assert page.evaluate(CONTRAST) == [], place
    context.close()


def test_a_served_site_works_too(built: Path, watched: Watched) -> None:
    """Over http from this machine, search works in a real worker and nothing else is asked."""
    with site.server(built / "site", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        home = f"http://127.0.0.1:{server.server_address[1]}/"
        page = watched.open(f"{home}index.html")
        search(page, "Credit analysts")
        assert watched.is_quiet(home)
        server.shutdown()
