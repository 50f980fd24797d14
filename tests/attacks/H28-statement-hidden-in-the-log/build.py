"""H28: person's statement on the log branch."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    path = scene.statement("1.0.0", "signoff.approve", "ines")
    forge.put_log(scene, {f"log/statements/{path.name}": path.read_bytes()})
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
