"""A12: namespace of git."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    forge.put_statement(
        scene,
        "1.1.0",
        forge.approval(scene, "1.1.0", person="tomas", role="compliance"),
        "tomas",
        namespace="git",
    )
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.put_statement(
        scene, "1.1.0", forge.approval(scene, "1.1.0", person="tomas", role="compliance"), "tomas"
    )
    return None
