"""A62f: monitoring number without evidence."""

from __future__ import annotations

import json

from cognify import canonical
from tests import forge, watched
from tests.scenario import Scene

VERSION = "1.2.0"


def _reported(scene: Scene) -> None:
    watched.write(scene, VERSION, 2)
    watched.observed(scene, "2026-09", accuracy=0.84, ece=0.11)
    assert watched.monitor(scene, "2026-09", version=VERSION).code == 1


def crime(scene: Scene) -> list[str] | None:
    _reported(scene)
    lock = watched.folder(scene, VERSION) / "evidence.lock.json"
    data = json.loads(lock.read_bytes())
    (place,) = (at for at, entry in data["values"].items() if entry.get("raw") == "0.11")
    del data["values"][place]
    lock.write_bytes(canonical.pretty(data))
    watched.rewrite(scene, VERSION, "noor", b"value: 0.11", b"value: 0.01", outcome="within")
    scene.commit("report")
    forge.seal_merged(scene)
    return None


def twin(scene: Scene) -> list[str] | None:
    _reported(scene)
    scene.commit("report")
    scene.seal()
    return None
