"""H15: duplicate leaf."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    entries = forge.leaves(scene)
    forge.rewrite_log(scene, [*entries, dict(entries[7])])
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
