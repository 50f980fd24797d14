"""G16: loose file beside records."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.path("1.0.0", "statements/README.html").write_text("<script>")
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
