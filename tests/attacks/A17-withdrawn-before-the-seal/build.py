"""A17: withdrawn before the seal."""

from __future__ import annotations

from tests import forge
from tests.scenario import MODEL, Done, Scene


def withdraw(scene: Scene, version: str) -> None:
    scene.must("withdraw", MODEL, version, "--key", str(scene.key("tomas")), "--yes")
    scene.commit(f"withdraw {version}")


def crime(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    withdraw(scene, "1.1.0")
    forge.seal_by_force(scene, "1.1.0")
    return None


def twin(scene: Scene) -> list[str] | None:
    withdraw(scene, "1.0.0")
    scene.seal()
    return None


def after_twin(scene: Scene, done: Done) -> None:
    """The version is sealed as before, and the approval is shown as one that does not stand."""
    record = done.json()["records"][0]
    assert record["state"] == "sealed"
    withdrawn = [a["person"] for a in record["approvals"] if a.get("stands") is False]
    assert withdrawn == ["tomas"]
    assert "signoff.withdraw" in scene.must("log", MODEL, "1.0.0").out
