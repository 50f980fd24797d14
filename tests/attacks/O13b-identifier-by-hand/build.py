"""O13b: identifier brought by hand."""

from __future__ import annotations

from tests.scenario import RESULTS, Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"


def draft(scene: Scene, note: str) -> list[str]:
    scene.write_version("1.2.0", record=RECORD)
    results = RESULTS.replace("größe", note)
    scene.path("1.2.0", "evidence/results.json").write_text(results)
    scene.write_lock("1.2.0", results)
    return ["models/credit-memo/1.2.0", "--draft"]


def crime(scene: Scene) -> list[str] | None:
    return draft(scene, "ssn 219-09-9999")


def twin(scene: Scene) -> list[str] | None:
    return draft(scene, "größe 219.09")
