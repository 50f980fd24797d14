"""P01d: record judged by the old policy."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene

LOOSER = ("not: [author, trainer, evidence-author]\n    max_age_days: 30", "max_age_days: 3000")


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(("{role: compliance, min: 1}]\n    not", "{role: model-risk, min: 1}]\n    not"))
    forge.seal_by_force(scene, "1.1.0")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(("{role: compliance, min: 1}]\n    not", "{role: model-risk, min: 1}]\n    not"))
    scene.seal()
    scene.approve("1.1.0", "ines", "--role", "model-risk")
    scene.seal()
    return None
