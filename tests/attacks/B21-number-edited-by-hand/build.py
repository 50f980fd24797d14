"""B21: number edited by hand."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    scene.commit("capture 1.2.0")
    card = scene.path("1.2.0", "card.yaml")
    card.write_text(card.read_text().replace("value: 0.8425", "value: 0.85"))
    return ["1.2.0", "--key", str(scene.key("mara")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    scene.commit("capture 1.2.0")
    return ["1.2.0", "--key", str(scene.key("mara")), "--yes"]
