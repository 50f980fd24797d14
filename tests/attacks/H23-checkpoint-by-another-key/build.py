"""H23: checkpoint by another key."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    lines = forge.log_file(scene)
    forge.put_log(scene, {"log/checkpoint": forge.note(scene, lines, seed=b"s" * 32)})
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
