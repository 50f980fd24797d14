"""A30: role that nobody asked."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    return ["1.1.0", "--key", str(scene.key("ines")), "--role", "policy-owner", "--yes"]


def twin(scene: Scene) -> list[str] | None:
    return ["1.1.0", "--key", str(scene.key("tomas")), "--yes"]
