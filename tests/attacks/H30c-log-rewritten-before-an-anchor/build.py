"""H30c: log rewritten, without a receipt."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    gone = forge.sha256(scene.statement("1.0.0", "signoff.approve", "tomas").read_bytes())
    forge.rewrite_log(scene, [leaf for leaf in forge.leaves(scene) if leaf["sha256"] != gone])
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.rewrite_log(scene, forge.leaves(scene))
    return None
