"""A03: edited after approval."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    card = scene.path("1.1.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"Credit analysts.", b"Customers."))
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
