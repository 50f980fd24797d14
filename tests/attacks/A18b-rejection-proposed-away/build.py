"""A18b: rejection proposed away."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    again(scene)
    return None


def twin(scene: Scene) -> list[str] | None:
    again(scene)
    return None


def again(scene: Scene) -> None:
    scene.propose("1.1.0", "mara", "--comment", "noch einmal")
    scene.approve("1.1.0", "ines", "--role", "model-risk")
    scene.approve("1.1.0", "tomas")
    forge.seal_by_force(scene, "1.1.0")
