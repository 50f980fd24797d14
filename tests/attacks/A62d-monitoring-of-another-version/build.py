"""A62d: monitoring of another version."""

from __future__ import annotations

from tests import forge, watched
from tests.scenario import Scene

VERSION = "1.2.0"


def _both(scene: Scene) -> None:
    watched.write(scene, VERSION, 2)
    watched.write(scene, "1.3.0", 3)
    watched.observed(scene, "2026-09", accuracy=0.84, ece=0.01)
    assert watched.monitor(scene, "2026-09", version=VERSION).code == 0


def crime(scene: Scene) -> list[str] | None:
    _both(scene)
    scene.commit("report")
    watched.move(scene, VERSION, "1.3.0", "noor")
    forge.seal_merged(scene)
    return None


def twin(scene: Scene) -> list[str] | None:
    _both(scene)
    assert watched.monitor(scene, "2026-09", version="1.3.0").code == 0
    scene.commit("reports")
    scene.seal()
    return None
