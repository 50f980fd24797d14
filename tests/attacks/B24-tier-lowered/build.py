"""B24: tier lowered."""

from __future__ import annotations

import json

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    card = scene.path("1.1.0", "card.yaml")
    card.write_text(card.read_text().replace("tier: low", "tier: medium"))
    names = ("card.yaml", "evidence.lock.json", "evidence/results.json")
    lines = [f"{forge.sha256(scene.path('1.1.0', n).read_bytes())}  {n}\n" for n in names]
    manifest = "".join(lines).encode()
    scene.path("1.1.0", "MANIFEST.sha256").write_bytes(manifest)
    data = json.loads(scene.statement("1.1.0", "record.propose").read_bytes())
    data["subject"][0]["digest"]["sha256"] = forge.sha256(manifest)
    forge.put_statement(scene, "1.1.0", data, "mara")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
