"""H06d: frozen and stamped anew."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from tests import attested, forge
from tests.scenario import Scene


def later(scene: Scene, days: int) -> None:
    """The reader looks at it *days* later."""
    scene.environment["SOURCE_DATE_EPOCH"] = str(int(time.time()) + days * 86400)


def stamped_anew(scene: Scene) -> Scene:
    second = attested.copied(scene.home)
    text = forge.log_file(second, "log/checkpoint").partition(b"\n\n")[0] + b"\n"
    token = attested.built().zeit.stamp(text, datetime.now(UTC) + timedelta(days=8))
    forge.put_log(second, {"log/checkpoints/10.zeit.tsr": token})
    later(scene, 8)
    return second


def crime(scene: Scene) -> list[str] | None:
    stamped_anew(scene)
    return None


def twin(scene: Scene) -> list[str] | None:
    stamped_anew(scene).must("seal", "--heartbeat")
    return None
