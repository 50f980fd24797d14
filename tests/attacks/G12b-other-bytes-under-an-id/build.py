"""G12b: other bytes under an id."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def card(scene: Scene) -> str:
    return scene.path("1.0.0", "card.yaml").relative_to(scene.root).as_posix()


def crime(scene: Scene) -> list[str] | None:
    raw = scene.path("1.0.0", "card.yaml").read_bytes().replace(b"Short memos", b"Small memos")
    forge.shadow(scene, card(scene), raw)
    assert "Small memos" in scene.git("show", f"HEAD:{card(scene)}")
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.shadow(scene, card(scene), scene.path("1.0.0", "card.yaml").read_bytes())
    return None
