"""B13: evidence of the same size."""

from __future__ import annotations

from tests import forge
from tests.scenario import RESULTS, Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"


def propose(scene: Scene, results: str) -> None:
    assert len(results) == len(RESULTS)
    scene.write_version("1.2.0", record=RECORD)
    scene.path("1.2.0", "evidence/results.json").write_text(results)
    scene.commit("capture 1.2.0")
    forge.put_proposal(scene, "1.2.0", "mara", record=RECORD)


def crime(scene: Scene) -> list[str] | None:
    propose(scene, RESULTS.replace("größe", "gruße"))
    return None


def twin(scene: Scene) -> list[str] | None:
    propose(scene, RESULTS)
    return None
