"""P19: policy made unreadable."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    (scene.root / "policy/0001.yaml").write_text("version: 1\npeople: niemand\n")
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
