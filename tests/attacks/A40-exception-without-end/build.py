"""A40: exception without end."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    return ["--expires", "2099-01-01", "--key", str(scene.key("ines")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    return ["--expires", "2026-12-31", "--key", str(scene.key("ines")), "--yes"]
