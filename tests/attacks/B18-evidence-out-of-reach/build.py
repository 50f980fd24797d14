"""B18: evidence out of reach."""

from __future__ import annotations

import json

from tests import forge
from tests.scenario import Done, Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"


def propose(scene: Scene, **place: str) -> None:
    """Propose 1.2.0 with its evidence said to lie at *place*, and not among its files."""
    scene.write_version("1.2.0", record=RECORD)
    lock = scene.path("1.2.0", "evidence.lock.json")
    data = json.loads(lock.read_text())
    del data["artifacts"]["a01"]["path"]
    data["artifacts"]["a01"].update(place)
    lock.write_text(json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    scene.path("1.2.0", "evidence/results.json").write_text("{}\n")
    scene.commit("capture 1.2.0")
    forge.put_proposal(scene, "1.2.0", "mara", record=RECORD)


def crime(scene: Scene) -> list[str] | None:
    propose(scene, path="evidence/größe.json")
    return None


def twin(scene: Scene) -> list[str] | None:
    propose(scene, uri="https://artifacts.invalid/results.json")
    return None


def after_twin(scene: Scene, done: Done) -> None:
    """What nobody looked at is named."""
    del scene
    told = " ".join(done.json()["not_proven"])
    assert "1 artifacts kept outside" in told
    assert "4 values that cite artifacts kept outside" in told
