"""H06b: frozen."""

from __future__ import annotations

import time

from tests import attested
from tests.scenario import Scene


def later(scene: Scene, days: int) -> None:
    """The reader looks at it *days* later."""
    scene.environment["SOURCE_DATE_EPOCH"] = str(int(time.time()) + days * 86400)


def crime(scene: Scene) -> list[str] | None:
    attested.copied(scene.home)
    later(scene, 8)
    return None


def twin(scene: Scene) -> list[str] | None:
    attested.copied(scene.home)
    later(scene, 6)
    return None
