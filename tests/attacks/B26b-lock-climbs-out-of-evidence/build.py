"""B26b: lock climbs out of its version."""

from __future__ import annotations

from tests.scenario import RESULTS, Scene


def cite(scene: Scene, path: str) -> list[str]:
    (scene.home / "geheim.json").write_text(RESULTS)
    scene.path("1.1.0", "MANIFEST.sha256").unlink()
    lock = scene.path("1.1.0", "evidence.lock.json")
    lock.write_text(lock.read_text().replace('"evidence/results.json"', f'"{path}"'))
    return ["/evaluation/runs/0/value"]


def crime(scene: Scene) -> list[str] | None:
    return cite(scene, "evidence/../../../../../geheim.json")


def twin(scene: Scene) -> list[str] | None:
    return cite(scene, "evidence/results.json")
