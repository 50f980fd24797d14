"""A62e: file slipped into a report."""

from __future__ import annotations

from tests import watched
from tests.scenario import Scene

VERSION = "1.2.0"


def _reported(scene: Scene) -> None:
    watched.write(scene, VERSION, 2)
    watched.observed(scene, "2026-09", accuracy=0.84, ece=0.01)
    assert watched.monitor(scene, "2026-09", version=VERSION).code == 0
    scene.commit("report")
    scene.seal()


def crime(scene: Scene) -> list[str] | None:
    _reported(scene)
    (watched.folder(scene, VERSION) / "evidence/explanation.txt").write_text("a fault of the pipeline\n")
    scene.commit("explain")
    return None


def twin(scene: Scene) -> list[str] | None:
    _reported(scene)
    (scene.root / "explanation.txt").write_text("a fault of the pipeline\n")
    scene.commit("explain")
    return None
