"""H25: leaves cut off."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    lines = forge.log_file(scene).splitlines(keepends=True)
    forge.put_log(scene, {"log/leaves": b"".join(lines[:-2])})
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
