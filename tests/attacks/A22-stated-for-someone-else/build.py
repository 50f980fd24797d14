"""A22: stated for someone else."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    forge.put_statement(
        scene, "1.1.0", forge.approval(scene, "1.1.0", person="tomas", role="compliance"), "noor"
    )
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
