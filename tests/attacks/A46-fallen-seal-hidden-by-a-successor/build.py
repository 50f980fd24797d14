"""A46: fallen seal hidden by a successor."""

from __future__ import annotations

from tests.scenario import Scene


def _superseded(scene: Scene) -> None:
    scene.approve("1.1.0", "tomas")
    scene.seal()
    scene.must(
        "state",
        "supersede",
        "credit-memo",
        "1.0.0",
        "--by",
        "1.1.0",
        "--key",
        str(scene.key("tomas")),
        "--yes",
    )
    scene.commit("superseded")
    scene.seal()


def crime(scene: Scene) -> list[str] | None:
    _superseded(scene)
    scene.must("key", "compromise", scene.mark("ines"), "--key", str(scene.key("ines2")), "--yes")
    scene.commit("compromised")
    scene.seal()
    return None


def twin(scene: Scene) -> list[str] | None:
    _superseded(scene)
    return None
