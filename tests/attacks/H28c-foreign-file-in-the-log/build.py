"""H28c: foreign file on the log branch."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    forge.put_log(scene, {"log/statements/größe.txt": b"x"})
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
