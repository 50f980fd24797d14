"""May these bytes be used? What is admitted, and by which id everything else is refused."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import scenario
from tests.scenario import MODEL, Scene
from tests.weights import FILES, LATER, RECORD, RELEASED, SOLO, begun, gate, sign, write


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("gate") / "home"
    begun(Scene(home))
    return home


@pytest.fixture
def scene(gated: Path, tmp_path: Path) -> Scene:
    shutil.copytree(gated, tmp_path / "home", symlinks=True)
    return Scene(tmp_path / "home")


def test_the_captured_folder_is_admitted(scene: Scene) -> None:
    """All of it, deeper down, or the released file alone under any name; with its conditions."""
    for named in (["serving/outputs"], ["serving"], ["serving/outputs/adapter.safetensors"]):
        done = gate(scene, *named)
        assert done.code == 0, done.out + done.err
        answer = done.json()
        assert (answer["verdict"], answer["model"], answer["version"]) == ("admitted", MODEL, "1.0.0")
        assert [c["condition"] for c in answer["conditions"]] == ["An analyst reads every memo."]
        assert answer["conditions"][0]["acknowledged_by"] == "Mara Voß"
        assert any("tiny-base" in sentence for sentence in answer["not_proven"])
    os.rename(scene.home / "serving/outputs/adapter.safetensors", scene.home / "renamed.bin")
    assert gate(scene, "renamed.bin").code == 0
    text = scene.cognify("gate", "renamed.bin", "--inventory", str(scene.root), cwd=scene.home)
    assert text.out.startswith("ADMITTED  credit-memo 1.0.0, sealed at leaf ")
    assert "taken on by Mara Voß" in text.out


def test_a_package_answers_too(scene: Scene) -> None:
    """A machine that deploys needs no clone: the version's package is enough."""
    scene.must("package", MODEL, "1.0.0", "-o", str(scene.home / "p.zip"))
    done = gate(scene, "serving/outputs", inventory=scene.home / "p.zip")
    assert done.code == 0 and done.json()["verdict"] == "admitted"


def _changed(folder: Path) -> None:
    (folder / "adapter.safetensors").write_bytes(b"other weights")


def _added(folder: Path) -> None:
    (folder / "modeling.py").write_text("import os")


def _configured(folder: Path) -> None:
    (folder / "config.json").write_bytes(b'{"layers": 3}')


def _swapped(folder: Path) -> None:
    # The released bytes stay in the folder, under a name that nobody loads.
    shutil.move(folder / "adapter.safetensors", folder / "checkpoint-3/weights.old")
    shutil.move(folder / "checkpoint-3/adapter.safetensors", folder / "adapter.safetensors")


def _half(folder: Path) -> None:
    (folder / "adapter.safetensors").unlink()
    shutil.rmtree(folder / "checkpoint-3")


@pytest.mark.parametrize(
    ("crime", "id"),
    [
        (_changed, "weights-unknown"), (_added, "weights-unknown"), (_configured, "weights-unknown"),
        (_swapped, "weights-misplaced"), (_half, "weights-incomplete"),
    ],
)  # fmt: skip
def test_what_is_not_recorded_is_refused(scene: Scene, crime: Callable[[Path], None], id: str) -> None:
    """Every file counts, under its own name; the twin is the folder as it was."""
    assert gate(scene, "serving/outputs").code == 0
    crime(scene.home / "serving/outputs")
    done = gate(scene, "serving/outputs")
    assert done.code == 1, done.out + done.err
    assert id in done.ids
    assert done.json()["verdict"] == "refused" and done.json()["model"] is None


def test_a_version_that_is_not_sealed(scene: Scene) -> None:
    """The checkpoint is recorded, in a version that nobody has approved."""
    done = gate(scene, "serving/outputs/checkpoint-3")
    assert (done.code, done.ids) == (1, {"not-sealed"})
    assert done.json()["version"] == "1.1.0"
    assert "1 more in role" in done.json()["findings"][0]["fix"]
    (scene.home / "serving" / LATER[1]).unlink()
    done = gate(scene, "serving/outputs/checkpoint-3")
    assert (done.code, done.ids) == (1, {"weights-incomplete"})


