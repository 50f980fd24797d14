"""O12g: secret in wide characters."""

from __future__ import annotations

from tests import seeds
from tests.scenario import Done, Scene


def run(scene: Scene, line: str) -> None:
    folder = scene.root / "docs"
    folder.mkdir(exist_ok=True)
    (folder / "packages.txt").write_bytes(f"torch==2.9.1\n# größe {line}\n".encode("utf-16-le"))
    (folder / "more.txt").write_bytes(f"torch==2.9.1\n# größe {line}\n".encode("utf-32-be"))


def crime(scene: Scene) -> list[str] | None:
    run(scene, seeds.CREDENTIALS["github-token"])
    return None


def twin(scene: Scene) -> list[str] | None:
    run(scene, "hub_token: <HUB_TOKEN>")
    return None


def after_crime(scene: Scene, done: Done) -> None:
    """Both files are named."""
    assert "docs/packages.txt:2:" in done.out
    assert "docs/more.txt:2:" in done.out
