"""A31: unknown kind."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0")
    data["predicate"]["kind"] = "signoff.delegate"
    data["predicateType"] = "https://cognify.dev/predicate/signoff.delegate/v1"
    forge.put_statement(scene, "1.1.0", data, "ines")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
