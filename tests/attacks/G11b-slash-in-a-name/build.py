"""G11b: slash in a name."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    forge.commit_tree(scene, b"models/credit-memo/1.0.0/card.yaml")
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.commit_tree(scene, "zz-größe.txt".encode())
    return None
