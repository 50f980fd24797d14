"""S29: named token removed."""

from __future__ import annotations

from tests import attested, forge
from tests.scenario import Scene


def without(scene: Scene, size: int) -> None:
    second = attested.copied(scene.home)
    forge.put_log(second, {}, drop=[f"log/checkpoints/{size}.zeit.tsr"])


def crime(scene: Scene) -> list[str] | None:
    without(scene, 7)
    return None


def twin(scene: Scene) -> list[str] | None:
    without(scene, 10)
    return None
