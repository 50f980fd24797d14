"""A29: other bytes approved."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="tomas", role="compliance")
    data["subject"][0]["digest"]["sha256"] = "0" * 64
    forge.put_statement(scene, "1.1.0", data, "tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
