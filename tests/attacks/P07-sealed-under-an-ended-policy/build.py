"""P07: sealed under an ended policy."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.next_policy(("profile: bank", "profile: bank\nexpires: 2026-01-31"))
    scene.seal()
    scene.must(
        "approve", "credit-memo", "1.1.0", "--role", "model-risk", "--key", str(scene.key("ines")), "--yes"
    )
    scene.approve("1.1.0", "tomas")
    forge.seal_by_force(scene, "1.1.0")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.next_policy(("profile: bank", "profile: bank\nexpires: 2026-01-31"))
    scene.seal()
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return None
