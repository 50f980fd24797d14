"""S27: token is junk."""

from __future__ import annotations

from tests import attested, forge
from tests.scenario import Scene

TOKEN = "log/checkpoints/10.zeit.tsr"


def put(scene: Scene, token: bytes, path: str = TOKEN) -> None:
    second = attested.copied(scene.home)
    forge.put_log(second, {path: token})


def text(scene: Scene) -> bytes:
    return forge.log_file(attested.built().scene, "log/checkpoint").partition(b"\n\n")[0] + b"\n"


def crime(scene: Scene) -> list[str] | None:
    put(scene, attested.built().zeit.stamp(text(scene))[:700])
    return None


def twin(scene: Scene) -> list[str] | None:
    put(scene, attested.built().zeit.stamp(text(scene)))
    return None
