"""S02b: someone elses key retired."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    return [scene.mark("noor"), "--key", str(scene.key("mara")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    return [scene.mark("noor"), "--key", str(scene.key("noor")), "--yes"]
