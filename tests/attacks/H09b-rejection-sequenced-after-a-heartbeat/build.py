"""H09b: rejection sequenced after a heartbeat."""

from __future__ import annotations

from tests import forge
from tests.scenario import MODEL, Scene


def rejected(scene: Scene) -> str:
    key = str(scene.key("tomas"))
    scene.must("reject", MODEL, "1.1.0", "--key", key, "--yes", "--comment", "Größere Stichprobe!")
    return scene.commit("reject 1.1.0")


def crime(scene: Scene) -> list[str] | None:
    commit = rejected(scene)
    forge.log_automation(scene, forge.heartbeat(scene, commit), "heartbeat")
    raw = scene.statement("1.1.0", "signoff.reject").read_bytes()
    forge.seal_at(scene, "", commit, raw, heads=[])
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.must("seal", "--heartbeat")
    rejected(scene)
    scene.seal()
    return None
