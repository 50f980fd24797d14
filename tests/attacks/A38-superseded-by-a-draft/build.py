"""A38: superseded by a draft."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    return ["--key", str(scene.key("tomas")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return ["--key", str(scene.key("tomas")), "--yes"]
