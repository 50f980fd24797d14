"""H29: sealed at an older commit."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    before = scene.git("rev-parse", "HEAD")
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    scene.approve("1.1.0", "tomas")
    rejection = scene.statement("1.1.0", "signoff.reject").read_bytes()
    approval = scene.statement("1.1.0", "signoff.approve", "tomas").read_bytes()
    known = {forge.sha256(p.read_bytes()) for p in scene.path("1.1.0", "statements").glob("*.json")}
    forge.seal_at(scene, "1.1.0", before, approval, heads=known - {forge.sha256(rejection)})
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    approval = scene.statement("1.1.0", "signoff.approve", "tomas").read_bytes()
    known = {forge.sha256(p.read_bytes()) for p in scene.path("1.1.0", "statements").glob("*.json")}
    forge.seal_at(scene, "1.1.0", scene.git("rev-parse", "HEAD"), approval, heads=known)
    return None
