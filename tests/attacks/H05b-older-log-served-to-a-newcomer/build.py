"""H05b: older log served to a newcomer."""

from __future__ import annotations

import time

from tests import attested
from tests.scenario import Scene


def later(scene: Scene, days: int) -> None:
    """The reader looks at it *days* later."""
    scene.environment["SOURCE_DATE_EPOCH"] = str(int(time.time()) + days * 86400)


def crime(scene: Scene) -> list[str] | None:
    second = attested.copied(scene.home)
    first = second.git("rev-list", "--max-parents=0", "main")
    mirror = scene.home / "mirror"
    second.git("clone", "--quiet", str(second.root), str(mirror), cwd=scene.home)
    second.git("update-ref", "refs/heads/main", first, cwd=mirror)
    log = second.git("rev-list", "--reverse", "cognify-log").split()[5]
    second.git("update-ref", "-d", "refs/remotes/origin/main", cwd=mirror)
    second.git("update-ref", "-d", "refs/remotes/origin/cognify-log", cwd=mirror)
    second.git("update-ref", "refs/heads/cognify-log", log, cwd=mirror)
    later(scene, 8)
    return [str(mirror)]


def twin(scene: Scene) -> list[str] | None:
    attested.copied(scene.home)
    later(scene, 6)
    return [str(scene.home / "second/inventory")]
