"""A19b: approval too old."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    forge.put_statement(
        scene,
        "1.1.0",
        forge.approval(scene, "1.1.0", person="tomas", role="compliance", stated_at="2020-01-01T00:00:00Z"),
        "tomas",
    )
    forge.seal_by_force(scene, "1.1.0")
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.put_statement(
        scene, "1.1.0", forge.approval(scene, "1.1.0", person="tomas", role="compliance"), "tomas"
    )
    forge.seal_by_force(scene, "1.1.0")
    return None
