"""A38b: superseded in a circle."""

from __future__ import annotations

from tests.scenario import Scene


def _sealed(scene: Scene) -> list[str]:
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return ["--key", str(scene.key("tomas")), "--yes"]


def crime(scene: Scene) -> list[str] | None:
    key = _sealed(scene)
    scene.must("state", "supersede", "credit-memo", "1.1.0", "--by", "1.0.0", *key)
    return key


def twin(scene: Scene) -> list[str] | None:
    return _sealed(scene)
