"""H06: freshness demanded and not there."""

from __future__ import annotations

from tests.scenario import Scene


def demanded(scene: Scene, more: str) -> None:
    policy = scene.root / "policy/0001.yaml"
    policy.write_text(policy.read_text() + more)
    scene.commit()


def crime(scene: Scene) -> list[str] | None:
    demanded(scene, "freshness: {max_age_days: 7}\n")
    return None


def twin(scene: Scene) -> list[str] | None:
    demanded(scene, "")
    return None
