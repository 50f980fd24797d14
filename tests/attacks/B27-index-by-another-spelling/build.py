"""B27: index by another spelling."""

from __future__ import annotations

import json

from cognify import canonical
from tests import forge
from tests.scenario import RESULTS, Scene


def _cited(scene: Scene, pointer: str, number: str) -> None:
    raw = RESULTS.replace("0.8425", number).encode()
    scene.path("1.1.0", "evidence/results.json").write_bytes(raw)
    lock = json.loads(scene.path("1.1.0", "evidence.lock.json").read_text())
    lock["artifacts"]["a01"].update(bytes=len(raw), sha256=forge.sha256(raw))
    value = lock["values"].pop("/evaluation/runs/0/value")
    lock["values"][pointer] = {**value, "raw": number}
    scene.path("1.1.0", "evidence.lock.json").write_bytes(canonical.pretty(lock))
    card = scene.path("1.1.0", "card.yaml")
    card.write_text(card.read_text().replace("value: 0.8425", "value: 0.8425000000000000"))
    scene.path("1.1.0", "MANIFEST.sha256").unlink()


def crime(scene: Scene) -> list[str] | None:
    _cited(scene, "/evaluation/runs/00/value", "0.8425")
    return None


def twin(scene: Scene) -> list[str] | None:
    _cited(scene, "/evaluation/runs/0/value", "0.8425")
    return None
