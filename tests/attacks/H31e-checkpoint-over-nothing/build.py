"""H31e: checkpoint over nothing."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    signed = forge.note(scene, b"")
    forge.put_log(scene, {"log/leaves": b"", "log/checkpoint": signed}, orphan=True)
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.rewrite_log(scene, forge.leaves(scene))
    return None
