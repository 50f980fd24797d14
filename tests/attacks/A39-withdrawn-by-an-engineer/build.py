"""A39: withdrawn by an engineer."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    return ["--key", str(scene.key("mara")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    return ["--key", str(scene.key("tomas")), "--yes"]
