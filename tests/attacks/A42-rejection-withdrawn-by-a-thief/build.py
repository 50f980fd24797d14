"""A42: rejection withdrawn by a thief."""

from __future__ import annotations

from tests import forge
from tests.scenario import MODEL, Scene


def _stolen(scene: Scene, since: str) -> None:
    for act in ("reject", "withdraw"):
        scene.must(act, MODEL, "1.1.0", "--key", str(scene.key("noor")), "--yes")
        scene.commit(act)
        scene.seal()
    scene.must(
        "key", "compromise", scene.mark("noor"), "--since", since, "--key", str(scene.key("ines")), "--yes"
    )
    scene.commit("compromised")
    scene.seal()
    scene.approve("1.1.0", "tomas")
    forge.seal_by_force(scene, "1.1.0")


def crime(scene: Scene) -> list[str] | None:
    _stolen(scene, "10")
    return None


def twin(scene: Scene) -> list[str] | None:
    _stolen(scene, "13")
    return None
