"""G03b: attributes in a folder."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.path("1.1.0", "evidence/.gitattributes").write_text("*.json ident\n")
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
