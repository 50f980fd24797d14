"""A45: statement copied to the inventory."""

from __future__ import annotations

import shutil

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    path = scene.statement("1.0.0", "signoff.approve", "ines")
    for file in (path, path.with_name(path.name + ".sig")):
        shutil.copy(file, scene.root / "statements" / file.name)
    scene.commit("a copy")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("no copy")
    return None
