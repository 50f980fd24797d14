"""O12: secret in a captured file."""

from __future__ import annotations

from tests import seeds
from tests.scenario import Scene


def run(scene: Scene, line: str) -> list[str]:
    folder = scene.home / "run"
    folder.mkdir()
    (folder / "environment.txt").write_text(f"torch==2.9.1\n# {line}\n")
    return [str(folder)]


def crime(scene: Scene) -> list[str] | None:
    return run(scene, seeds.CREDENTIALS["github-token"])


def twin(scene: Scene) -> list[str] | None:
    return run(scene, "hub_token: <HUB_TOKEN>")
