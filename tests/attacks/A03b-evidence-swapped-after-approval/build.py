"""A03b: evidence swapped after approval."""

from __future__ import annotations

from tests import forge
from tests.scenario import RESULTS, Scene


def crime(scene: Scene) -> list[str] | None:
    better = RESULTS.replace("0.8425", "0.9425")
    scene.path("1.1.0", "evidence/results.json").write_text(better)
    card = scene.path("1.1.0", "card.yaml")
    card.write_text(card.read_text().replace("0.8425", "0.9425"))
    scene.write_lock("1.1.0", better)
    lock = scene.path("1.1.0", "evidence.lock.json")
    lock.write_text(lock.read_text().replace('"raw": "0.8425"', '"raw": "0.9425"'))
    names = ("card.yaml", "evidence.lock.json", "evidence/results.json")
    lines = [f"{forge.sha256(scene.path('1.1.0', n).read_bytes())}  {n}\n" for n in names]
    scene.path("1.1.0", "MANIFEST.sha256").write_text("".join(lines))
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
