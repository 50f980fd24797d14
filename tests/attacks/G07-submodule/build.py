"""G07: submodule."""

from __future__ import annotations

from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.git("update-index", "--add", "--cacheinfo", "160000," + "1" * 40 + ",models/credit-memo/1.3.0")
    scene.git("commit", "--quiet", "-m", "submodule")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    scene.commit("capture 1.2.0")
    return None
