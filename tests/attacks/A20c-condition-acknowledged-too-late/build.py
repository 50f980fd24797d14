"""A20c: condition acknowledged too late."""

from __future__ import annotations

from tests import forge
from tests.scenario import MODEL, Done, Scene


def acknowledge(scene: Scene, person: str = "mara") -> None:
    scene.must("state", "acknowledge", MODEL, "1.1.0", "--key", str(scene.key(person)), "--yes")
    scene.commit("acknowledge")


def crime(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas", "--condition", "An analyst decides größere cases.")
    forge.seal_by_force(scene, "1.1.0")
    acknowledge(scene)
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas", "--condition", "An analyst decides größere cases.")
    acknowledge(scene)
    scene.seal()
    return None


def after_twin(scene: Scene, done: Done) -> None:
    """It is sealed, and who took the condition on is shown."""
    record = done.json()["records"][1]
    assert record["state"] == "sealed"
    taken = [a["acknowledged_by"] for a in record["approvals"] if "conditions" in a]
    assert taken == ["Mara Voß"]
