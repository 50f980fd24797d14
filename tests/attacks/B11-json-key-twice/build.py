"""B11: json key twice."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    raw = forge.jcs(forge.approval(scene, "1.1.0", person="tomas", role="compliance"))
    raw = raw.replace(b'"role":', b'"role":"model-risk","role":', 1)
    forge.put_statement(scene, "1.1.0", raw, "tomas", person="tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
