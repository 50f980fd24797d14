"""O16c: settings too deep."""

from __future__ import annotations

from tests.scenario import Done, Scene


def run(scene: Scene, text: str) -> list[str]:
    folder = scene.home / "run/wandb/offline-run-20261123_100000-abcd1234/files"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(text)
    return [str(scene.home / "run")]


def crime(scene: Scene) -> list[str] | None:
    return run(scene, f"größe: {'[' * 50_000}{']' * 50_000}\n")


def twin(scene: Scene) -> list[str] | None:
    return run(scene, "größe:\n  value: [1, [2, R&D]]\n")


def after_crime(scene: Scene, done: Done) -> None:
    """It is listed, and a note says why nothing is read from it."""
    assert "not YAML as the client writes it" in done.err


def after_twin(scene: Scene, done: Done) -> None:
    """What the client writes is read."""
    assert "not YAML" not in done.err
