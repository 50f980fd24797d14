"""G14b: tag that shows a folder for the manifest."""

from __future__ import annotations

from tests.scenario import MODEL, Scene


def crime(scene: Scene) -> list[str] | None:
    scene.git("switch", "--quiet", "--create", "side")
    manifest = scene.path("1.0.0", "MANIFEST.sha256")
    raw = manifest.read_bytes()
    manifest.unlink()
    manifest.mkdir()
    (manifest / "größer").write_bytes(raw)
    commit = scene.commit("side")
    scene.git("switch", "--quiet", "main")
    scene.git("tag", f"{MODEL}/1.0.0", commit)
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.git("tag", f"{MODEL}/1.0.0")
    return None
