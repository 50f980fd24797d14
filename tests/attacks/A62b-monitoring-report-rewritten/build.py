"""A62b: monitoring report rewritten."""

from __future__ import annotations

from tests import watched
from tests.scenario import Scene

VERSION = "1.2.0"


def twin(scene: Scene) -> list[str] | None:
    watched.write(scene, VERSION, 2)
    watched.observed(scene, "2026-09", accuracy=0.84, ece=0.11)
    assert watched.monitor(scene, "2026-09", version=VERSION).code == 1
    scene.commit("report")
    scene.seal()
    return None


def crime(scene: Scene) -> list[str] | None:
    twin(scene)
    folder = watched.folder(scene, VERSION)
    for path in (p for p in folder.rglob("*") if p.is_file()):
        path.write_bytes(path.read_bytes().replace(b"0.11", b"0.01"))
    watched.freeze(folder)
    scene.commit("better")
    return None
