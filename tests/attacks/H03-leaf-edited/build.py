"""H03: leaf edited."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    lines = forge.log_file(scene).splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"size":', b'"size":1', 1)
    forge.put_log(scene, {"log/leaves": b"".join(lines)})
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
