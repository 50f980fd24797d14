"""O02: evidence as a page."""

from __future__ import annotations

from tests import paper
from tests.scenario import MODEL, Done, Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"
SCRIPT = "<script>alert(1)</script>"


def written(scene: Scene, **files: str) -> None:
    scene.write_version("1.2.0", record=RECORD)
    for name, text in files.items():
        scene.path("1.2.0", f"evidence/größe.{name}").write_text(text)
    scene.commit("capture 1.2.0")


def published(scene: Scene) -> None:
    """Nothing of the evidence lies on the site, or is linked from it."""
    site = scene.home / "site"
    assert [p.name for p in site.rglob("*") if "evidence" in p.parts or p.stem == "größe"] == []
    for name, page in paper.pages(site).items():
        assert page.alive == [], name
        assert [link for link in page.links if "evidence/" in link] == [], name


def crime(scene: Scene) -> list[str] | None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{SCRIPT}</svg>'
    written(scene, svg=svg, html=f"<p>größer</p>{SCRIPT}")
    return None


def after_crime(scene: Scene, done: Done) -> None:
    published(scene)


def twin(scene: Scene) -> list[str] | None:
    written(scene, json="{}")
    return None


def after_twin(scene: Scene, done: Done) -> None:
    published(scene)
    assert "evidence/results.json" in paper.pages(scene.home / "site")[f"models/{MODEL}/1.2.0.html"].text
