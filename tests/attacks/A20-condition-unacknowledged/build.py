"""A20: condition unacknowledged."""

from __future__ import annotations

from tests import forge
from tests.scenario import MODEL, Done, Scene


def acknowledge(scene: Scene, person: str = "mara") -> None:
    scene.must("state", "acknowledge", MODEL, "1.1.0", "--key", str(scene.key(person)), "--yes")
    scene.commit("acknowledge")


def crime(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas", "--condition", "An analyst decides größere cases.")
    waiting = scene.seal().out
    assert "Mara Voß has not acknowledged" in waiting, waiting
    assert "Mara Voß has not acknowledged" in scene.cognify("status").out
    forge.seal_by_force(scene, "1.1.0")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas", "--condition", "An analyst decides größere cases.")
    acknowledge(scene)
    assert f"sealed     {MODEL} 1.1.0" in scene.seal().out
    return None


def after_twin(scene: Scene, done: Done) -> None:
    """It is sealed, and who took the condition on is shown."""
    record = done.json()["records"][1]
    assert record["state"] == "sealed"
    taken = [a["acknowledged_by"] for a in record["approvals"] if "conditions" in a]
    assert taken == ["Mara Voß"]
