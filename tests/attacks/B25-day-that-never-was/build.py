"""B25: day that never was."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="noor", expires="2027-02-31")
    forge.put_statement(scene, "1.1.0", data, "noor")
    return None


def twin(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="noor", expires="2027-02-28")
    forge.put_statement(scene, "1.1.0", data, "noor")
    return None
