"""S03: compromise from a place to come."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    return [scene.mark("tomas"), "--since", "10", "--key", str(scene.key("tomas")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    return [scene.mark("tomas"), "--since", "9", "--key", str(scene.key("tomas")), "--yes"]
