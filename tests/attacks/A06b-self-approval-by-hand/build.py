"""A06b: self approval by hand."""

from __future__ import annotations

import json

from tests import forge
from tests.scenario import Scene


def crime(scene: Scene) -> list[str] | None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    scene.commit("capture 1.2.0")
    scene.must(
        "propose", "credit-memo", "1.2.0", "--role", "model-risk", "--key", str(scene.key("ines")), "--yes"
    )
    scene.commit()
    proposal = scene.statement("1.2.0", "record.propose").read_bytes()
    stated = json.loads(proposal)
    data = forge.approval(
        scene,
        "1.1.0",
        version="1.2.0",
        record=stated["predicate"]["record"],
        parents=[forge.sha256(proposal)],
    )
    data["subject"] = stated["subject"]
    forge.put_statement(scene, "1.2.0", data, "ines")
    return None


def twin(scene: Scene) -> list[str] | None:
    scene.approve("1.1.0", "tomas")
    return None
