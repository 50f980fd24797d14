"""H11: leaf without file."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    entries = forge.leaves(scene)
    entries.append(forge.leaf_of("signoff.approve", entries[3]["record"], b"nothing"))
    forge.rewrite_log(scene, entries)
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
