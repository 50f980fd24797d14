"""H31c: log set back."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    """The tree of the log as it was after its second seal, as a new commit on top."""
    commit = scene.git("commit-tree", f"{forge.LOG}~2^{{tree}}", "-p", forge.LOG, "-m", "log")
    scene.git("update-ref", f"refs/heads/{forge.LOG}", commit)
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return None
