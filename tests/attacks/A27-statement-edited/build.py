"""A27: statement edited."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    path = scene.statement("1.0.0", "signoff.approve", "tomas")
    path.write_bytes(path.read_bytes().replace(b"compliance", b"complianc3"))
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
