"""A33: statement about a model called con."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="noor", model="con")
    data["subject"][0]["name"] = "models/con/1.1.0/MANIFEST.sha256"
    forge.put_statement(scene, "1.1.0", data, "noor")
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.put_statement(scene, "1.1.0", forge.approval(scene, "1.1.0", person="noor"), "noor")
    return None
