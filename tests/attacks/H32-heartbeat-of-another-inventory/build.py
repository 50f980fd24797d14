"""H32: heartbeat of another inventory."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene

OTHER = "urn:uuid:00000000-0000-4000-8000-000000000000"


def beat(scene: Scene, **predicate: str) -> None:
    raw = forge.heartbeat(scene, scene.git("rev-parse", "main"), **predicate)
    forge.log_automation(scene, raw, "heartbeat")


def crime(scene: Scene) -> list[str] | None:
    beat(scene, inventory=OTHER)
    return None


def twin(scene: Scene) -> list[str] | None:
    beat(scene)
    return None
