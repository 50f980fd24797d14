"""H31b: log emptied before sealing."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    paths = scene.git("ls-tree", "-r", "--name-only", forge.LOG).splitlines()
    forge.put_log(scene, {"log/leaves": b""}, drop=[path for path in paths if path != "log/leaves"])
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
