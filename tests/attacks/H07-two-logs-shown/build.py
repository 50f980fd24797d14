"""H07: two logs shown."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    receipt = scene.home / "receipt"
    other = scene.copy(scene.home.parent / "other")
    other.approve("1.1.0", "noor")
    other.seal()
    other.must("verify", "--receipt", str(receipt))
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return ["--receipt", str(receipt)]


def twin(scene: Scene) -> list[str] | None:
    receipt = scene.home / "receipt"
    scene.must("verify", "--receipt", str(receipt))
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return ["--receipt", str(receipt)]
