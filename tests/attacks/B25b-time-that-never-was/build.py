"""B25b: time that never was."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="noor", stated_at="2026-02-30T09:00:00Z")
    forge.put_statement(scene, "1.1.0", data, "noor")
    return None


def twin(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="noor", stated_at="2026-11-23T09:00:00Z")
    forge.put_statement(scene, "1.1.0", data, "noor")
    return None
