"""G10: foxtrot merge."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.git("switch", "--quiet", "-c", "side", "HEAD~2")
    scene.git("commit", "--quiet", "--allow-empty", "-m", "side")
    scene.git("merge", "--quiet", "--no-edit", "main")
    scene.git("branch", "-f", "main", "side")
    scene.git("switch", "--quiet", "main")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.git("switch", "--quiet", "-c", "side", "HEAD~2")
    scene.git("commit", "--quiet", "--allow-empty", "-m", "side")
    scene.git("switch", "--quiet", "main")
    scene.git("merge", "--quiet", "--no-edit", "side")
    return None
