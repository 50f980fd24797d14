"""H10: order reversed."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    entries = forge.leaves(scene)
    entries[6], entries[7] = entries[7], entries[6]
    forge.rewrite_log(scene, entries)
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
