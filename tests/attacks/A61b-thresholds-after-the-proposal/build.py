"""A61b: thresholds registered after the proposal."""

from __future__ import annotations

from tests.scenario import Scene


def plan(scene: Scene, version: str) -> list[str]:
    said = ["--threshold", "accuracy >= 0.8", "--role", "model-risk"]
    return [version, *said, "--key", str(scene.key("ines")), "--yes"]


def crime(scene: Scene) -> list[str] | None:
    return plan(scene, "1.1.0")


def twin(scene: Scene) -> list[str] | None:
    return plan(scene, "1.2.0")
