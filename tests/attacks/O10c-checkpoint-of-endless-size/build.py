"""O10c: checkpoint of endless size."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    forge.put_log(scene, {f"log/checkpoints/{'9' * 5000}.note": b"x"})
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
