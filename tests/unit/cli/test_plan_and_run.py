"""`cognify state plan`, `cognify state run`, `cognify run --key`: what each refuses, and what verify notes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.planned import LIMITS, begun, plan, run
from tests.scenario import MODEL, Scene


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("plan") / "home"
    begun(Scene(home))
    return home


@pytest.fixture
def scene(planned: Path, tmp_path: Path) -> Scene:
    shutil.copytree(planned, tmp_path / "home", symlinks=True)
    return Scene(tmp_path / "home")


def test_what_verify_says_of_them(scene: Scene) -> None:
    """A run that is not the one captured, and thresholds that came after the training: each is named."""
    run(scene)
    plan(scene, "test_accuracy >= 0.9 on test")
    shutil.rmtree(scene.home / "work/out")
    done = scene.cognify("propose", MODEL, "1.0.0", "--key", str(scene.key("mara")), "--yes")
    assert (done.code, done.ids) == (3, {"thresholds-not-as-planned"})
    run(scene)
    scene.propose("1.0.0")
    scene.approve("1.0.0", "noor")
    scene.approve("1.0.0", "tomas")
    scene.seal()
    done = scene.verify()
    assert done.code == 0, done.out
    noted = [f["id"] for f in done.json()["findings"]]
    assert noted.count("run-record-unused") == 1
    trail = scene.must("log", MODEL, "1.0.0").out
    assert "threshold: test_accuracy >= 0.9 on test" in trail and "cognify-run.json" in trail


def test_the_run_is_signed_afterwards(scene: Scene) -> None:
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


def test_a_key_that_cannot_sign_stops_before_the_run(scene: Scene) -> None:
    """Not after a day of training; and whoever holds several roles signs afterwards."""
    said = ["--outputs", "out", "--inventory", str(scene.root)]
    for person, code, id in (("eve", 3, "identity-not-a-person"), ("ines", 2, "role-ambiguous")):
        done = scene.cognify(
            "run", MODEL, "1.0.0", *said, "--key", str(scene.key(person)), "--", "python3", "train.py",
            cwd=scene.home / "work",
        )  # fmt: skip
        assert (done.code, done.ids) == (code, {id})
    assert not (scene.home / "work/out").exists()


def test_a_run_of_a_version_without_a_plan(scene: Scene) -> None:
    """Its statement bears the record id of the card; where there is none to sign it, the run is captured."""
    work, version = scene.home / "work", "4.0.0"
    said = ["--outputs", "out", "--inventory", str(scene.root), "--key", str(scene.key("mara"))]
    breaks = "import pathlib, sys; exec(open('train.py').read()); pathlib.Path(sys.argv[1]).unlink()"
    done = scene.cognify(
        "run", MODEL, version, *said, "--", "python3", "-c", breaks, str(scene.key("mara")), cwd=work
    )
    assert done.code == 0 and "captured, and not signed" in done.err
    assert "key-unusable" in done.ids or "key-missing" in done.ids, done.err
    assert not list(scene.path(version, "statements").glob("*"))
    shutil.rmtree(work / "out")
    done = scene.cognify(
        "run", MODEL, version, *said[:-1], str(scene.key("tomas")), "--", "python3", "train.py", cwd=work
    )
    assert done.code == 0, done.err
    stated = json.loads(scene.statement(version, "run.record", "tomas").read_text())
    assert stated["predicate"]["record"] in scene.path(version, "card.yaml").read_text()


def test_what_was_registered_last_counts(scene: Scene) -> None:
    """Registered anew before it is proposed; a card that holds something else is not proposed."""
    plan(scene, "accuracy >= 0.85 on test", person="noor")
    run(scene)
    card = scene.path("1.0.0", "card.yaml")
    assert "value: 0.85" in card.read_text() and "0.9" not in card.read_text().split("thresholds:")[1][:200]
    card.write_text(card.read_text().replace("value: 0.85", "value: 0.8"))
    done = scene.cognify("propose", MODEL, "1.0.0", "--key", str(scene.key("mara")), "--yes")
    assert done.code != 0
    assert done.ids & {"field-provenance", "thresholds-not-as-planned"}, done.err


def test_a_plan_that_is_none(scene: Scene) -> None:
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


def test_no_run_to_sign(scene: Scene) -> None:
    """A version that was captured from files alone."""
    (scene.home / "work/all_results.json").write_text('{"test_accuracy": 0.5}')
    scene.must("capture", MODEL, "3.0.0", str(scene.home / "work"))
    done = scene.cognify("state", "run", MODEL, "3.0.0", "--key", str(scene.key("mara")), "--yes")
    assert (done.code, done.ids) == (2, {"run-record-missing"})


def test_thresholds_that_came_after_the_training(scene: Scene) -> None:
    """By the clocks of both: a note, for nobody can tell who knew what. Its twin is the plan from before."""
    run(scene)
    assert "thresholds-after-training" not in scene.verify().out
    said = [word for limit in LIMITS for word in ("--threshold", limit)]
    by = ("--role", "model-risk", "--key", str(scene.key("noor")), "--yes")
    scene.must("state", "plan", MODEL, "1.0.0", *said, *by, SOURCE_DATE_EPOCH="4070908800")
    scene.propose("1.0.0")
    done = scene.verify()
    assert done.code == 0
    (note,) = [f for f in done.json()["findings"] if f["id"] == "thresholds-after-training"]
    assert note["severity"] == "note" and "2099-01-01" in note["what"]
