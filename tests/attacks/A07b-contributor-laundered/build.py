"""A07b: contributor laundered."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.propose("1.1.0", "mara", "--with", "noor:trainer")
    scene.propose("1.1.0", "mara", "--with", "mara:trainer")
    return ["1.1.0", "--key", str(scene.key("noor")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    scene.propose("1.1.0", "mara", "--with", "mara:trainer")
    return ["1.1.0", "--key", str(scene.key("noor")), "--yes"]
