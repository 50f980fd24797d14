"""H24: root is another."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    lines = forge.log_file(scene)
    other = forge.chained(reversed(forge.leaves(scene)))
    signed = forge.note(scene, other)
    size = len(lines.splitlines())
    forge.put_log(scene, {"log/checkpoint": signed, f"log/checkpoints/{size}.note": signed})
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
