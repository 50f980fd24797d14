"""A20e: rejection withdrawn on a condition."""

from __future__ import annotations

import json

from tests import forge
from tests.scenario import MODEL, Scene


def state(scene: Scene, command: str) -> None:
    scene.must(command, MODEL, "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit(command)


def crime(scene: Scene) -> list[str] | None:
    state(scene, "reject")
    state(scene, "withdraw")
    path = scene.statement("1.1.0", "signoff.withdraw", "noor")
    data = json.loads(path.read_bytes())
    path.unlink()
    path.with_name(path.name + ".sig").unlink()
    data["predicate"]["conditions"] = ["As long as größere cases go to an analyst."]
    forge.put_statement(scene, "1.1.0", data, "noor")
    return None


def twin(scene: Scene) -> list[str] | None:
    state(scene, "reject")
    state(scene, "withdraw")
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return None
