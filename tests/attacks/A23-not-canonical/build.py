"""A23: not canonical."""

from __future__ import annotations

import json

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    raw = json.dumps(forge.approval(scene, "1.1.0", person="tomas", role="compliance"), indent=400).encode()
    forge.put_statement(scene, "1.1.0", raw, "tomas", person="tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
