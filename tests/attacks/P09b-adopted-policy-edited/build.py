"""P09b: adopted policy edited."""

from __future__ import annotations

from tests.scenario import Scene

LOOSER = ("not: [author, trainer, evidence-author]\n    max_age_days: 30", "max_age_days: 3000")


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"))
    scene.seal()
    policy = scene.root / "policy/0002.yaml"
    policy.write_text(policy.read_text().replace("max_age_days: 20", "max_age_days: 2000"))
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"))
    scene.seal()
    return None
