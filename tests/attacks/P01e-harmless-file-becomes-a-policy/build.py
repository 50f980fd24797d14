"""P01e: harmless file becomes a policy."""

from __future__ import annotations

from tests.scenario import Scene

LOOSER = ("not: [author, trainer, evidence-author]\n    max_age_days: 30", "max_age_days: 3000")


def crime(scene: Scene) -> list[str] | None:
    file = scene.root / "policy/0002.yaml"
    file.write_text("draft\n")
    scene.commit("harmless")
    file.unlink()
    scene.next_policy(LOOSER, commit=False)
    scene.approve("1.1.0", "tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(LOOSER)
    scene.approve("1.1.0", "tomas")
    return None
