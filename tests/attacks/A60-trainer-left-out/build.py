"""A60: trainer left out."""

from __future__ import annotations

import json

from cognify import canonical
from tests import forge
from tests.scenario import MODEL, RESULTS, Scene

VERSION = "1.2.0"


def trained(scene: Scene) -> None:
    """Noor's run is recorded and signed; Mara proposes what came of it, and names nobody."""
    scene.write_version(VERSION, record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    folder = scene.path(VERSION)
    raw = json.dumps(
        {"cognify_run": 1, "run_id": "20261123T090000Z-0a1b2c3d", "writer": "cognify run"}
    ).encode()
    (folder / "evidence/cognify-run.json").write_bytes(raw)
    lock = json.loads((folder / "evidence.lock.json").read_bytes())
    results = lock["artifacts"]["a01"]
    lock["artifacts"]["a02"] = {
        **results, "bytes": len(raw), "extractor": "cognify-run", "origin": "cognify-run.json",
        "path": "evidence/cognify-run.json", "sha256": forge.sha256(raw),
    }  # fmt: skip
    assert results["sha256"] == forge.sha256(RESULTS.encode())
    (folder / "evidence.lock.json").write_bytes(canonical.pretty(lock))
    scene.commit("capture")
    scene.must("state", "run", MODEL, VERSION, "--key", str(scene.key("noor")), "--yes")
    scene.commit("run")
    scene.propose(VERSION)


def crime(scene: Scene) -> list[str] | None:
    trained(scene)
    scene.approve(VERSION, "ines", "--role", "model-risk")
    path = scene.statement(VERSION, "signoff.approve", "ines")
    data = json.loads(path.read_bytes())
    path.unlink()
    path.with_name(path.name + ".sig").unlink()
    data["predicate"].update(person="noor")
    forge.put_statement(scene, VERSION, data, "noor")
    return None


def twin(scene: Scene) -> list[str] | None:
    trained(scene)
    scene.approve(VERSION, "ines", "--role", "model-risk")
    scene.approve(VERSION, "tomas")
    scene.seal()
    return None
