"""A63c: explanation by a stolen key."""

from __future__ import annotations

from tests import forge
from tests.scenario import MODEL, NONE, Done, Scene

TEXT = "Was größer war, gilt nicht mehr."


def _explained(scene: Scene, stolen: str) -> None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    card = scene.path("1.2.0", "card.yaml")
    gone = card.read_text().replace("out_of_scope: Deciding without a human.", f"out_of_scope: {NONE}")
    card.write_text(gone)
    scene.commit("capture 1.2.0")
    scene.propose("1.2.0")
    size = len(forge.leaves(scene))
    scene.must(
        "state", "explain", MODEL, "1.2.0", "--finding", "field-gone", "--text", TEXT,
        "--key", str(scene.key("tomas")), "--yes",
    )  # fmt: skip
    scene.commit("explain")
    scene.seal()
    scene.must("key", "compromise", scene.mark(stolen), "--since", str(size),
               "--key", str(scene.key("ines")), "--yes")  # fmt: skip
    scene.commit("compromised")
    scene.seal()


def crime(scene: Scene) -> list[str] | None:
    _explained(scene, "tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    _explained(scene, "noor")
    return None


def _shown(scene: Scene, done: Done) -> tuple[bool, bool]:
    """Whether `check` and the page show the explanation; both ask the question."""
    (asked,) = (f for f in done.json()["findings"] if f["id"] == "field-gone")
    scene.must("site", "build", "-o", str(scene.home / "site"))
    page = (scene.home / f"site/models/{MODEL}/1.2.0.html").read_text()
    questions = page.partition('id="questions"')[2].partition("<h2")[0]
    assert "field-gone" in questions
    return "explained" in asked, TEXT in questions


def after_crime(scene: Scene, done: Done) -> None:
    assert _shown(scene, done) == (False, False)


def after_twin(scene: Scene, done: Done) -> None:
    assert _shown(scene, done) == (True, True)
