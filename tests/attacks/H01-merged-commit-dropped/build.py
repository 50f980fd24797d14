"""H01: merged commit dropped."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.git("reset", "--hard", "--quiet", "HEAD~1")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
