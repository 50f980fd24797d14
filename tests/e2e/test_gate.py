"""May these bytes be used? Asked of the installed command, over a sealed inventory with real weights."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cognify import canonical
from tests import scenario
from tests.e2e.conftest import Installed
from tests.scenario import MODEL, NONE, Done

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0b0%d"
FILES = {
    "outputs/adapter.safetensors": b"the weights", "outputs/config.json": b'{"layers": 2}',
    "outputs/checkpoint-3/adapter.safetensors": b"an earlier state of them",
    "outputs/checkpoint-3/config.json": b'{"layers": 2}',
}  # fmt: skip
LATER = ("outputs/checkpoint-3/adapter.safetensors", "outputs/checkpoint-3/config.json")
SOLO = """\
version: 1
profile: solo
people:
  ines:
    name: Inés Okafor
    roles: [owner]
    keys: [{{ssh: "{ines}"}}]
signoff:
  - tiers: [low]
    all_of: [{{role: owner, min: 1}}]
policy_change: {{role: owner, min: 1}}
"""
RELEASED = "outputs/adapter.safetensors"


def _write(scene: Installed, version: str, record: str, *, released: tuple[str, ...] = (RELEASED,)) -> None:
    """A version whose card lists *released* as its weights, each cited, and whose lock knows all FILES."""
    scene.write_version(version, record=record)
    listed = [
        {"path": name, "sha256": canonical.sha256(FILES[name]), "bytes": len(FILES[name])}
        for name in released
    ]
    seen = canonical.pretty({"base": "tiny-base", "files": listed})
    folder = scene.path(version)
    (folder / "evidence/weights.json").write_bytes(seen)
    card = (folder / "card.yaml").read_text()
    entries = "".join(
        f'\n    - {{path: {e["path"]}, digest: "{e["sha256"]}", bytes: {e["bytes"]}}}' for e in listed
    )
    (folder / "card.yaml").write_text(
        card.replace(f"  artifacts: {NONE}", f"  artifacts:{entries}").replace(
            f"  base: {NONE}", f"  base: {{id: tiny-base, revision: {NONE}, digest: {NONE}}}"
        )
    )
    lock = json.loads((folder / "evidence.lock.json").read_bytes())
    lock["artifacts"]["a02"] = {
        "bytes": len(seen), "extractor": "safetensors", "extractor_version": 1, "media": "application/json",
        "origin": "observed/weights.json", "path": "evidence/weights.json", "sha256": canonical.sha256(seen),
    }  # fmt: skip
    for number, (name, raw) in enumerate(FILES.items(), 3):
        lock["artifacts"][f"a{number:02}"] = {
            "bytes": len(raw), "extractor": "plain", "extractor_version": 1, "media": "application/octet-stream",
            "origin": name, "sha256": canonical.sha256(raw), "uri": name,
        }  # fmt: skip
    lock["values"]["/model/base/id"] = {
        "at": "json:/base", "class": "declared", "from": "a02", "raw": '"tiny-base"', "via": "text",
    }  # fmt: skip
    for number, entry in enumerate(listed):
        for field, key, via in (
            ("path", "path", "text"),
            ("digest", "sha256", "text"),
            ("bytes", "bytes", "integer"),
        ):
            lock["values"][f"/model/artifacts/{number}/{field}"] = {
                "at": f"json:/files/{number}/{key}", "class": "computed", "from": "a02",
                "raw": json.dumps(entry[key]), "via": via,
            }  # fmt: skip
    (folder / "evidence.lock.json").write_bytes(canonical.pretty(lock))
    scene.commit(f"capture {version}")


def _sign(scene: Installed, version: str, *more: str) -> None:
    scene.propose(version)
    scene.approve(version, "ines", "--role", "model-risk", *more)
    if "--condition" in more:
        scene.must("state", "acknowledge", MODEL, version, "--key", str(scene.key("mara")), "--yes")
        scene.commit(f"acknowledge {version}")
    scene.approve(version, "tomas")


@pytest.fixture(scope="session")
def gated(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1.0.0 is sealed on a condition that was taken on; 1.1.0 holds the checkpoint and is proposed."""
    home = tmp_path_factory.mktemp("gate") / "home"
    scene = Installed(home, installed)
    scenario.found(home, scene=scene)
    _write(scene, "1.0.0", RECORD % 1)
    _sign(scene, "1.0.0", "--condition", "An analyst reads every memo.")
    scene.seal()
    _write(scene, "1.1.0", RECORD % 2, released=LATER)
    scene.propose("1.1.0")
    scene.seal()
    return home


@pytest.fixture
def scene(gated: Path, installed: Path, tmp_path: Path) -> Installed:
    shutil.copytree(gated, tmp_path / "home", symlinks=True)
    for name, raw in FILES.items():
        place = tmp_path / "home/serving" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(raw)
    return Installed(tmp_path / "home", installed)


def _gate(scene: Installed, *named: str, inventory: Path | None = None) -> Done:
    where = str(inventory or scene.root)
    return scene.cognify("gate", *named, "--inventory", where, "--format", "json", cwd=scene.home)


