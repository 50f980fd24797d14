"""H32b: heartbeat under another policy."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def beat(scene: Scene, version: int) -> None:
    cited = {**forge.last_seal(scene)["predicate"]["policy"], "version": version}
    raw = forge.heartbeat(scene, scene.git("rev-parse", "main"), policy=cited)
    forge.log_automation(scene, raw, "heartbeat")


def crime(scene: Scene) -> list[str] | None:
    beat(scene, 2)
    return None


def twin(scene: Scene) -> list[str] | None:
    beat(scene, 1)
    return None
