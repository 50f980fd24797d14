"""A49: rejection washed by a thief's declaration."""

from __future__ import annotations

from tests.scenario import MODEL, Done, Scene


def declared(scene: Scene, thief: str) -> list[str] | None:
    """Inés rejects 1.1.0; with *thief*, her other key or her own, her first one is declared compromised."""
    place = len(scene.git("show", "cognify-log:log/leaves").splitlines())
    scene.must("reject", MODEL, "1.1.0", "--role", "model-risk", "--key", str(scene.key("ines")), "--yes")
    scene.commit("reject")
    scene.seal()
    scene.must("key", "compromise", scene.mark("ines"), "--since", str(place), "--key", str(scene.key(thief)),
               "--yes")  # fmt: skip
    scene.commit("declare")
    scene.approve("1.1.0", "noor", "--role", "model-risk")
    scene.approve("1.1.0", "tomas")
    scene.seal()
    return None


def crime(scene: Scene) -> list[str] | None:
    declared(scene, "ines2")
    scene.must("key", "compromise", scene.mark("ines2"), "--key", str(scene.key("ines2")), "--yes")
    scene.commit("declare")
    scene.seal()
    return None


def twin(scene: Scene) -> list[str] | None:
    return declared(scene, "ines")


def _state(scene: Scene) -> tuple[str, bool]:
    record = next(r for r in scene.verify().json()["records"] if r["version"] == "1.1.0")
    return record["state"], "ines rejected it" in scene.must("status").out


def after_crime(scene: Scene, done: Done) -> None:
    """The rejection is open again, and the version that was sealed over it needs its approvals anew."""
    assert _state(scene) == ("needs-reapproval", True)


def after_twin(scene: Scene, done: Done) -> None:
    """Who gives up the key that a thief rejected with gives up that rejection."""
    assert _state(scene) == ("sealed", False)
