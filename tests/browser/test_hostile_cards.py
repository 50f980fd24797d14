"""O01 and O02 in a real browser: a hostile card is text, and evidence is never a page of the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognify import site
from tests import gallery
from tests.attacks.test_attacks import HERE, _module
from tests.browser.conftest import Watched
from tests.browser.test_site import every
from tests.scenario import MODEL, Scene

pytestmark = pytest.mark.browser

LEADING = "[href*='evidence/'], [src*='evidence/'], [data*='evidence/']"
ACTING = "script, iframe, svg[onload], [onmouseover], [srcdoc], a[href^='javascript:']"


def test_a_script_in_a_card_is_text(sealed_scene: Scene, watched: Watched, tmp_path: Path) -> None:
    """O01: nothing of it runs when its page is opened, pointed at, and pressed wherever it can be pressed."""
    scene, case = sealed_scene.copy(tmp_path / "home"), _module(HERE / "O01-script-in-a-card")
    case.crime(scene)
    site.build(scene.root, into=tmp_path / "site", at=gallery.AT)
    page = watched.open((tmp_path / f"site/models/{MODEL}/1.2.0.html").as_uri())
    assert page.locator(f"article :is({ACTING})").count() == 0
    shown = page.locator("body").inner_text()
    for line in case.HOSTILE:
        assert line.split("\n")[0] in shown
    for row in page.locator("summary:visible").all()[:20]:
        row.hover()
        row.click()
    assert watched.is_quiet()


def test_evidence_is_no_page_of_the_site(sealed_scene: Scene, watched: Watched, tmp_path: Path) -> None:
    """O02: on every page, no link, image or frame leads to evidence."""
    scene = sealed_scene.copy(tmp_path / "home")
    _module(HERE / "O02-evidence-as-a-page").crime(scene)
    site.build(scene.root, into=tmp_path / "site", at=gallery.AT)
    for place in every(tmp_path / "site"):
        page = watched.open(place.as_uri())
        assert page.locator(LEADING).count() == 0
    assert [url for url in watched.requests if "/evidence/" in url] == []
    assert watched.is_quiet()
