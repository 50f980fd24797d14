"""H02: log rebuilt and signed again."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    receipt = scene.home / "receipt"
    scene.must("verify", "--receipt", str(receipt))
    gone = forge.sha256(scene.statement("1.0.0", "signoff.approve", "tomas").read_bytes())
    entries = [leaf for leaf in forge.leaves(scene) if leaf["sha256"] != gone]
    entries.append(forge.leaf_of("heartbeat", "inventory", b"{}"))
    forge.rewrite_log(scene, entries)
    return ["--receipt", str(receipt)]


def twin(scene: Scene) -> list[str] | None:
    receipt = scene.home / "receipt"
    scene.must("verify", "--receipt", str(receipt))
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return ["--receipt", str(receipt)]
