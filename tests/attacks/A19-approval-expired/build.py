"""A19: approval expired."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    ended = forge.approval(scene, "1.1.0", expires="2020-01-01", person="tomas", role="compliance")
    forge.put_statement(scene, "1.1.0", ended, "tomas")
    forge.seal_by_force(scene, "1.1.0")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas", "--expires", "2099-01-01")
    forge.seal_by_force(scene, "1.1.0")
    return None
