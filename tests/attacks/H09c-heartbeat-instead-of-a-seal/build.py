"""H09c: heartbeat instead of a seal."""

from __future__ import annotations

import json

from tests import forge
from tests.scenario import Scene


def approved(scene: Scene) -> None:
    scene.approve("1.1.0", "tomas")


def crime(scene: Scene) -> list[str] | None:
    approved(scene)
    raw = scene.statement("1.1.0", "signoff.approve", "tomas").read_bytes()
    entries = [*forge.leaves(scene), forge.leaf_of("signoff.approve", record(raw), raw)]
    lines = forge.chained(entries)
    signed = forge.note(scene, lines)
    forge.put_log(scene, {"log/leaves": lines, "log/checkpoint": signed,
                          f"log/checkpoints/{len(entries)}.note": signed})  # fmt: skip
    forge.log_automation(scene, forge.heartbeat(scene, scene.git("rev-parse", "main")), "heartbeat")
    return None


def record(raw: bytes) -> str:
    return str(json.loads(raw)["predicate"]["record"])


def twin(scene: Scene) -> list[str] | None:
    approved(scene)
    scene.seal()
    scene.must("seal", "--heartbeat")
    return None
