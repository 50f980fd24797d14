"""Thresholds before results, and the record of the run signed: from nothing to a sealed version."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.conftest import Installed
from tests.planned import begun, run
from tests.scenario import MODEL


def test_from_a_plan_to_a_sealed_version(installed: Path, tmp_path: Path) -> None:
    """The card holds what was registered; verify says who ran it, and what that does not prove."""
    scene = Installed(tmp_path / "home", installed)
    begun(scene)
    shown = run(scene)
    assert "I ran " in shown and "namespace run.record.v1@cognify.dev" in shown
    why = scene.must("why", MODEL, "1.0.0", "/evaluation/thresholds/1/value", "--format", "json").json()
    assert (why["value"], why["class"], why["artifact"]["path"]) == (
        0.5,
        "declared",
        "evidence/observed/plan.json",
    )
    assert why["raw"] == '"0.50"'
    stated = json.loads(scene.statement("1.0.0", "plan.register").read_text())
    card = scene.path("1.0.0", "card.yaml").read_text()
    assert stated["predicate"]["record"] in card, "the version has the id that its plan gave it"
    scene.must("fill", "--check")
    assert scene.cognify("check", "--format", "json").ids == set()
    scene.propose("1.0.0")
    scene.approve("1.0.0", "noor")
    scene.approve("1.0.0", "tomas")
    scene.seal()
    verified = scene.verify()
    assert verified.code == 0, verified.out
    said = verified.json()
    assert said["records"][0]["state"] == "sealed"
    assert any("before thresholds were registered" in s for s in said["not_proven"])
    assert any("whoever signed it answers" in s for s in said["not_proven"])
    assert not {f["id"] for f in said["findings"]} & {"run-record-unused", "thresholds-after-training"}
    trail = scene.must("log", MODEL, "1.0.0").out
    assert "accuracy >= 0.9 on test" in trail
    scene.must("package", MODEL, "1.0.0", "-o", str(scene.home / "p.zip"))
    assert scene.cognify("verify", str(scene.home / "p.zip")).code == 0
