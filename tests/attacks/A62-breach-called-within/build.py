"""A62: breach called within."""

from __future__ import annotations

import json

from tests import forge, watched
from tests.scenario import Scene

VERSION = "1.2.0"


def _reported(scene: Scene) -> None:
    watched.write(scene, VERSION, 2)
    watched.observed(scene, "2026-09", accuracy=0.84, ece=0.11)
    assert watched.monitor(scene, "2026-09", version=VERSION).code == 1
    scene.commit("report")


def crime(scene: Scene) -> list[str] | None:
    _reported(scene)
    path = scene.statement(VERSION, "monitor.report")
    data = json.loads(path.read_bytes())
    path.unlink()
    path.with_name(path.name + ".sig").unlink()
    data["predicate"]["outcome"] = "within"
    forge.put_statement(scene, VERSION, data, "noor")
    forge.seal_merged(scene)
    return None


def twin(scene: Scene) -> list[str] | None:
    _reported(scene)
    scene.seal()
    return None
