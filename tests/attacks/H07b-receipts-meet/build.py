"""H07b: receipts meet."""

from __future__ import annotations

from tests.scenario import Scene


def receipts(scene: Scene, *, forked: bool) -> list[str]:
    other = scene.copy(scene.home.parent / "other")
    scene.approve("1.1.0", "tomas")
    scene.seal()
    if forked:
        other.approve("1.1.0", "noor")
        other.seal()
    else:
        other = scene.copy(scene.home.parent / "another")
    mine, theirs = (str(scene.home / name) for name in ("größe.receipt", "theirs.receipt"))
    scene.must("verify", "--receipt", mine)
    other.must("verify", "--receipt", theirs)
    return [theirs, "--receipt", mine]


def crime(scene: Scene) -> list[str] | None:
    return receipts(scene, forked=True)


def twin(scene: Scene) -> list[str] | None:
    return receipts(scene, forked=False)
