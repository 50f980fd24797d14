"""What people do by mistake, or twice, at the command line: nothing is lost, and the way out is said."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import scenario
from tests.scenario import MODEL, Scene


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path) -> Scene:
    return sealed_scene.copy(tmp_path / "home")


def said(scene: Scene, *arguments: str, code: int, id: str) -> str:
    done = scene.cognify(*arguments)
    assert (done.code, done.ids) == (code, {id}), f"{done.out}\n{done.err}"
    return done.err


def test_an_inventory_begins_in_the_empty_folder_one_stands_in(scene: Scene) -> None:
    """`cognify init .` keeps the folder that a shell stands in."""
    folder = scene.home / "größe"
    folder.mkdir()
    before = folder.stat().st_ino
    done = scene.cognify("init", ".", "--name", "t", "--key", str(scene.key("ines")), cwd=folder)
    assert (done.code, folder.stat().st_ino) == (0, before), done.err
    assert scene.cognify("verify", cwd=folder).code == 0


def test_the_same_bytes_are_not_proposed_twice(scene: Scene) -> None:
    """A second proposal of the very same would void the approvals given so far."""
    said(scene, "propose", MODEL, "1.1.0", "--key", str(scene.key("mara")), code=2, id="already-proposed")
    scene.propose("1.1.0", "mara", "--with", "noor:trainer")  # other contributors: another proposal


def test_nobody_approves_twice_by_mistake(scene: Scene) -> None:
    """The same approval again says so; one with other terms is given."""
    key = ["--role", "model-risk", "--key", str(scene.key("ines"))]
    said(scene, "approve", MODEL, "1.1.0", *key, code=2, id="already-approved")
    scene.must("approve", MODEL, "1.1.0", *key, "--condition", "shadow mode for 30 days")
    said(scene, "approve", MODEL, "1.1.0", *key, "--condition", "shadow mode for 30 days", code=2,
         id="already-approved")  # fmt: skip
    # Nor is a condition dropped by approving once more: it is taken back first.
    said(scene, "approve", MODEL, "1.1.0", *key, code=2, id="already-approved")
    scene.must("withdraw", MODEL, "1.1.0", *key)
    scene.must("approve", MODEL, "1.1.0", *key)


def test_there_is_no_condition_to_take_on(scene: Scene) -> None:
    """Nothing is signed that acknowledges nothing, and only whoever proposed can acknowledge."""
    mara, ines = ("--key", str(scene.key("mara"))), ("--key", str(scene.key("ines")), "--role", "model-risk")
    said(scene, "state", "acknowledge", MODEL, "1.1.0", *mara, code=3, id="nothing-to-acknowledge")
    scene.approve("1.1.0", "tomas", "--condition", "größere Fälle nie")
    said(scene, "state", "acknowledge", MODEL, "1.1.0", *ines, code=3, id="acknowledged-by-another")
    done = scene.must("state", "acknowledge", MODEL, "1.1.0", *mara)
    assert "condition  of Tomas Lind as compliance:\n            größere Fälle nie" in done.err


def test_an_approval_that_has_ended_is_not_signed(scene: Scene) -> None:
    """A day that is past is a slip of the pen."""
    said(scene, "approve", MODEL, "1.1.0", "--key", str(scene.key("tomas")), "--expires", "2020-01-01",
         code=2, id="usage")  # fmt: skip
    scene.must("approve", MODEL, "1.1.0", "--key", str(scene.key("tomas")), "--expires", "2999-01-01")


def test_the_key_of_the_repository_is_found(scene: Scene) -> None:
    """`git config user.signingkey` counts in the inventory alone, too."""
    scene.git("config", "user.signingkey", str(scene.key("tomas")))
    scene.must("approve", MODEL, "1.1.0")


def test_what_is_not_committed_is_not_sealed_unsaid(scene: Scene) -> None:
    """`seal` names statements that only lie in the work tree."""
    scene.must("approve", MODEL, "1.1.0", "--key", str(scene.key("tomas")))
    assert "not committed" in scene.must("seal").err
    scene.commit()
    assert "not committed" not in scene.must("seal").err


def test_a_target_that_is_no_inventory(scene: Scene) -> None:
    """A missing file and an unpacked package are told apart from a folder without Git."""
    assert "no such file" in said(scene, "verify", "nope.zip", code=2, id="usage")
    place = scene.home / "p.zip"
    scene.must("package", MODEL, "1.0.0", "-o", str(place))
    shutil.unpack_archive(place, scene.home / "unpacked")
    folder = next((scene.home / "unpacked").iterdir())
    assert "unpacked package" in said(scene, "verify", str(folder), code=2, id="usage")
    done = subprocess.run([sys.executable, folder / "verify.py", "--help"], capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert (done.returncode, "GENESIS_SHA256" in done.stdout) == (2, True)


def test_steps_that_rest_on_the_log_are_not_called_passed_without_it(scene: Scene) -> None:
    """Without the log branch four steps cannot be judged, and the report says so."""
    scene.git("branch", "-D", "cognify-log")
    done = scene.cognify("verify")
    assert done.code == 4
    assert {line.split()[1] for line in done.out.splitlines() if line.startswith("   -- ")} == {
        "3",
        "5",
        "7",
        "9",
    }


def test_a_pending_field_was_written_by_nobody(scene: Scene) -> None:
    """`why` of a pending field repeats its question."""
    card = scene.path("1.1.0", "card.yaml")
    text = card.read_text()
    card.write_text(text.replace("contact: models@example.org",
                                 "contact: {state: pending, reason: \"Whom does one ask?\", by: developer}"))  # fmt: skip
    assert "Whom does one ask?" in said(
        scene, "why", MODEL, "1.1.0", "/parties/contact", code=2, id="not-cited"
    )


def test_the_same_tier_may_be_named_again(tmp_path: Path) -> None:
    """The capture line of the README can be run twice; another tier is a question."""
    scene = scenario.found(tmp_path / "home")
    run = tmp_path / "run"
    run.mkdir()
    (run / "all_results.json").write_text('{"eval_loss": 0.5, "epoch": 1.0}')
    for _ in range(2):
        scene.must("capture", MODEL, "1.0.0", str(run), "--tier", "low")
    said(scene, "capture", MODEL, "1.0.0", str(run), "--tier", "high", code=2, id="usage")
