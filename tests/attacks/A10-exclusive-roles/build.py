"""A10: exclusive roles."""

from __future__ import annotations

from tests.scenario import Scene, policy_with


def crime(scene: Scene) -> list[str] | None:
    return policy_with(scene, "roles: [compliance]", "roles: [compliance, model-risk]")


def twin(scene: Scene) -> list[str] | None:
    return policy_with(scene, "roles: [compliance]", "roles: [compliance, reader]")
