"""A03c: proposed manifest deleted."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.path("1.1.0", "MANIFEST.sha256").unlink()
    card = scene.path("1.1.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"informs", b"replaces"))
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.commit("an honest change")
    return None
