"""A36: second signature."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    path = scene.statement("1.0.0", "signoff.approve", "ines")
    path.with_name(f"{path.name}.sigstore.json").write_text("{}\n")
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
