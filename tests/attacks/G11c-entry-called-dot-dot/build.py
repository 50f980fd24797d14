"""G11c: entry called dot dot."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    forge.commit_tree(scene, b"..")
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.commit_tree(scene, "zz-größe.txt".encode())
    return None
