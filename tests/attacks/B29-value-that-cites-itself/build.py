"""B29: value that cites itself."""

from __future__ import annotations

import json

from cognify import canonical
from tests.scenario import Scene

VALUE = "/evaluation/runs/0/value"


def crime(scene: Scene) -> list[str] | None:
    lock = json.loads(scene.path("1.1.0", "evidence.lock.json").read_text())
    lock["values"][VALUE] = {"class": "derived", "inputs": [VALUE], "via": "sum"}
    scene.path("1.1.0", "evidence.lock.json").write_bytes(canonical.pretty(lock))
    card = scene.path("1.1.0", "card.yaml")
    card.write_text(card.read_text().replace("value: 0.8425", "value: 0.9999"))
    return None


def twin(scene: Scene) -> list[str] | None:
    lock = json.loads(scene.path("1.1.0", "evidence.lock.json").read_text())
    lock["values"]["/record/version"] = {"class": "derived", "inputs": ["/evaluation/runs/0/n"], "via": "sum"}
    scene.path("1.1.0", "evidence.lock.json").write_bytes(canonical.pretty(lock))
    card = scene.path("1.1.0", "card.yaml")
    card.write_text(card.read_text().replace("  version: 1\n", "  version: 400\n", 1))
    return None
