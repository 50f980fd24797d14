"""H05: older checkpoint served."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    receipt = scene.home / "receipt"
    scene.must("verify", "--receipt", str(receipt))
    scene.git("update-ref", "refs/heads/cognify-log", "cognify-log~2")
    return ["--receipt", str(receipt)]


def twin(scene: Scene) -> list[str] | None:
    receipt = scene.home / "receipt"
    scene.must("verify", "--receipt", str(receipt))
    return ["--receipt", str(receipt)]
