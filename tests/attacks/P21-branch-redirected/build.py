"""P21: branch redirected."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    settings = scene.root / "cognify.yaml"
    settings.write_text(settings.read_text().replace("branch: main", "branch: quiet"))
    scene.commit("a small clean-up")
    scene.git("branch", "quiet")
    card = scene.path("1.0.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"informs", b"replaces"))
    scene.commit("what nobody looks at")
    return None


def twin(scene: Scene) -> list[str] | None:
    settings = scene.root / "cognify.yaml"
    settings.write_text(settings.read_text().replace("name: acme", "name: acme models"))
    scene.commit("a better name")
    return None
