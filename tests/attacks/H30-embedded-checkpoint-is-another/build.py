"""H30: embedded checkpoint is another."""

from __future__ import annotations

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    anchored(scene, root="A" * 43 + "=")
    return None


def twin(scene: Scene) -> list[str] | None:
    anchored(scene)
    return None


def anchored(scene: Scene, **after: object) -> None:
    data = forge.approval(scene, "1.1.0", person="noor")
    data["predicate"]["after"].update(after)
    forge.put_statement(scene, "1.1.0", data, "noor")
