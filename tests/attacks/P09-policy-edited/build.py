"""P09: policy edited."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    policy = scene.root / "policy/0001.yaml"
    policy.write_text(policy.read_text().replace("max_age_days: 30", "max_age_days: 3000"))
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
