"""H29b: rejection sequenced late."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    scene.approve("1.1.0", "tomas")
    rejection = scene.statement("1.1.0", "signoff.reject").read_bytes()
    approval = scene.statement("1.1.0", "signoff.approve", "tomas").read_bytes()
    known = {forge.sha256(p.read_bytes()) for p in scene.path("1.1.0", "statements").glob("*.json")}
    first = scene.git("rev-parse", "HEAD")
    forge.seal_at(scene, "1.1.0", first, approval, heads=known - {forge.sha256(rejection)})
    forge.seal_at(scene, "", scene.commit("later"), rejection, heads=())
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    scene.seal()
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    scene.seal()
    return None
