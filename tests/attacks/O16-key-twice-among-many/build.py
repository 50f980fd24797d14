"""O16: key twice among many."""

from __future__ import annotations

from tests.scenario import Scene

KEYS = 200_000


def run(scene: Scene, text: str) -> list[str]:
    folder = scene.home / "run"
    folder.mkdir()
    (folder / "all_results.json").write_text(text)
    return [str(folder)]


def crime(scene: Scene) -> list[str] | None:
    members = ", ".join(f'"größe {number}": 1' for number in range(KEYS))
    return run(scene, f'{{{members}, "größe {KEYS - 1}": 2}}')


def twin(scene: Scene) -> list[str] | None:
    return run(scene, '{"größe 1": 1, "eval_loss": 0.5}')
