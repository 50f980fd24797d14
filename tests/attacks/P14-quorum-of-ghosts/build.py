"""P14: quorum of ghosts."""

from __future__ import annotations

from tests.scenario import Scene, policy_with


def crime(scene: Scene) -> list[str] | None:
    return policy_with(scene, "role: compliance, min: 1", "role: compliance, min: 2")


def twin(scene: Scene) -> list[str] | None:
    return policy_with(scene, "role: model-risk, min: 1", "role: model-risk, min: 2")
