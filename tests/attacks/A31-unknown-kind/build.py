"""A31: unknown kind."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0")
    del data["predicate"]["parents"]
    data["predicate"]["kind"] = "finding.explain"
    data["predicate"]["finding"] = {"id": "threshold-missed", "where": "models/credit-memo/1.1.0/card.yaml"}
    data["predicate"]["explanation"] = "The data set was too small to matter."
    data["predicateType"] = "https://cognify.dev/predicate/finding.explain/v1"
    forge.put_statement(scene, "1.1.0", data, "ines")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
