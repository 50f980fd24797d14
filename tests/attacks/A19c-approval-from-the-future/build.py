"""A19c: approval from the future."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    forged(scene, "2099-01-01T00:00:00Z")
    return None


def twin(scene: Scene) -> list[str] | None:
    forged(scene, "2026-11-23T09:00:00Z")
    return None


def forged(scene: Scene, stated_at: str) -> None:
    scene.must(
        "withdraw", "credit-memo", "1.1.0", "--key", str(scene.key("ines")), "--role", "model-risk", "--yes"
    )
    scene.commit("withdraw")
    data = forge.approval(scene, "1.1.0", person="noor", stated_at=stated_at)
    forge.put_statement(scene, "1.1.0", data, "noor")
    scene.approve("1.1.0", "tomas")
    forge.seal_by_force(scene, "1.1.0")
