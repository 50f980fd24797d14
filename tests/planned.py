"""Thresholds that are registered, a training that is watched, and the card that comes of it."""

from __future__ import annotations

import re

from tests import scenario
from tests.scenario import MODEL, NONE, Scene

TRAIN = """\
import json, pathlib
out = pathlib.Path("out"); out.mkdir()
(out / "all_results.json").write_text(json.dumps({"test_accuracy": 0.91, "test_samples": 400}))
(out / "trainer_state.json").write_text(json.dumps({"log_history": [], "global_step": 3}))
"""
LIMITS = ("accuracy >= 0.9 on test", "test_loss < 0.50 in small firms")


def begun(scene: Scene) -> None:
    """Thresholds of 1.0.0 are registered and sealed; there is no card of it yet. A script lies in `work`."""
    scenario.found(scene.home, scene=scene)
    plan(scene, *LIMITS)
    scene.seal()
    work = scene.home / "work"
    work.mkdir()
    (work / "train.py").write_text(TRAIN)


def plan(scene: Scene, *limits: str, version: str = "1.0.0", person: str = "ines") -> None:
    said = [word for limit in limits for word in ("--threshold", limit)]
    scene.must(
        "state",
        "plan",
        MODEL,
        version,
        *said,
        "--role",
        "model-risk",
        "--key",
        str(scene.key(person)),
        "--yes",
    )
    scene.commit(f"plan {version}")


def run(scene: Scene, person: str = "mara") -> str:
    """Train, capture and sign; then answer what a person has to."""
    done = scene.cognify(
        "run", MODEL, "1.0.0", "--outputs", "out", "--inventory", str(scene.root), "--tier", "low",
        "--key", str(scene.key(person)), "--", "python3", "train.py", cwd=scene.home / "work",
    )  # fmt: skip
    assert done.code == 0, done.err
    card = scene.path("1.0.0", "card.yaml")
    text = re.sub(r"\{state: pending[^}]*\}", NONE, card.read_text())
    text = re.sub(r"state: pending\n(\s+)", r"state: not_available\n\1", text)
    card.write_text(text)
    scene.commit("capture")
    return done.err
