"""G05d: statements folder is a link."""

from __future__ import annotations

import shutil

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    outside, statements = scene.home / "außen", scene.path("1.1.0", "statements")
    shutil.copytree(statements, outside)
    shutil.rmtree(statements)
    statements.symlink_to(outside)
    return ["--key", str(scene.key("tomas")), "--yes"]


def twin(scene: Scene) -> list[str] | None:
    return ["--key", str(scene.key("tomas")), "--yes"]
