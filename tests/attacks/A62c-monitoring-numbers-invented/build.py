"""A62c: monitoring numbers invented."""

from __future__ import annotations

from tests import forge, watched
from tests.scenario import Scene

VERSION = "1.2.0"


def _reported(scene: Scene, *, better: bool) -> None:
    watched.write(scene, VERSION, 2)
    watched.observed(scene, "2026-09", accuracy=0.84, ece=0.11)
    assert watched.monitor(scene, "2026-09", version=VERSION).code == 1
    if better:
        watched.rewrite(scene, VERSION, "noor", b"value: 0.11", b"value: 0.01", outcome="within")
    scene.commit("report")


def crime(scene: Scene) -> list[str] | None:
    _reported(scene, better=True)
    forge.seal_merged(scene)
    return None


def twin(scene: Scene) -> list[str] | None:
    _reported(scene, better=False)
    scene.seal()
    return None
