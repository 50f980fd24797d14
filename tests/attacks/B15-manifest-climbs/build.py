"""B15: manifest climbs."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    manifest = scene.path("1.1.0", "MANIFEST.sha256")
    manifest.write_bytes(manifest.read_bytes() + b"0" * 64 + b"  ../../../policy/0001.yaml\n")
    return ["models/credit-memo/1.1.0"]


def twin(scene: Scene) -> list[str] | None:
    return ["models/credit-memo/1.1.0"]
