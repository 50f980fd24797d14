"""H26: log branch deleted."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.git("branch", "-D", "cognify-log")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
