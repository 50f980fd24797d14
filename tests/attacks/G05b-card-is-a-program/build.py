"""G05b: card is a program."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.git("update-index", "--chmod=+x", "models/credit-memo/1.0.0/card.yaml")
    scene.git("commit", "--quiet", "-m", "mode")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
