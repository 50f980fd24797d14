"""G05d: statements folder is a link."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    (scene.home / "außen").mkdir()
    scene.path("1.2.0", "statements").symlink_to(scene.home / "außen")
    return ["--key", str(scene.key("mara")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    scene.path("1.2.0", "statements").mkdir()
    return ["--key", str(scene.key("mara")), "--yes"]
