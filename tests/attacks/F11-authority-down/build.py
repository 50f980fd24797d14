"""F11: authority down."""

from __future__ import annotations

import time

from tests import attested
from tests.scenario import Scene


def later(scene: Scene, days: int) -> None:
    """The reader looks at it *days* later."""
    scene.environment["SOURCE_DATE_EPOCH"] = str(int(time.time()) + days * 86400)


def sealed_without(scene: Scene) -> None:
    second = attested.copied(scene.home)
    second.approve("1.1.0", "tomas")
    assert "warning: timestamp authority zeit" in second.seal().err


def crime(scene: Scene) -> list[str] | None:
    sealed_without(scene)
    later(scene, 8)
    return None


def twin(scene: Scene) -> list[str] | None:
    sealed_without(scene)
    return None
