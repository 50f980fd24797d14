"""G11: name twice in a tree."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    forge.commit_tree(scene, b"cognify.yaml")
    return None


def twin(scene: Scene) -> list[str] | None:
    forge.commit_tree(scene, b"zz-größe.txt".replace(b"zz-", b""))
    return None
