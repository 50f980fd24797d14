"""G02: shallow clone."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.git("clone", "--quiet", "--depth", "1", f"file://{scene.root}", str(scene.home / "shallow"))
    scene.root = scene.home / "shallow"
    scene.git("fetch", "--quiet", "--depth", "1", "origin", "cognify-log:cognify-log")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.git("clone", "--quiet", f"file://{scene.root}", str(scene.home / "whole"))
    scene.root = scene.home / "whole"
    return None
