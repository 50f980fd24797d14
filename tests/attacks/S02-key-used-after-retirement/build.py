"""S02: key used after retirement."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.must("key", "retire", scene.mark("tomas"), "--key", str(scene.key("tomas")), "--yes")
    scene.commit("retired")
    scene.seal()
    late = forge.approval(scene, "1.1.0", person="tomas", role="compliance", stated_at="2026-01-01T00:00:00Z")
    forge.put_statement(scene, "1.1.0", late, "tomas")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    scene.must("key", "retire", scene.mark("tomas"), "--key", str(scene.key("tomas")), "--yes")
    scene.commit("retired")
    scene.seal()
    return None
