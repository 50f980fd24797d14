"""P05: policy skipped."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    first = (scene.root / "policy/0001.yaml").read_text()
    (scene.root / "policy/0003.yaml").write_text(first.replace("version: 1", "version: 3"))
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
