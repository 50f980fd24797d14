"""H28b: approval logged as a seal."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="noor")
    raw = forge.jcs(data)
    entries = [*forge.leaves(scene), forge.leaf_of("seal", "inventory", raw)]
    forge.rewrite_log(scene, entries, **{f"log/statements/seal.{forge.sha256(raw)[:8]}.json": raw})
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.rewrite_log(scene, forge.leaves(scene))
    return None
