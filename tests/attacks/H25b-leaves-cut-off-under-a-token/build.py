"""H25b: leaves cut off under a token."""

from __future__ import annotations

from tests import attested, forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    second = attested.copied(scene.home)
    lines = forge.log_file(second).splitlines(keepends=True)
    forge.put_log(second, {"log/leaves": b"".join(lines[:-1])})
    return None


def twin(scene: Scene) -> list[str] | None:
    attested.copied(scene.home)
    return None
