"""H09: rejection never sealed."""

from __future__ import annotations

from tests import forge
from tests.scenario import MODEL, Scene


def rejected(scene: Scene) -> str:
    key = str(scene.key("tomas"))
    scene.must("reject", MODEL, "1.1.0", "--key", key, "--yes", "--comment", "Größere Stichprobe!")
    return scene.commit("reject 1.1.0")


def crime(scene: Scene) -> list[str] | None:
    forge.log_automation(scene, forge.heartbeat(scene, rejected(scene)), "heartbeat")
    return None


def twin(scene: Scene) -> list[str] | None:
    rejected(scene)
    scene.seal()
    scene.must("seal", "--heartbeat")
    return None
