"""H34: rejection logged as a seal."""

from __future__ import annotations

from tests import forge
from tests.scenario import MODEL, Scene


def crime(scene: Scene) -> list[str] | None:
    scene.must("reject", MODEL, "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    raw = scene.statement("1.1.0", "signoff.reject", "noor").read_bytes()
    forge.rewrite_log(scene, [*forge.leaves(scene), forge.leaf_of("seal", "inventory", raw)])
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.must("reject", MODEL, "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    scene.seal()
    return None
