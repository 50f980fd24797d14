"""H35: seal dated back."""

from __future__ import annotations

import json

from tests import forge
from tests.scenario import Scene


def _seal(scene: Scene, stated: str, expires: str, at: str) -> None:
    for person, role in (("ines", "model-risk"), ("tomas", "compliance")):
        ended = forge.approval(scene, "1.1.0", person=person, role=role, stated_at=stated, expires=expires)
        forge.put_statement(scene, "1.1.0", ended, person)
    scene.seal()
    entries, seal = forge.leaves(scene), forge.last_seal(scene)
    old = forge.sha256(forge.jcs(seal))
    proposal = json.loads(scene.statement("1.1.0", "record.propose").read_bytes())
    known = [forge.sha256(p.read_bytes()) for p in scene.path("1.1.0", "statements").glob("*.json")]
    seal["predicate"]["sealed"] = [{
        "digest": proposal["subject"][0]["digest"]["sha256"], "heads": sorted(known),
        "record": proposal["predicate"]["record"],
    }]  # fmt: skip
    seal["predicate"]["stated_at"] = at
    raw = forge.jcs(seal)
    entries[-1] = forge.leaf_of("seal", "inventory", raw)
    forge.rewrite_log(scene, entries, **{f"log/statements/seal.{forge.sha256(raw)[:8]}.json": raw})
    if forge.sha256(raw) != old:
        forge.put_log(scene, {}, drop=[f"log/statements/seal.{old[:8]}.json"])


def crime(scene: Scene) -> list[str] | None:
    _seal(scene, "2025-01-10T00:00:00Z", "2025-01-31", "2025-01-20T00:00:00Z")
    return None


def twin(scene: Scene) -> list[str] | None:
    last = forge.last_seal(scene)["predicate"]["stated_at"]
    _seal(scene, last, "2099-01-31", last)
    return None
