"""H26b: log emptied."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    paths = scene.git("ls-tree", "-r", "--name-only", forge.LOG).splitlines()
    forge.put_log(scene, {"log/leaves": b""}, drop=[p for p in paths if p != "log/leaves"])
    assert scene.cognify("seal").ids == {"log-missing"}
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
