"""P13: one key two people."""

from __future__ import annotations

from tests.scenario import Scene, policy_with


def crime(scene: Scene) -> list[str] | None:
    return policy_with(scene, scene.public("noor"), scene.public("ines"))


def twin(scene: Scene) -> list[str] | None:
    return policy_with(scene, scene.public("noor"), scene.public("eve"))