def test_the_captured_folder_is_admitted(scene: Installed) -> None:
    """All of it, deeper down, or the released file alone under any name; with its conditions."""
    for named in (["serving/outputs"], ["serving"], ["serving/outputs/adapter.safetensors"]):
        done = _gate(scene, *named)
        assert done.code == 0, done.out + done.err
        answer = done.json()
        assert (answer["verdict"], answer["model"], answer["version"]) == ("admitted", MODEL, "1.0.0")
        assert [c["condition"] for c in answer["conditions"]] == ["An analyst reads every memo."]
        assert answer["conditions"][0]["acknowledged_by"] == "Mara Voß"
        assert any("tiny-base" in sentence for sentence in answer["not_proven"])
    os.rename(scene.home / "serving/outputs/adapter.safetensors", scene.home / "renamed.bin")
    assert _gate(scene, "renamed.bin").code == 0
    text = scene.cognify("gate", "renamed.bin", "--inventory", str(scene.root), cwd=scene.home)
    assert text.out.startswith("ADMITTED  credit-memo 1.0.0, sealed at leaf ")
    assert "taken on by Mara Voß" in text.out


def test_a_package_answers_too(scene: Installed) -> None:
    """A machine that deploys needs no clone: the version's package is enough."""
    scene.must("package", MODEL, "1.0.0", "-o", str(scene.home / "p.zip"))
    done = _gate(scene, "serving/outputs", inventory=scene.home / "p.zip")
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
def test_what_is_not_recorded_is_refused(scene: Installed, crime: Callable[[Path], None], id: str) -> None:
    """Every file counts, under its own name; the twin is the folder as it was."""
    assert _gate(scene, "serving/outputs").code == 0
    crime(scene.home / "serving/outputs")
    done = _gate(scene, "serving/outputs")
    assert done.code == 1, done.out + done.err
    assert id in done.ids
    assert done.json()["verdict"] == "refused" and done.json()["model"] is None


def test_a_version_that_is_not_sealed(scene: Installed) -> None:
    """The checkpoint is recorded, in a version that nobody has approved."""
    done = _gate(scene, "serving/outputs/checkpoint-3")
    assert (done.code, done.ids) == (1, {"not-sealed"})
    assert done.json()["version"] == "1.1.0"
    assert "1 more in role" in done.json()["findings"][0]["fix"]
    (scene.home / "serving" / LATER[1]).unlink()
    done = _gate(scene, "serving/outputs/checkpoint-3")
    assert (done.code, done.ids) == (1, {"weights-incomplete"})


def test_withdrawn_superseded_ended(scene: Installed) -> None:
    """A withdrawal stops those bytes under any name; superseded ones are admitted with a warning."""
    _write(scene, "1.2.0", RECORD % 3)
    _sign(scene, "1.2.0", "--expires", "2099-01-01")
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
    assert _gate(scene, "serving/outputs").json()["version"] == "1.2.0"
    later = scene.cognify(
        "gate", "serving/outputs", "--inventory", str(scene.root), "--format", "json", cwd=scene.home,
        SOURCE_DATE_EPOCH="4102444800",
    )  # fmt: skip
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
    done = _gate(scene, "serving/outputs")
    assert (done.code, done.ids) == (1, {"model-withdrawn"})
    _write(scene, "1.3.0", RECORD % 4)
    _sign(scene, "1.3.0")
    scene.seal()
    # Sealed by people who knew of the withdrawal.
    assert _gate(scene, "serving/outputs").json()["version"] == "1.3.0"


def test_solo_is_never_admitted(tmp_path: Path, installed: Path) -> None:
    """Whoever made it approved it; `verify` passes, and the gate does not."""
    alone = Installed(tmp_path / "home", installed)
    scenario.found(tmp_path / "home", policy=SOLO, scene=alone)
    _write(alone, "1.0.0", RECORD % 1)
    alone.propose("1.0.0", "ines")
    alone.approve("1.0.0", "ines", "--role", "owner")
    alone.seal()
    (alone.home / "w").write_bytes(FILES[RELEASED])
    done = _gate(alone, "w")
    assert (done.code, done.ids) == (1, {"independence-self"})
    assert alone.verify().code == 0


def test_an_inventory_that_does_not_verify_admits_nothing(scene: Installed) -> None:
    """One changed byte of any record, and exit 3."""
    card = scene.path("1.0.0", "card.yaml")
    card.write_text(card.read_text().replace("Credit analysts", "Anybody"))
    scene.commit("quietly")
    done = _gate(scene, "serving/outputs")
    assert done.code == 3 and "sealed-bytes-changed" in done.ids
    assert done.json()["verdict"] == "fail"


def test_what_cannot_be_looked_at(scene: Installed) -> None:
    """No file, a link to a folder: said before anything is verified."""
    assert (_gate(scene, "nowhere").code, _gate(scene, "nowhere").ids) == (2, {"usage"})
    (scene.home / "serving/outputs/linked").symlink_to(scene.home / "keys")
    done = _gate(scene, "serving/outputs")
    assert (done.code, done.ids) == (2, {"usage"}) and "linked" in done.err
    (scene.home / "serving/outputs/linked").unlink()
    moved = scene.home / "blobs"
    shutil.move(scene.home / "serving/outputs/adapter.safetensors", moved)
    (scene.home / "serving/outputs/adapter.safetensors").symlink_to(moved)
    assert _gate(scene, "serving/outputs").code == 0  # as in the cache of a hub
