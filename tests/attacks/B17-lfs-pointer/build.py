"""B17: lfs pointer."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 1\n"
    scene.path("1.1.0", "evidence/results.json").write_bytes(pointer)
    scene.commit()
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
