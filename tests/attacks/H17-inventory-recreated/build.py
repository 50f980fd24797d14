"""H17: inventory recreated."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    genesis = next((scene.root / "statements").glob("genesis.*.json"))
    return ["--genesis", forge.sha256(genesis.read_bytes() + b" ")]


def twin(scene: Scene) -> list[str] | None:
    moved = scene.root.rename(scene.home / "renamed-and-transferred")
    genesis = next((moved / "statements").glob("genesis.*.json"))
    scene.root = moved
    return ["--genesis", forge.sha256(genesis.read_bytes())]
