"""H14c: sealed version deleted."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.git("rm", "-r", "--quiet", "models/credit-memo/1.0.0")
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    scene.commit("capture 1.2.0")
    return None
