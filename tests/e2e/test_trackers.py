"""Through the command line: runs of trackers, and sources that contradict each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import seeds
from tests.scenario import Done, Scene
from tests.trackers import wandb_exit, wandb_history, wandb_log, wandb_run
from tests.unit.readers.test_recorded_runs_read import FIXTURES, beside

LOG = "wandb/offline-run-20261123_082345-abc12345/run-abc12345.wandb"


@pytest.fixture
def scene(sealed_scene: Scene, tmp_path: Path) -> Scene:
    return sealed_scene.copy(tmp_path / "home")


def capture(scene: Scene, *sources: Path, more: tuple[str, ...] = ()) -> Done:
    return scene.cognify("capture", "memo", "1.0.0", *map(str, sources), "--tier", "low", *more)


def kept(scene: Scene, name: str) -> Path:
    return scene.root / "models/memo/1.0.0" / name


def run(scene: Scene, logged: float) -> Path:
    """A Trainer's result, and a tracker's log of the same name."""
    folder = scene.home / "run"
    (folder / LOG).parent.mkdir(parents=True, exist_ok=True)
    (folder / "eval_results.json").write_text(json.dumps({"eval_loss": 0.5, "eval_samples": 80}))
    history = wandb_history(1, {"eval/loss": logged})
    (folder / LOG).write_bytes(wandb_log([wandb_run("abc12345", {"lr": 0.5}), history, wandb_exit()]))
    return folder


def test_sources_that_contradict_each_other(scene: Scene) -> None:
    """`sources-conflict`, a warning with both citations, at capture and in every check; exit 0."""
    folder = run(scene, 0.25)
    done = capture(scene, folder, more=("--format", "json"))
    assert done.code == 0, done.err
    (finding,) = done.json()["findings"]
    assert (finding["id"], finding["severity"]) == ("sources-conflict", "warning")
    for word in ("eval_results.json (json:/eval_loss) says 0.5", f"observed/{LOG}.json", 'says "0.25"'):
        assert word in finding["what"]
    assert "warning[sources-conflict]" in capture(scene, folder).err
    lock = json.loads(kept(scene, "evidence.lock.json").read_text())
    (held,) = [a for a in lock["artifacts"].values() if "conflicts" in a["media"]]
    assert held["path"] == "evidence/observed/conflicts.json"
    checked = scene.cognify("check", "models/memo/1.0.0", "--format", "json").json()
    assert [f["where"] for f in checked["findings"] if f["id"] == "sources-conflict"]


def test_sources_that_agree(scene: Scene) -> None:
    """The twin: no finding, no file; and it is gone again after a capture without the conflict."""
    capture(scene, run(scene, 0.25))
    done = capture(scene, run(scene, 0.5), more=("--format", "json"))
    assert done.code == 0
    assert done.json()["findings"] == []
    assert not kept(scene, "evidence/observed/conflicts.json").exists()
    assert "sources-conflict" not in scene.cognify("check", "models/memo/1.0.0").out


def test_a_damaged_file_of_conflicts_is_none(scene: Scene) -> None:
    """It is held to its digest by the check of the evidence, and says nothing itself."""
    capture(scene, run(scene, 0.25))
    for text in ('{"fields": [{"said": [{}]}, 7, {"said": 1}]}', "{", "[]"):
        kept(scene, "evidence/observed/conflicts.json").write_text(text)
        done = scene.cognify("check", "models/memo/1.0.0")
        assert "evidence-digest" in done.ids
        assert "sources-conflict" not in done.out


def test_two_runs_are_refused_and_one_is_not(scene: Scene) -> None:
    folder = run(scene, 0.5)
    other = folder / LOG.replace("abc12345", "xyz98765")
    other.parent.mkdir(parents=True)
    other.write_bytes(wandb_log([wandb_run("xyz98765", {}), wandb_exit()]))
    done = capture(scene, folder)
    assert done.code != 0
    assert "run-ambiguous" in done.ids
    assert capture(scene, (folder / LOG).parent, folder / "eval_results.json").code == 0


@beside
@pytest.mark.parametrize(
    ("sources", "least"),
    [
        (("digits-wandb/wandb/offline-run-20261123_082345-zeaajz03", "digits-wandb/data"), 60),
        (("digits-wandb/wandb/offline-run-20261123_082354-9lvu2onr", "digits-wandb/data"), 45),
        (("digits-wandb/wandb/offline-run-20261123_082453-0mvt19j3", "digits-wandb/data"), 40),
        (("iris-comet",), 60),
        (("docs-sft",), 170),
    ],
)
def test_fixture_runs_are_captured(scene: Scene, sources: tuple[str, ...], least: int) -> None:
    """Cited, replayed, and nothing of the machine, its user or a token in what is kept."""
    done = capture(scene, *(FIXTURES / source for source in sources), more=("--format", "json"))
    assert done.code == 0, done.err
    assert done.json()["filled"] >= least
    replayed = scene.cognify("fill", "--check", "models/memo/1.0.0")
    assert replayed.code == 0
    assert f"replayed {done.json()['filled']} citations" in replayed.out
    held = b"".join(p.read_bytes() for p in kept(scene, ".").rglob("*") if p.is_file())
    for word in (b"FAKE-not-a-real-token", b"dev@example.com", b"/tmp/art", b"rechner"):
        assert word not in held
    if "docs-sft" in sources:
        assert {f["id"] for f in done.json()["findings"]} == {"sources-conflict"}


def test_a_token_in_a_setting_is_blocked(scene: Scene) -> None:
    """What goes by a harmless name meets the door of privacy, exit 1; by its own name it is left out."""
    folder = run(scene, 0.5)
    token = next(iter(seeds.CREDENTIALS.values()))
    for name, code in (("remark", 1), ("api_token", 0)):
        records = [wandb_run("abc12345", {name: token, "lr": 0.5}), wandb_exit()]
        (folder / LOG).write_bytes(wandb_log(records))
        done = capture(scene, folder)
        assert done.code == code, done.err
        assert ("secret-found" in done.ids) == bool(code)
        assert token not in done.out + done.err
