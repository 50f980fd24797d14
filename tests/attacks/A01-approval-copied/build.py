"""A01: approval copied."""

from __future__ import annotations

import shutil

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    for name in scene.path("1.0.0", "statements").glob("signoff.approve.tomas.*"):
        shutil.copy(name, scene.path("1.1.0", "statements"))
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
