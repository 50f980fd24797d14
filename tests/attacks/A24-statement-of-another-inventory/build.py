"""A24: statement of another inventory."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(
        scene,
        "1.1.0",
        person="tomas",
        role="compliance",
        inventory="urn:uuid:00000000-0000-4000-8000-000000000000",
    )
    forge.put_statement(scene, "1.1.0", data, "tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
