"""A03d: proposed manifest deleted before sealing."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    scene.path("1.1.0", "MANIFEST.sha256").unlink()
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
