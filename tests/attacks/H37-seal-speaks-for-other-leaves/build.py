"""H37: seal speaks for other leaves."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    scene.seal()
    entries, seal = forge.leaves(scene), forge.last_seal(scene)
    old = forge.sha256(forge.jcs(seal))
    seal["predicate"]["from"] = seal["predicate"]["through"]
    raw = forge.jcs(seal)
    entries[-1] = forge.leaf_of("seal", "inventory", raw)
    forge.rewrite_log(scene, entries, **{f"log/statements/seal.{forge.sha256(raw)[:8]}.json": raw})
    forge.put_log(scene, {}, drop=[f"log/statements/seal.{old[:8]}.json"])
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return None
