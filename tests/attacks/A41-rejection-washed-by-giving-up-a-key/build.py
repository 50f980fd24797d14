"""A41: rejection washed by giving up a key."""

from __future__ import annotations

from tests import forge
from tests.scenario import MODEL, Scene


def _again(scene: Scene) -> None:
    scene.next_policy(
        (
            f'[{{ssh: "{scene.public("mara")}"}}]',
            f'[{{ssh: "{scene.public("mara")}"}}, {{ssh: "{scene.public("eve")}"}}]',
        ),
        approve=("eve",),
    )
    scene.seal()
    scene.must(
        "key", "compromise", scene.mark("mara"), "--since", "0", "--key", str(scene.key("eve")), "--yes"
    )
    scene.commit("compromised")
    scene.seal()
    scene.propose("1.1.0", "eve")
    scene.approve("1.1.0", "ines", "--role", "model-risk")
    scene.approve("1.1.0", "tomas")
    forge.seal_by_force(scene, "1.1.0")


def crime(scene: Scene) -> list[str] | None:
    scene.must("reject", MODEL, "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit("reject")
    scene.seal()
    _again(scene)
    return None


def twin(scene: Scene) -> list[str] | None:
    _again(scene)
    return None
