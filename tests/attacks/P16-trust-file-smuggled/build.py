"""P16: trust file smuggled."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    (scene.root / "trust/tsa.pem").write_text("a certificate")
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
