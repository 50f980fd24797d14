"""A23b: bidi in comment."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="tomas", role="compliance", comment="safe \u202e evas ton")
    forge.put_statement(scene, "1.1.0", data, "tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="tomas", role="compliance", comment="safe – größtenteils")
    forge.put_statement(scene, "1.1.0", data, "tomas")
    return None