def test_withdrawn_superseded_ended(scene: Scene) -> None:
    """A withdrawal stops those bytes under any name; superseded ones are admitted with a warning."""
    write(scene, "1.2.0", RECORD % 3)
    sign(scene, "1.2.0", "--expires", "2099-01-01")
    scene.seal()
    scene.must(
        "state",
        "supersede",
        MODEL,
        "1.0.0",
        "--by",
        "1.2.0",
        "--role",
        "model-risk",
        "--key",
        str(scene.key("ines")),
        "--yes",
    )
    scene.commit("supersede")
    scene.seal()
    # The newest of those that hold the bytes answers.
    assert gate(scene, "serving/outputs").json()["version"] == "1.2.0"
    later = gate(scene, "serving/outputs", SOURCE_DATE_EPOCH="4102444800")
    # By then the sign-off of 1.2.0 has ended; the superseded one is admitted, and says so.
    assert (later.code, later.json()["version"]) == (0, "1.0.0")
    assert [f["id"] for f in later.json()["findings"]] == ["model-superseded"]
    scene.must(
        "state",
        "withdraw",
        MODEL,
        "1.0.0",
        "--reason",
        "drift",
        "--role",
        "model-risk",
        "--key",
        str(scene.key("ines")),
        "--yes",
    )
    scene.commit("withdraw")
    scene.seal()
    done = gate(scene, "serving/outputs")
    assert (done.code, done.ids) == (1, {"model-withdrawn"})
    write(scene, "1.3.0", RECORD % 4)
    sign(scene, "1.3.0")
    scene.seal()
    # Sealed by people who knew of the withdrawal.
    assert gate(scene, "serving/outputs").json()["version"] == "1.3.0"


def withdraw(scene: Scene, version: str) -> None:
    by = ("--role", "model-risk", "--key", str(scene.key("ines")), "--yes")
    scene.must("state", "withdraw", MODEL, version, "--reason", "drift", *by)
    scene.commit("withdraw")
    scene.seal()


def test_a_file_that_a_withdrawn_version_shares(scene: Scene) -> None:
    """An encoder in both is no fault of the other; the same weights listed with one file more are."""
    config, shared = "outputs/config.json", "outputs/checkpoint-3/config.json"
    assert FILES[config] == FILES[shared]
    write(scene, "1.2.0", RECORD % 3, released=(LATER[0], config))
    sign(scene, "1.2.0")
    write(scene, "1.3.0", RECORD % 4, released=(RELEASED, config))
    sign(scene, "1.3.0")
    scene.seal()
    withdraw(scene, "1.2.0")
    place = scene.home / "serving/outputs"
    shutil.rmtree(place / "checkpoint-3")
    done = gate(scene, "serving/outputs")
    assert (done.code, done.json()["version"]) == (0, "1.3.0")
    withdraw(scene, "1.3.0")
    for named in ("serving/outputs", "serving/outputs/adapter.safetensors"):
        done = gate(scene, named)
        assert (done.code, done.ids) == (1, {"model-withdrawn"}), named


def test_solo_is_never_admitted(tmp_path: Path) -> None:
    """Whoever made it approved it; `verify` passes, and the gate does not."""
    alone = Scene(tmp_path / "home")
    scenario.found(tmp_path / "home", policy=SOLO, scene=alone)
    write(alone, "1.0.0", RECORD % 1)
    alone.propose("1.0.0", "ines")
    alone.approve("1.0.0", "ines", "--role", "owner")
    alone.seal()
    (alone.home / "w").write_bytes(FILES[RELEASED])
    done = gate(alone, "w")
    assert (done.code, done.ids) == (1, {"independence-self"})
    assert alone.verify().code == 0


def test_an_inventory_that_does_not_verify_admits_nothing(scene: Scene) -> None:
    """One changed byte of any record, and exit 3."""
    card = scene.path("1.0.0", "card.yaml")
    card.write_text(card.read_text().replace("Credit analysts", "Anybody"))
    scene.commit("quietly")
    done = gate(scene, "serving/outputs")
    assert done.code == 3 and "sealed-bytes-changed" in done.ids
    assert done.json()["verdict"] == "fail"


def test_what_cannot_be_looked_at(scene: Scene) -> None:
    """No file, a link to a folder: said before anything is verified."""
    assert (gate(scene, "nowhere").code, gate(scene, "nowhere").ids) == (2, {"usage"})
    (scene.home / "serving/outputs/linked").symlink_to(scene.home / "keys")
    done = gate(scene, "serving/outputs")
    assert (done.code, done.ids) == (2, {"usage"}) and "linked" in done.err
    (scene.home / "serving/outputs/linked").unlink()
    moved = scene.home / "blobs"
    shutil.move(scene.home / "serving/outputs/adapter.safetensors", moved)
    (scene.home / "serving/outputs/adapter.safetensors").symlink_to(moved)
    assert gate(scene, "serving/outputs").code == 0  # as in the cache of a hub


def test_what_was_rejected_since_is_admitted_and_says_so(scene: Scene) -> None:
    """A seal stays; whoever deploys is told who objects, and why, until they take it back."""
    assert gate(scene, "serving/outputs").json()["findings"] == []
    by = ("--role", "model-risk", "--key", str(scene.key("ines")), "--yes")
    scene.must("reject", MODEL, "1.0.0", "--comment", "Größere Fehler bei kurzen Memos.", *by)
    scene.commit("reject")
    scene.seal()
    done = gate(scene, "serving/outputs")
    assert done.code == 0
    (found,) = done.json()["findings"]
    assert (found["id"], found["severity"]) == ("rejected-since", "warning")
    assert "Größere Fehler" in found["what"]
    scene.must("withdraw", MODEL, "1.0.0", *by)
    scene.commit("withdraw")
    scene.seal()
    assert gate(scene, "serving/outputs").json()["findings"] == []
