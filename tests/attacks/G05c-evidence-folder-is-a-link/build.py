"""G05c: evidence folder is a link."""

from __future__ import annotations

import shutil

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    outside, evidence = scene.home / "außen", scene.path("1.1.0", "evidence")
    shutil.move(evidence, outside)
    evidence.symlink_to(outside)
    return None


def twin(scene: Scene) -> list[str] | None:
    return None
