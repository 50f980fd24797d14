"""O12c: secret behind many that are none."""

from __future__ import annotations

from tests import seeds
from tests.scenario import Scene


def run(scene: Scene, last: str) -> list[str]:
    folder = scene.home / "run"
    folder.mkdir()
    noise = f"Authorization: Bearer {'a' * 28}\n" * 10_001
    (folder / "environment.txt").write_text(f"torch==2.9.1\n{noise}{last}\n")
    return [str(folder)]


def crime(scene: Scene) -> list[str] | None:
    return run(scene, f"Authorization: Bearer {seeds.CREDENTIALS['github-token'][4:34]}")


def twin(scene: Scene) -> list[str] | None:
    return run(scene, "Authorization: Bearer <TOKEN>")
