"""H30b: embedded checkpoint of the future."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    data = forge.approval(scene, "1.1.0", person="noor")
    data["predicate"]["after"]["size"] = 10**6
    forge.put_statement(scene, "1.1.0", data, "noor")
    raw = scene.statement("1.1.0", "signoff.approve", "noor").read_bytes()
    forge.seal_at(scene, "", scene.git("rev-parse", "HEAD"), raw, heads=())
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.put_statement(scene, "1.1.0", forge.approval(scene, "1.1.0", person="noor"), "noor")
    raw = scene.statement("1.1.0", "signoff.approve", "noor").read_bytes()
    forge.seal_at(scene, "", scene.git("rev-parse", "HEAD"), raw, heads=())
    return None
