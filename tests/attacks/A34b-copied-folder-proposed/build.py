"""A34b: copied folder proposed."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01")
    scene.commit("capture 1.2.0")
    return ["1.2.0", "--key", str(scene.key("mara")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    scene.commit("capture 1.2.0")
    return ["1.2.0", "--key", str(scene.key("mara")), "--yes"]
