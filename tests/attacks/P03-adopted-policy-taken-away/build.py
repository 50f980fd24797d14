"""P03: adopted policy taken away."""

from __future__ import annotations

from tests.scenario import Scene

LOOSER = ("not: [author, trainer, evidence-author]\n    max_age_days: 30", "max_age_days: 3000")


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"))
    scene.seal()
    (scene.root / "policy/0002.yaml").unlink()
    (scene.root / "trust/allowed_signers.0002").unlink()
    scene.commit("clean up")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 20"))
    scene.seal()
    scene.commit("nothing")
    return None
