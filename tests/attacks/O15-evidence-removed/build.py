"""O15: evidence removed."""

from __future__ import annotations

import json

from tests import forge
from tests.scenario import Done, Scene

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"
OUTSIDE = "b" * 64


def crime(scene: Scene) -> list[str] | None:
    scene.path("1.0.0", "evidence/results.json").unlink()
    scene.commit("court order")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record=RECORD)
    lock = scene.path("1.2.0", "evidence.lock.json")
    data = json.loads(lock.read_text())
    data["artifacts"]["a02"] = {
        "bytes": 512, "extractor": "data-files", "extractor_version": 1, "media": "text/csv",
        "origin": "größe.csv", "sha256": OUTSIDE, "uri": "https://artifacts.invalid/größe.csv",
    }  # fmt: skip
    lock.write_text(json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    scene.commit("capture 1.2.0")
    scene.propose("1.2.0")
    scene.approve("1.2.0", "ines", "--role", "model-risk")
    scene.approve("1.2.0", "tomas")
    scene.seal()
    scene.must(
        "state", "redact", "größe.csv", OUTSIDE, "--authority", "court order 7", "--reason", "names of people",
        "--key", str(scene.key("ines")), "--yes",
    )  # fmt: skip
    scene.commit("redact")
    scene.seal()
    return None


def after_twin(scene: Scene, done: Done) -> None:
    """The removal is named in the verdict, and the version is sealed as before."""
    told = " ".join(done.json()["not_proven"])
    assert "what 1 redacted artifacts held" in told
    assert done.json()["records"][-1]["state"] == "sealed"
    assert (
        forge.sha256(scene.path("1.2.0", "MANIFEST.sha256").read_bytes())
        == done.json()["records"][-1]["digest"]
    )
