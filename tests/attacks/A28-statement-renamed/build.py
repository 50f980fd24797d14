"""A28: statement renamed."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    path = scene.statement("1.0.0", "signoff.approve", "tomas")
    for name in (path, path.with_name(path.name + ".sig")):
        name.rename(name.with_name(name.name.replace("tomas", "noor")))
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
