"""P12b: threshold true."""

from __future__ import annotations

from tests.scenario import Scene, policy_with


def crime(scene: Scene) -> list[str] | None:
    return policy_with(scene, "role: compliance, min: 1", "role: compliance, min: true")


def twin(scene: Scene) -> list[str] | None:
    return policy_with(scene, "max_age_days: 30", "max_age_days: 60")
