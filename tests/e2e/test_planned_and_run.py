"""Thresholds before results, and the record of the run signed: from nothing to a sealed version."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests import scenario
from tests.e2e.conftest import Installed
from tests.scenario import MODEL, NONE, Scene

TRAIN = """\
import json, pathlib
out = pathlib.Path("out"); out.mkdir()
(out / "all_results.json").write_text(json.dumps({"test_accuracy": 0.91, "test_samples": 400}))
(out / "trainer_state.json").write_text(json.dumps({"log_history": [], "global_step": 3}))
"""
LIMITS = ("accuracy >= 0.9 on test", "test_loss < 0.50 in small firms")


@pytest.fixture(scope="session")
def planned(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thresholds of 1.0.0 are registered and sealed; there is no card of it yet."""
    home = tmp_path_factory.mktemp("plan") / "home"
    scene = Installed(home, installed)
    scenario.found(home, scene=scene)
    plan(scene, *LIMITS)
    scene.seal()
    return home


@pytest.fixture
def scene(planned: Path, installed: Path, tmp_path: Path) -> Installed:
    shutil.copytree(planned, tmp_path / "home", symlinks=True)
    work = tmp_path / "home/work"
    work.mkdir()
    (work / "train.py").write_text(TRAIN)
    return Installed(tmp_path / "home", installed)


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


def run(scene: Installed, person: str = "mara") -> str:
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


def test_from_a_plan_to_a_sealed_version(scene: Installed) -> None:
    """The card holds what was registered; verify says who ran it, and what that does not prove."""
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
    assert not {f["id"] for f in said["findings"]} & {"run-record-unused", "thresholds-not-as-planned"}
    trail = scene.must("log", MODEL, "1.0.0").out
    assert "accuracy >= 0.9 on test" in trail
    scene.must("package", MODEL, "1.0.0", "-o", str(scene.home / "p.zip"))
    assert scene.cognify("verify", str(scene.home / "p.zip")).code == 0


def test_the_run_is_signed_afterwards(scene: Installed) -> None:
    """Without --key it is signed by a command of its own; the report says which it was."""
    work = scene.home / "work"
    said = ["--outputs", "out", "--inventory", str(scene.root), "--tier", "low", "--report", "r.json"]
    done = scene.cognify("run", MODEL, "1.0.0", *said, "--", "python3", "train.py", cwd=work)
    assert done.code == 0 and json.loads((work / "r.json").read_text())["signed"] is False
    scene.must("state", "run", MODEL, "1.0.0", "--key", str(scene.key("mara")), "--yes")
    stated = json.loads(scene.statement("1.0.0", "run.record", "mara").read_text())
    folder = scene.path("1.0.0")
    (record,) = [p for p in folder.rglob("cognify-run.json") if "evidence" in p.parts]
    assert stated["subject"][0]["name"] == record.relative_to(scene.root).as_posix()
    assert stated["predicate"]["run"] == json.loads(record.read_bytes())["run_id"]


def test_a_key_that_cannot_sign_stops_before_the_run(scene: Installed) -> None:
    """Not after a day of training; and whoever holds several roles signs afterwards."""
    said = ["--outputs", "out", "--inventory", str(scene.root)]
    for person, code, id in (("eve", 3, "identity-not-a-person"), ("ines", 2, "role-ambiguous")):
        done = scene.cognify(
            "run", MODEL, "1.0.0", *said, "--key", str(scene.key(person)), "--", "python3", "train.py",
            cwd=scene.home / "work",
        )  # fmt: skip
        assert (done.code, done.ids) == (code, {id})
    assert not (scene.home / "work/out").exists()


def test_what_was_registered_last_counts(scene: Installed) -> None:
    """Registered anew before it is proposed; a card that holds something else is not proposed."""
    plan(scene, "accuracy >= 0.85 on test", person="noor")
    run(scene)
    card = scene.path("1.0.0", "card.yaml")
    assert "value: 0.85" in card.read_text() and "0.9" not in card.read_text().split("thresholds:")[1][:200]
    card.write_text(card.read_text().replace("value: 0.85", "value: 0.8"))
    done = scene.cognify("propose", MODEL, "1.0.0", "--key", str(scene.key("mara")), "--yes")
    assert done.code != 0
    assert done.ids & {"field-provenance", "thresholds-not-as-planned"}, done.err


def test_a_plan_that_is_none(scene: Installed) -> None:
    """Said in words that show how it is written."""
    done = scene.cognify(
        "state",
        "plan",
        MODEL,
        "2.0.0",
        "--threshold",
        "good enough",
        "--role",
        "model-risk",
        "--key",
        str(scene.key("ines")),
    )
    assert (done.code, done.ids) == (2, {"usage"}) and "accuracy >= 0.9 on holdout" in done.err


def test_no_run_to_sign(scene: Installed) -> None:
    """A version that was captured from files alone."""
    (scene.home / "work/all_results.json").write_text('{"test_accuracy": 0.5}')
    scene.must("capture", MODEL, "3.0.0", str(scene.home / "work"))
    done = scene.cognify("state", "run", MODEL, "3.0.0", "--key", str(scene.key("mara")), "--yes")
    assert (done.code, done.ids) == (2, {"run-record-missing"})
