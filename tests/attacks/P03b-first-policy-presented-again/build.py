"""P03b: first policy presented again."""

from __future__ import annotations

from tests.scenario import Scene

LOOSER = ("not: [author, trainer, evidence-author]\n    max_age_days: 30", "max_age_days: 3000")


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"))
    scene.seal()
    (scene.root / "policy/0002.yaml").write_bytes((scene.root / "policy/0001.yaml").read_bytes())
    scene.commit("as before")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"))
    scene.seal()
    return None
