"""A61: thresholds loosened."""

from __future__ import annotations

from tests import forge
from tests.scenario import MODEL, Scene

VERSION = "1.2.0"
RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"
RUNS = "evaluation:\n"


def planned(scene: Scene) -> None:
    """Accuracy of at least 0.9 is registered, and on the card."""
    scene.write_version(VERSION, record=RECORD)
    card = scene.path(VERSION, "card.yaml")
    limit = "  thresholds:\n    - {metric: accuracy, comparator: at_least, value: 0.90, dataset: holdout}\n"
    card.write_text(card.read_text().replace(RUNS, RUNS + limit))
    said = [
        "--threshold",
        "accuracy >= 0.9 on holdout",
        "--role",
        "model-risk",
        "--key",
        str(scene.key("ines")),
    ]
    scene.must("state", "plan", MODEL, VERSION, *said, "--yes")
    scene.commit("capture")
    scene.seal()


def crime(scene: Scene) -> list[str] | None:
    planned(scene)
    scene.propose(VERSION)
    path = scene.statement(VERSION, "record.propose", "mara")
    path.unlink()
    path.with_name(path.name + ".sig").unlink()
    card = scene.path(VERSION, "card.yaml")
    card.write_text(card.read_text().replace("value: 0.90", "value: 0.80"))
    forge.put_proposal(scene, VERSION, "mara", record=RECORD)
    return None


def twin(scene: Scene) -> list[str] | None:
    planned(scene)
    scene.propose(VERSION)
    scene.approve(VERSION, "ines", "--role", "model-risk")
    scene.approve(VERSION, "tomas")
    scene.seal()
    return None
