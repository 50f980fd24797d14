"""A18: rejection ignored."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit()
    scene.approve("1.1.0", "tomas")
    forge.seal_by_force(scene, "1.1.0")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.must("reject", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit()
    scene.must("withdraw", "credit-memo", "1.1.0", "--key", str(scene.key("noor")), "--yes")
    scene.commit()
    scene.approve("1.1.0", "tomas")
    forge.seal_by_force(scene, "1.1.0")
    return None
