"""H27: seal hides a rejection."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    scene.approve("1.1.0", "tomas")
    rejection = forge.sha256(scene.statement("1.1.0", "signoff.reject").read_bytes())
    known = [forge.sha256(p.read_bytes()) for p in scene.path("1.1.0", "statements").glob("*.json")]
    forge.seal_by_force(scene, "1.1.0", heads=[digest for digest in known if digest != rejection])
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return None
