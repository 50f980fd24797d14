"""A63: explanation that acknowledges."""

from __future__ import annotations

import json

from tests import forge
from tests.scenario import MODEL, Scene


def acknowledge(scene: Scene) -> None:
    scene.approve("1.1.0", "tomas", "--condition", "An analyst decides größere cases.")
    scene.must("state", "acknowledge", MODEL, "1.1.0", "--key", str(scene.key("mara")), "--yes")


def crime(scene: Scene) -> list[str] | None:
    acknowledge(scene)
    path = scene.statement("1.1.0", "finding.explain", "mara")
    data = json.loads(path.read_bytes())
    for file in (path, path.with_name(path.name + ".sig")):
        file.unlink()
    data["predicate"]["finding"] = {"id": "field-gone", "where": "/model/base"}
    forge.put_statement(scene, "1.1.0", data, "mara")
    return None


def twin(scene: Scene) -> list[str] | None:
    acknowledge(scene)
    scene.commit("acknowledge")
    return None
